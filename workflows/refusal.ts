/** A request that was not taken on. A refusal is a completed workflow: its result says why, in one sentence. */
export type Refusal = {
  refused: { code: 'input-invalid' | 'not-found' | 'refused-by-rule' | 'already-running'; sentence: string };
};

/** The refusal of work that runs already; it names the running one. */
export function alreadyRunning(workflowId: string): Refusal {
  return {
    refused: {
      code: 'already-running',
      sentence: `${workflowId} is running already: wait for it, or terminate it and start again.`,
    },
  };
}

/** Whether a result is a refusal. */
export function isRefusal(result: object): result is Refusal {
  return 'refused' in result;
}
