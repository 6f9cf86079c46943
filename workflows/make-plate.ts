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
  const renders = rendersOf(run, prepared, licences);
  // A worker of before one decode could make several names none.
  await inWindow(prepared.together ?? [], window.segments, renders.together);
  let done = 0;
  await inWindow(prepared.segments, window.segments, async (segment) => {
    await renders.segment(segment);
    setCurrentDetails(
      `**rendering** — ${++done} of ${prepared.segments.length} segments of ${prepared.clipName} done.`,
    );
  });
  await inWindow(prepared.movies, window.segments, renders.movie);
  // A worker of before trims existed names none.
  await inWindow(prepared.trims ?? [], window.segments, renders.trim);
  const { madeKey } = await io.finishPlate({ request, planKey, plateId, preparedKey: prepared.preparedKey });
  // Plates that were under way when checks came to be end without one.
  if (patched('check-plate')) await io.checkPlate({ request, planKey, plateId, madeKey });
  setCurrentDetails(`**made** — ${plateId} from ${prepared.clipName}.`);
  return { state: 'made' };
}

type Work = { [K in 'together' | 'segments' | 'movies' | 'trims']: NonNullable<PlateWork[K]>[number] };

/** The renders of a plate, each with the sentence that the UI shows of it. */
function rendersOf({ request, plateId }: PlateRun, { clipName, ...prepared }: PlateWork, licences: Licences) {
  const renderOn = (taskQueue: string) => proxyActivities<Activities>({ ...renderPolicy, taskQueue });
  const open = renderOn(queueOf('render', request.site));
  /** Every render goes where its engine is, and waits for a licence where the site has a number of them. */
  const atEngine = async <T>(
    engine: string | undefined,
    work: (at: ActivitiesAt) => Promise<T>,
  ): Promise<T> => {
    if (engine === undefined) return work(open);
    const count = prepared.licences?.[engine];
    const at = renderOn(engineQueue(request.site, engine));
    return count === undefined ? work(at) : licences.during(engine, count, () => work(at));
  };
  return {
    together({ deliverables, jobKey, first, last }: Work['together']) {
      const summary = `render ${clipName} frames ${first}-${last} for ${plateId}: ${deliverables.join(', ')}`;
      return open.renderTogether.executeWithOptions({ summary }, [
        { request, plateId, deliverables, jobKey },
      ]);
    },
    segment({ deliverable, jobKey, first, last, engine }: Work['segments']) {
      const summary = `render ${clipName} frames ${first}-${last} for ${plateId}`;
      const segment = { request, plateId, deliverable, jobKey, first, last };
      return atEngine(engine, (at) => at.renderSegment.executeWithOptions({ summary }, [segment]));
    },
    movie({ deliverable, jobKey, engine }: Work['movies']) {
      const summary = `render ${deliverable} of ${clipName} for ${plateId}`;
      const movie = { request, plateId, deliverable, jobKey };
      return atEngine(engine, (at) => at.renderMovie.executeWithOptions({ summary }, [movie]));
    },
    trim({ deliverable, jobKey }: Work['trims']) {
      const summary = `trim ${clipName} for ${plateId}`;
      return open.trimClip.executeWithOptions({ summary }, [{ request, plateId, deliverable, jobKey }]);
    },
  };
}
