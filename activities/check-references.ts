import path from 'node:path';
import type { ReferenceAt, ViewedFrame } from '../engine/engine.ts';
import { chooseAmf } from '../pipeline/delivery/choose-amf.ts';
import { type ClipSource, numberField, rationalField, textField } from '../pipeline/delivery/clip-source.ts';
import { compareReference } from '../pipeline/delivery/compare-reference.ts';
import { outputSize } from '../pipeline/delivery/geometry.ts';
import { filesByPlate } from '../pipeline/delivery/given-names.ts';
import type { PlateDocumentSources } from '../pipeline/delivery/plate-documents.ts';
import { proxySize } from '../pipeline/delivery/segment-job.ts';
import { frameTimesOf } from '../pipeline/delivery/stored-picture.ts';
import { timecodeAt } from '../pipeline/delivery/timecode-at.ts';
import { viewColour } from '../pipeline/delivery/view-colour.ts';
import { normalizeClip } from '../pipeline/inspection/normalize.ts';
import { PipelineError } from '../schemas/failure.ts';
import { type Finding, finding } from '../schemas/finding.ts';
import type { MadePlate, PreparedPlate, ReferenceCheck, StoredFrame } from '../schemas/plate-facts.ts';
import type { JobColour, SegmentJob } from '../schemas/segment-job.ts';
import type { PlannedPlate, TurnoverPlan, TurnoverRequest } from '../schemas/turnover.ts';
import { framesBetween, framesPerDay, parseTimecode } from '../standards/time/timecode.ts';
import { amfsOf } from './amfs-of.ts';
import type { ActivityRun } from './define-activity.ts';
import type { Dependencies } from './dependencies.ts';
import { referencesOf } from './references-of.ts';
import { resolveSources } from './resolve-sources.ts';
import { allowedFile } from './source-path.ts';

/** What was sent to compare with is looked at in this width. */
const VIEW_WIDTH = 960;
/** Frames before and after the one where the reference should show a frame: half a second covers a slate's worth of error. */
const REACH = 12;

type Plate = {
  request: TurnoverRequest;
  plan: TurnoverPlan;
  planned: PlannedPlate;
  source: ClipSource;
  prepared: PreparedPlate;
  made: MadePlate;
};

/** Compares a made plate, through its AMF, with every dailies reference that came for it. Nothing where none came. */
export async function checkReferences(
  deps: Dependencies,
  plate: Plate,
  run: ActivityRun,
): Promise<{ checks: ReferenceCheck[]; findings: Finding[] }> {
  const all = await referencesOf(deps, plate.request);
  const files = filesByPlate(plate.plan.plates, all).get(plate.planned.plateId) ?? [];
  const checks: ReferenceCheck[] = [];
  const findings: Finding[] = [];
  for (const file of files) {
    run.progress({ stage: 'reference', file: path.basename(file) });
    try {
      const one = await checkOne(deps, plate, file, run);
      checks.push(one.check);
      findings.push(...one.findings);
    } catch (error) {
      if (!(error instanceof PipelineError) || error.retry) throw error;
      findings.push(unusable(plate.planned, file, error.message));
    }
  }
  return { checks, findings };
}

async function checkOne(deps: Dependencies, plate: Plate, file: string, run: ActivityRun) {
  const { planned } = plate;
  const location = await allowedFile(file, deps.sourceRoots);
  const deliverable = plate.prepared.deliverables.find(({ job }) => job.output.kind !== 'movie');
  const told = (plate.prepared as { sources?: PlateDocumentSources }).sources?.told;
  const stored = plate.made.sequences.find(({ name }) => name === deliverable?.name)?.frames ?? [];
  if (deliverable === undefined || !told || deps.engine.viewFrames === undefined)
    throw new PipelineError('unsupported', 'Only a turnover with plates is compared with references.', {
      file,
    });
  const { amf } = chooseAmf(plate.source, await amfsOf(deps, plate.request));
  const look = { amf, cdl: planned.cdl, cdlSource: planned.cdlSource };
  const colour = viewColour(plate.source, deliverable.job.colour.outputSpace, look, told);
  if (colour === null)
    throw new PipelineError('unsupported', 'What remains of its AMF cannot be carried out.', { file });
  const reference = await readReference(deps, plate, location, run);
  const views: ViewedFrame[] = [];
  const candidates: ViewedFrame[][] = [];
  for (const frame of framesToView(planned, stored)) {
    const found = await reference.around(frame.frame);
    if (found === null) continue;
    views.push(await viewOf(deps, deliverable.job, colour, frame, run));
    candidates.push(found);
  }
  if (views.length === 0)
    throw new PipelineError('input-invalid', 'It holds no frame of the plate.', { file });
  return compareReference({
    plateId: planned.plateId,
    fileName: path.basename(file),
    views,
    candidates,
    isMovie: reference.isMovie,
    plateWidth: proxySize(deliverable.job.geometry, outputSize(deliverable.job.geometry).width * 2).width,
  });
}

/** First, middle and last frame of the cut: an error of place in time shows at the ends. */
function framesToView({ cutFrames }: PlannedPlate, stored: readonly StoredFrame[]): StoredFrame[] {
  const [first, last] = [
    Math.min(cutFrames.first, cutFrames.last),
    Math.max(cutFrames.first, cutFrames.last),
  ];
  const wanted = new Set([first, Math.floor((first + last) / 2), last]);
  return stored.filter(({ frame }) => wanted.has(frame)).sort((a, b) => a.frame - b.frame);
}

/** The delivered frame itself, through what its AMF says that remains. */
async function viewOf(
  deps: Dependencies,
  plate: SegmentJob,
  colour: JobColour,
  { frame, key, sizeBytes, xxh128 }: StoredFrame,
  run: ActivityRun,
): Promise<ViewedFrame> {
  const size = outputSize(plate.geometry);
  const geometry = {
    source: size,
    crop: { x: 0, y: 0, ...size },
    scale: null,
    canvas: null,
    pixelAspectRatio: plate.geometry.pixelAspectRatio,
  };
  const bucket = deps.store.bucket('work');
  const job: SegmentJob = {
    ...plate,
    engine: 'open',
    sources: [
      { name: `view.${frame}.${plate.output.kind}`, frame, site: deps.site, bucket, key, sizeBytes, xxh128 },
    ],
    frames: { first: frame, last: frame },
    decode: { codec: plate.output.kind === 'dpx' ? 'dpx' : 'exr', container: 'sequence' },
    geometry,
    colour,
    output: {
      kind: 'movie',
      codec: 'jpeg',
      container: 'jpg',
      size: proxySize(geometry, VIEW_WIDTH),
      burnIns: [],
    },
    route: 'fast',
  };
  const work = await deps.scratch.open({ signal: run.signal });
  try {
    const sources = await resolveSources(deps, job, [frame], work.path, run.signal);
    const { movie } = await deps.engine.render(job, sources, work.output, {
      signal: run.signal,
      progress: () => {},
      threads: deps.renderThreads,
    });
    const [view] = await deps.engine.viewFrames!(
      { location: movie!.file, signal: 'jpeg' },
      { width: proxySize(geometry, VIEW_WIDTH).width, signal: run.signal },
    );
    return { ...view!, frame };
  } finally {
    await work.remove();
  }
}

type Reference = {
  isMovie: boolean;
  /** Pictures around the one that should show a source frame, numbered from it; null where the reference ends before. */
  around(sourceFrame: number): Promise<ViewedFrame[] | null>;
};

async function readReference(
  deps: Dependencies,
  { planned, source }: Plate,
  location: string,
  { signal }: ActivityRun,
): Promise<Reference> {
  const look = (at: ReferenceAt) => deps.engine.viewFrames!(at, { width: VIEW_WIDTH, signal });
  const still = /\.(jpe?g|png|tiff?)$/i.exec(location)?.[1]?.toLowerCase();
  if (still !== undefined) {
    const pictures = await look({ location, signal: still.startsWith('j') ? 'jpeg' : 'rgb' });
    return { isMovie: false, around: async () => pictures.map((one) => ({ ...one, frame: 0 })) };
  }
  const [facts] = await deps.engine.inspect([location], { signal });
  const name = path.basename(location);
  const clip = normalizeClip({
    group: {
      ...{ clipKey: name, clipName: name, cardRule: 'generic', sequence: null, span: null },
      files: [{ path: name, role: 'essence' }],
    },
    facts: new Map([[name, { ...facts!, path: name }]]),
    sizes: new Map([[name, facts!.sizeBytes]]),
  });
  const movie = { clip };
  const frameRate = rationalField(clip, 'frameRate');
  const count = numberField(clip, 'frameCount');
  if (frameRate === null || count === null)
    throw new PipelineError('unreadable', 'Its frame rate or its number of frames cannot be told.', {});
  const isFull = /full|pc/i.test(textField(clip, 'colorRange') ?? '');
  const first = firstShown({ planned, source, movie, count });
  return {
    isMovie: true,
    async around(sourceFrame) {
      const middle = sourceFrame - first;
      const from = Math.max(0, middle - REACH);
      const to = Math.min(count - 1, middle + REACH);
      if (middle < 0 || middle >= count) return null;
      const run = { first: from, count: to - from + 1, frameRate, ...frameTimesOf(clip) };
      const pictures = await look({ location, signal: isFull ? 'full-video' : 'video', movie: run });
      return pictures.map((one) => ({ ...one, frame: one.frame - middle }));
    },
  };
}

/** The source frame that a movie begins with: by timecode, else by its length, else it begins as the cut does. */
function firstShown({
  planned,
  source,
  movie,
  count,
}: Pick<Plate, 'planned' | 'source'> & { movie: Pick<ClipSource, 'clip'>; count: number }): number {
  const start = timecodeAt(source, 0);
  const own = timecodeAt(movie, 0);
  const rate = rationalField(source.clip, 'frameRate');
  const moment = (text: string | null) => {
    const reading = text === null || rate === null ? null : parseTimecode(text, rate);
    return reading?.ok ? reading.timecode : null;
  };
  const [from, at] = [moment(start), moment(own)];
  if (from !== null && at !== null) {
    const ahead = framesBetween(from, at);
    // A movie that begins before the clip is as far behind as a day has frames ahead.
    const day = framesPerDay(from.rate, from.dropFrame);
    return ahead > day / 2 ? ahead - day : ahead;
  }
  const { sourceFrames, cutFrames } = planned;
  if (count === numberField(source.clip, 'frameCount')) return 0;
  return count === sourceFrames.last - sourceFrames.first + 1
    ? sourceFrames.first
    : Math.min(cutFrames.first, cutFrames.last);
}

function unusable({ plateId }: PlannedPlate, file: string, why: string): Finding {
  const sentence = `${plateId} is not compared with ${path.basename(file)}: ${why}`;
  return finding('reference-unusable', { kind: 'plate', id: plateId }, sentence, { file });
}
