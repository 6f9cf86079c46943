import { ActivityFailure, ApplicationFailure } from '@temporalio/common';
import { patched, proxyActivities, setCurrentDetails } from '@temporalio/workflow';
import type { Activities } from '../activities/index.ts';
import type { PlateWork } from '../activities/prepare-plate.ts';
import type { TurnoverRequest } from '../schemas/turnover.ts';
import { type Licences, openLicences } from './licences.ts';
import {
  catalogueCall,
  renderSegment as renderPolicy,
  upgradesInOnePlate,
  wholeFile,
  window,
} from './policies.ts';
import { CONTROL_QUEUE, engineQueue, queueOf } from './queues.ts';
import { inWindow } from './window.ts';

type ActivitiesAt = ReturnType<typeof proxyActivities<Activities>>;

export type PlateOutcome = { state: 'made' } | { state: 'failed' | 'waiting' | 'cancelled'; why: string };

export type PlateRun = { request: TurnoverRequest; planKey: string; plateId: string };

/**
 * The life of a plate: resolve framing and colour into jobs, render what one decode can make, the segments
 * anywhere, whole movies in one piece, trims, then write down what was made and compare it with its source. Every step asks first whether it was done before.
 */
export async function makePlate(run: PlateRun): Promise<PlateOutcome> {
  const control = proxyActivities<Activities>({ ...catalogueCall, taskQueue: CONTROL_QUEUE });
  const licences = openLicences(run.request);
  for (let upgrades = 0; ; upgrades++) {
    const prepared = await control.preparePlate(run);
    if ('waiting' in prepared) return { state: 'waiting', why: prepared.waiting };
    try {
      return await makePrepared(run, prepared, licences);
    } catch (error) {
      if (!isEngineUpgraded(error) || upgrades === upgradesInOnePlate) throw error;
    }
  }
}

/** The site's engine is another than the plate was prepared for: it is prepared again, for the one that is there. */
function isEngineUpgraded(error: unknown): boolean {
  return (
    error instanceof ActivityFailure &&
    error.cause instanceof ApplicationFailure &&
    error.cause.type === 'engine-differs'
  );
}

async function makePrepared(run: PlateRun, prepared: PlateWork, licences: Licences): Promise<PlateOutcome> {
  const { request, planKey, plateId } = run;
  const io = proxyActivities<Activities>({ ...wholeFile, taskQueue: queueOf('io', request.site) });
  const renderOn = (taskQueue: string) => proxyActivities<Activities>({ ...renderPolicy, taskQueue });
  const openQueue = queueOf('render', request.site);
  /** Every render goes where its engine is, and waits for a licence where the site has a number of them. */
  const rendered = async <T>(
    engine: string | undefined,
    work: (at: ActivitiesAt) => Promise<T>,
  ): Promise<T> => {
    if (engine === undefined) return work(renderOn(openQueue));
    const count = prepared.licences?.[engine];
    const at = renderOn(engineQueue(request.site, engine));
    return count === undefined ? work(at) : licences.during(engine, count, () => work(at));
  };
  // A worker of before one decode could make several names none.
  await inWindow(prepared.together ?? [], window.segments, async (group) => {
    const { deliverables, jobKey, first, last } = group;
    const summary = `render ${prepared.clipName} frames ${first}-${last} for ${plateId}: ${deliverables.join(', ')}`;
    await renderOn(openQueue).renderTogether.executeWithOptions({ summary }, [
      { request, plateId, deliverables, jobKey },
    ]);
  });
  let done = 0;
  await inWindow(prepared.segments, window.segments, async (segment) => {
    const { deliverable, jobKey, first, last, engine } = segment;
    const summary = `render ${prepared.clipName} frames ${first}-${last} for ${plateId}`;
    await rendered(engine, (at) =>
      at.renderSegment.executeWithOptions({ summary }, [
        { request, plateId, deliverable, jobKey, first, last },
      ]),
    );
    setCurrentDetails(
      `**rendering** — ${++done} of ${prepared.segments.length} segments of ${prepared.clipName} done.`,
    );
  });
  await inWindow(prepared.movies, window.segments, ({ deliverable, jobKey, engine }) =>
    rendered(engine, (at) =>
      at.renderMovie.executeWithOptions(
        { summary: `render ${deliverable} of ${prepared.clipName} for ${plateId}` },
        [{ request, plateId, deliverable, jobKey }],
      ),
    ),
  );
  // A worker of before trims existed names none.
  await inWindow(prepared.trims ?? [], window.segments, (trim) =>
    renderOn(openQueue).trimClip.executeWithOptions({ summary: `trim ${prepared.clipName} for ${plateId}` }, [
      { request, plateId, deliverable: trim.deliverable, jobKey: trim.jobKey },
    ]),
  );
  const { madeKey } = await io.finishPlate({ request, planKey, plateId, preparedKey: prepared.preparedKey });
  // Plates that were under way when checks came to be end without one.
  if (patched('check-plate')) await io.checkPlate({ request, planKey, plateId, madeKey });
  setCurrentDetails(`**made** — ${plateId} from ${prepared.clipName}.`);
  return { state: 'made' };
}
