import { z } from 'zod';
import { PipelineError } from '../schemas/failure.ts';
import { TurnoverRequest, turnoverId } from '../schemas/turnover.ts';
import { defineActivity } from './define-activity.ts';

const Input = z.object({
  request: TurnoverRequest,
  decision: z.object({ eventIndex: z.int().nonnegative(), clipId: z.string().min(1), who: z.string().min(1) }),
});

/**
 * Writes down which clip a person means by an event; the answer is a rule for later lists of the production.
 * A retry is safe: the answer is a fact under its digest, and the rule is kept under the event it answers.
 */
export const recordDecision = defineActivity('recordDecision', Input, async (deps, { request, decision }): Promise<string> => {
  const clip = await deps.catalogue.getClip(decision.clipId);
  if (clip === null) throw new PipelineError('not-found', `There is no clip ${decision.clipId} in ${request.production}.`, { ...decision });
  const answer = { version: 1, kind: 'decision', turnover: turnoverId(request), ...decision };
  await deps.facts.put(request.production, 'decisions', `${request.name}/${request.revision}/${decision.eventIndex}`, answer);
  await deps.catalogue.saveDecision(turnoverId(request), decision);
  return `event ${decision.eventIndex} of ${turnoverId(request)} means ${clip.clipName}, says ${decision.who}`;
});
