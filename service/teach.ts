import type { LearnedRule } from '../schemas/camera-format.ts';
import { PipelineError } from '../schemas/failure.ts';
import { turnoverWorkflowId } from '../workflows/ids.ts';
import { connectRushes } from './client.ts';
import type { Installation } from './installation.ts';

/** Keeps a person's answer as a fact and a rule, and lets waiting turnovers of the production plan again. */
export async function teach(
  { deps }: Installation,
  rule: LearnedRule,
  temporal: { address: string; namespace: string },
): Promise<number> {
  await deps.catalogue.learnRule(rule);
  await deps.facts.put(rule.production, 'learned-rules', rule.formatId, rule);
  const waiting = await deps.catalogue.waitingTurnovers(rule.production);
  if (waiting.length === 0) return 0;
  const rushes = await connectRushes(temporal);
  try {
    const told = await Promise.all(waiting.map((id) => tell(rushes.lookAgain, id)));
    return told.filter(Boolean).length;
  } finally {
    await rushes.close();
  }
}

async function tell(
  lookAgain: (workflowId: string, why: string) => Promise<void>,
  id: string,
): Promise<boolean> {
  const [production = '', name = '', revision = ''] = id.split('/');
  try {
    await lookAgain(
      turnoverWorkflowId({ production, name, revision: Number(revision) }),
      'a camera format was corrected',
    );
    return true;
  } catch (error) {
    if (error instanceof PipelineError && error.code === 'not-found') return false;
    throw error;
  }
}
