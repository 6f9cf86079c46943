import { patched, proxyActivities, setCurrentDetails } from '@temporalio/workflow';
import type { Activities } from '../activities/index.ts';
import type { TurnoverRequest } from '../schemas/turnover.ts';
import { catalogueCall, renderSegment as renderPolicy, wholeFile, window } from './policies.ts';
import { CONTROL_QUEUE, queueOf } from './queues.ts';
import { inWindow } from './window.ts';

export type PlateOutcome = { state: 'made' } | { state: 'failed' | 'waiting' | 'cancelled'; why: string };

export type PlateRun = { request: TurnoverRequest; planKey: string; plateId: string };

/**
 * The life of a plate: resolve framing and colour into jobs, render the segments anywhere, whole movies in one piece, trims,
 * then write down what was made and compare it with its source. Every step asks first whether it was done before.
 */
export async function makePlate({ request, planKey, plateId }: PlateRun): Promise<PlateOutcome> {
  const control = proxyActivities<Activities>({ ...catalogueCall, taskQueue: CONTROL_QUEUE });
  const io = proxyActivities<Activities>({ ...wholeFile, taskQueue: queueOf('io', request.site) });
  const render = proxyActivities<Activities>({ ...renderPolicy, taskQueue: queueOf('render', request.site) });

  const prepared = await control.preparePlate({ request, planKey, plateId });
  if ('waiting' in prepared) return { state: 'waiting', why: prepared.waiting };
  let done = 0;
  await inWindow(prepared.segments, window.segments, async (segment) => {
    const summary = `render ${prepared.clipName} frames ${segment.first}-${segment.last} for ${plateId}`;
    const rendered = await render.renderSegment.executeWithOptions({ summary }, [
      {
        request,
        plateId,
        deliverable: segment.deliverable,
        jobKey: segment.jobKey,
        first: segment.first,
        last: segment.last,
      },
    ]);
    setCurrentDetails(
      `**rendering** — ${++done} of ${prepared.segments.length} segments of ${prepared.clipName} done.`,
    );
    return rendered;
  });
  await inWindow(prepared.movies, window.segments, (movie) =>
    render.renderMovie.executeWithOptions(
      { summary: `render ${movie.deliverable} of ${prepared.clipName} for ${plateId}` },
      [{ request, plateId, deliverable: movie.deliverable, jobKey: movie.jobKey }],
    ),
  );
  // A worker of before trims existed names none.
  await inWindow(prepared.trims ?? [], window.segments, (trim) =>
    render.trimClip.executeWithOptions({ summary: `trim ${prepared.clipName} for ${plateId}` }, [
      { request, plateId, deliverable: trim.deliverable, jobKey: trim.jobKey },
    ]),
  );
  const { madeKey } = await io.finishPlate({ request, planKey, plateId, preparedKey: prepared.preparedKey });
  // Plates that were under way when checks came to be end without one.
  if (patched('check-plate')) await io.checkPlate({ request, planKey, plateId, madeKey });
  setCurrentDetails(`**made** — ${plateId} from ${prepared.clipName}.`);
  return { state: 'made' };
}
