import { decodableSpaces } from '../engine/open/color-config.ts';
import type { LearnedRule } from '../schemas/camera-format.ts';
import { PipelineError } from '../schemas/failure.ts';
import { turnoverWorkflowId } from '../workflows/ids.ts';
import { connectRushes } from './client.ts';
import type { Installation } from './installation.ts';

/**
 * Keeps a person's answer as a fact and a rule, and lets waiting turnovers of the production plan again.
 * @returns how many turnovers look again
 * @throws PipelineError not-found for a format that the production does not have, input-invalid for a colour space that the config does not have
 */
export async function teach(
  { deps }: Installation,
  rule: LearnedRule,
  temporal: { address: string; namespace: string },
): Promise<number> {
  const format = await deps.catalogue.getCameraFormat(rule.formatId);
  if (format === null || format.production !== rule.production)
    throw new PipelineError(
      'not-found',
      `The production ${rule.production} has no camera format ${rule.formatId}: \`rushes formats --production ${rule.production}\` lists them.`,
      { production: rule.production, formatId: rule.formatId },
    );
  await checkColorSpace(rule.attributes.inputColorSpace ?? null);
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

/** A name that the config does not have would only be found out when a plate is made. */
async function checkColorSpace(name: string | null): Promise<void> {
  if (name === null) return;
  const spaces = await decodableSpaces();
  if (spaces.has(name)) return;
  const words = name
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word.length > 2);
  const close = [...spaces].filter((space) => words.some((word) => space.toLowerCase().includes(word)));
  const shown =
    close.length > 0 ? `close to it are ${close.slice(0, 8).join('; ')}` : 'camera-native is for raw';
  throw new PipelineError(
    'input-invalid',
    `«${name}» is no colour space of the pinned OpenColorIO config: ${shown}.`,
    { name, close: close.slice(0, 32) },
  );
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
