import type { Dependencies } from '../activities/dependencies.ts';
import { PipelineError } from '../schemas/failure.ts';
import { type Address, connectRushes, type RushesClient } from './client.ts';

/** What activities ask of running workflows, and the end of the connection. */
export type WorkflowCalls = Pick<
  Dependencies,
  'cancelPlates' | 'tellTurnovers' | 'lookAgain' | 'askForLicence' | 'endedWorkflows'
> & { close: () => Promise<void> };

/** Reaches running workflows from activities; connects when the first is asked, once for all. */
export function openWorkflowCalls(temporal: Address): WorkflowCalls {
  let connecting: Promise<RushesClient> | undefined;
  const client = () => {
    // A server that was away once is asked again by the next who needs it.
    connecting ??= connectRushes(temporal).catch((error: unknown) => {
      connecting = undefined;
      throw error;
    });
    return connecting;
  };
  /** How many of the turnovers heard it. */
  const tellEach = async (
    turnovers: readonly string[],
    tell: (rushes: RushesClient, workflowId: string) => Promise<boolean>,
  ) => {
    if (turnovers.length === 0) return 0;
    const rushes = await client();
    const told = await Promise.all(turnovers.map((id) => tell(rushes, `turnover/${id}`)));
    return told.filter(Boolean).length;
  };
  return {
    cancelPlates: async (turnoverId, plateIds) =>
      (await client()).cancelPlates(`turnover/${turnoverId}`, [...plateIds]),
    tellTurnovers: (turnovers, rollId) => tellEach(turnovers, (rushes, id) => rushes.rollArrived(id, rollId)),
    lookAgain: (turnovers, why) => tellEach(turnovers, (rushes, id) => tellToLookAgain(rushes, id, why)),
    askForLicence: async (request) => (await client()).askForLicence(request),
    endedWorkflows: async (workflows) => (await client()).endedWorkflows([...workflows]),
    close: async () => {
      if (connecting !== undefined) await (await connecting).close();
    },
  };
}

/** False for a turnover that runs no more: it is prepared anew when it is sent again. */
async function tellToLookAgain(rushes: RushesClient, workflowId: string, why: string): Promise<boolean> {
  try {
    await rushes.lookAgain(workflowId, why);
    return true;
  } catch (error) {
    if (error instanceof PipelineError && error.code === 'not-found') return false;
    throw error;
  }
}
