import { z } from 'zod';
import { eventKey } from '../pipeline/conform/event-key.ts';
import { PipelineError } from '../schemas/failure.ts';
import { TurnoverPlan, TurnoverRequest, turnoverId } from '../schemas/turnover.ts';
import { defineActivity } from './define-activity.ts';

const Input = z.object({
  request: TurnoverRequest,
  planKey: z.string(),
  decision: z.object({
    eventIndex: z.int().nonnegative(),
    clipId: z.string().min(1),
    who: z.string().min(1),
    at: z.iso.datetime(),
  }),
});

/**
 * Writes down which clip a person means by an event; the answer is a rule for later lists of the production.
 * A retry is safe: the answer is a fact under its digest, and the rule is kept under the event it answers.
 */
export const recordDecision = defineActivity(
  'recordDecision',
  Input,
  async (deps, { request, planKey, decision }): Promise<string> => {
    const plan = await deps.facts.get(planKey, TurnoverPlan);
    const event = plan.events[decision.eventIndex];
    if (event === undefined)
      throw new PipelineError(
        'not-found',
        `${turnoverId(request)} has no event ${decision.eventIndex}: it has ${plan.events.length}, counted from 0.`,
        { ...decision },
      );
    const clip = await deps.catalogue.getClip(decision.clipId);
    if (clip === null)
      throw new PipelineError('not-found', `There is no clip ${decision.clipId} in ${request.production}.`, {
        ...decision,
      });
    const answer = {
      version: 1,
      kind: 'decision',
      turnover: turnoverId(request),
      eventKey: eventKey(event),
      ...decision,
    };
    await deps.facts.put(
      request.production,
      'decisions',
      `${request.name}/${request.revision}/${decision.eventIndex}`,
      answer,
    );
    await deps.catalogue.saveDecision(turnoverId(request), { ...decision, eventKey: eventKey(event) });
    return `event ${decision.eventIndex} of ${turnoverId(request)} means ${clip.clipName}, says ${decision.who}`;
  },
);
