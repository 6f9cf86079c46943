import type { EngineIdentity } from '../../schemas/engine.ts';
import { type Finding, finding } from '../../schemas/finding.ts';
import type { PreparedDeliverable, PreparedPlate } from '../../schemas/plate-facts.ts';
import type { DeliverableSpec, Recipe, TrimSpec } from '../../schemas/recipe.ts';
import type { Geometry, SegmentJob } from '../../schemas/segment-job.ts';
import type { SoundChoice } from '../../schemas/sound.ts';
import type { PlannedPlate } from '../../schemas/turnover.ts';
import type { FdlDocument } from '../../standards/fdl/fdl-document.ts';
import type { AmfSource } from './amf-source.ts';
import { chooseAmf } from './choose-amf.ts';
import { type ClipSource, textField } from './clip-source.ts';
import { type BakedColour, type LookDocuments, plateColour, proxyColour } from './colour.ts';
import { type FdlFraming, fdlGeometry } from './fdl-geometry.ts';
import { fullSourceGeometry } from './geometry.ts';
import { type LaidSound, laySound } from './lay-sound.ts';
import { logColour } from './log-colour.ts';
import { pixelKey } from './pixel-key.ts';
import type { PlateDocumentSources } from './plate-documents.ts';
import { prepareTrim } from './prepare-trim.ts';
import { logPlateJob, plateJob, proxyJob, stillJob } from './segment-job.ts';
import { orientationOf, sourceSize } from './stored-picture.ts';
import { timecodeAt } from './timecode-at.ts';
import { workKey } from './work-key.ts';

/** What deciding about a plate needs. */
export type PlateInput = {
  turnover: string;
  plate: PlannedPlate;
  source: ClipSource;
  recipe: Recipe;
  /** The turnover's AMFs; none when nobody sent one. */
  amfs: readonly AmfSource[];
  /** Sound recordings of the shoot day, with the objects of their files. @default none */
  sounds?: readonly ClipSource[];
  /** Whose sound all movies carry. @default as the recipe has it */
  sound?: SoundChoice;
  /** The turnover's FDL, valid; null when nobody sent one. */
  fdl?: FdlDocument | null;
  /**
   * Which engine makes a job, with the versions that go into its key; or why none can, in one sentence.
   * @default the open engine in the versions of `fingerprint`
   */
  engineFor?: (job: SegmentJob) => EngineIdentity | { none: string };
  /** Versions of the open engine, which also cuts originals. */
  fingerprint: Record<string, string>;
};

/**
 * Decides everything about a plate before a pixel is made: framing, colour, one job and key per deliverable. A
 * deliverable that cannot be made is left out, and an error among the findings says why.
 * @throws PipelineError not-found, unreadable, unsupported when the clip lacks what rendering needs
 */
export function preparePlate(given: PlateInput): PreparedPlate {
  const choice = chooseAmf(given.source, given.amfs);
  const input = { ...given, amf: choice.amf };
  const pictures = input.recipe.deliverables.filter((spec) => spec.kind !== 'trim');
  const trims = input.recipe.deliverables
    .filter((spec): spec is TrimSpec => spec.kind === 'trim')
    .map((spec) => prepareTrim({ ...input, spec }));
  // What is handed over as the camera made it is not framed.
  const framing = pictures.length === 0 ? UNFRAMED : frame(input);
  const { geometry } = framing;
  const prepared =
    geometry === null || choice.isUndecided
      ? []
      : pictures.map((spec) => prepareDeliverable(input, spec, geometry));
  const told = prepared.find((one) => one.told !== null)?.told ?? null;
  return {
    version: 1,
    kind: 'prepared-plate',
    turnover: input.turnover,
    plateId: input.plate.plateId,
    deliverables: prepared.flatMap(({ deliverable }) => (deliverable === null ? [] : [deliverable])),
    ...(trims.length === 0 ? {} : { trims: trims.map(({ trim }) => trim) }),
    findings: onceEach([
      ...choice.findings,
      ...framing.findings,
      ...prepared.flatMap(({ findings }) => findings),
      ...trims.flatMap(({ findings }) => findings),
    ]),
    sources: documentSources(input, told, framing.fdl),
  };
}

const UNFRAMED: FdlFraming = { geometry: null, fdl: null, findings: [] };

function frame({ source, recipe, fdl }: PlateInput): FdlFraming {
  const framing = fdl
    ? fdlGeometry(source, fdl, recipe.framing ?? { template: null, upscale: false })
    : { ...fullSourceGeometry(source), fdl: null };
  return { ...framing, findings: [...turned(source), ...interlaced(source), ...framing.findings] };
}

/** A framing document of such a clip may speak of the picture as it is stored or as it is seen. */
function turned({ clip, clipId }: ClipSource): Finding[] {
  const orientation = orientationOf(clip);
  if (orientation === null) return [];
  const { width, height } = sourceSize(clip);
  const how = [
    ...(orientation.mirrored ? ['mirrored'] : []),
    ...(orientation.clockwise === 0 ? [] : [`turned by ${orientation.clockwise}°`]),
  ];
  const sentence = `${clip.clipName} is stored to be ${how.join(' and ')} when it is shown: what is made of it is upright, ${width}x${height}.`;
  return [
    finding('picture-turned', { kind: 'clip', id: clipId }, sentence, { ...orientation, width, height }),
  ];
}

/** Nothing here makes frames of fields: that is a decision about motion, and another's. */
function interlaced({ clip, clipId }: ClipSource): Finding[] {
  if (textField(clip, 'scanType') !== 'interlaced') return [];
  const order = textField(clip, 'fieldOrder');
  const first = order === null ? '' : `, ${order} field first`;
  const sentence = `${clip.clipName} was recorded in fields${first}: its frames are delivered with both fields, not deinterlaced.`;
  return [finding('picture-interlaced', { kind: 'clip', id: clipId }, sentence, { order })];
}

/** With the AMF that is this clip's. */
type DecidedInput = PlateInput & { amf: AmfSource | null };

type Prepared = { deliverable: PreparedDeliverable | null; findings: Finding[]; told: BakedColour | null };

function documentSources(
  { amf }: DecidedInput,
  told: BakedColour | null,
  fdl: string | null,
): PlateDocumentSources {
  return { told, amf: amf && { name: amf.name, text: amf.text }, amfFiles: amf?.files ?? [], fdl };
}

function prepareDeliverable(
  input: DecidedInput,
  spec: Exclude<DeliverableSpec, TrimSpec>,
  geometry: Geometry,
): Prepared {
  const { source, plate } = input;
  const look: LookDocuments = { amf: input.amf, cdl: plate.cdl, cdlSource: plate.cdlSource };
  if (spec.kind === 'plate') {
    const { colour, findings, told } = plateColour(source, spec.colour, look);
    if (colour === null) return { deliverable: null, findings, told };
    const job = plateJob({ source, plate, spec, colour, geometry });
    return { ...byEngine(input, { name: spec.name, kind: 'sequence', job }, pixelKey, findings), told };
  }
  if (spec.kind === 'log-plate') {
    const { colour, findings, told } = logColour(source, spec, look);
    if (colour === null) return { deliverable: null, findings, told };
    const job = logPlateJob({ source, plate, spec, colour, geometry });
    return { ...byEngine(input, { name: spec.name, kind: 'sequence', job }, pixelKey, findings), told };
  }
  const { colour, findings, told } = proxyColour(source, spec, look);
  if (colour === null) return { deliverable: null, findings, told };
  if (spec.kind === 'still') {
    const job = stillJob({ source, plate, spec, colour, geometry });
    return { ...byEngine(input, { name: spec.name, kind: 'movie', job }, workKey, findings), told };
  }
  const laid = laySound(source, plate, input.sounds ?? [], input.sound ?? spec.sound ?? 'camera');
  const startTimecode = timecodeAt(source, plate.sourceFrames.first);
  const job = proxyJob({ source, plate, spec, colour, geometry, startTimecode, laid });
  const all = [...findings, ...laid.findings];
  const made = byEngine(input, { name: spec.name, kind: 'movie', job }, workKey, all);
  return { ...made, findings: [...made.findings, ...soundLeftOut(input, made.deliverable, laid)], told };
}

/** A maker's engine decodes pictures; the sound beside them in the camera's file stays there. */
function soundLeftOut(
  { source: { clip }, plate }: PlateInput,
  deliverable: PreparedDeliverable | null,
  { sound }: LaidSound,
): Finding[] {
  const isWanted = sound === null || sound.camera;
  const tracks = (clip.fields.audio?.value as unknown[] | null | undefined) ?? [];
  if (deliverable === null || deliverable.job.engine === 'open' || !isWanted || tracks.length === 0)
    return [];
  const { name, job } = deliverable;
  const sentence = `${name} of ${plate.plateId} lacks the sound that ${clip.clipName} was recorded with: ${job.engine} decodes its pictures alone. A sound roll is laid under it where one runs.`;
  const subject = { kind: 'plate', id: plate.plateId } as const;
  return [finding('camera-sound-left-out', subject, sentence, { engine: job.engine })];
}

/** The deliverable by the engine that makes it: its job names it, its key is made with its versions. */
function byEngine(
  { plate, fingerprint, engineFor = () => ({ name: 'open', versions: fingerprint }) }: PlateInput,
  wanted: Pick<PreparedDeliverable, 'name' | 'kind' | 'job'>,
  keyOf: (job: SegmentJob, fingerprint: Record<string, string>) => string,
  findings: Finding[],
): Pick<Prepared, 'deliverable' | 'findings'> {
  const engine = engineFor(wanted.job);
  if ('none' in engine) {
    const sentence = `${wanted.name} of ${plate.plateId} waits for an engine. ${engine.none}`;
    const subject = { kind: 'plate' as const, id: plate.plateId };
    return { deliverable: null, findings: [...findings, finding('engine-unavailable', subject, sentence)] };
  }
  const job = { ...wanted.job, engine: engine.name };
  return { deliverable: { ...wanted, job, contentKey: keyOf(job, engine.versions), engine }, findings };
}

function onceEach(findings: Finding[]): Finding[] {
  const byText = new Map(
    findings.map((found) => [`${found.code} ${found.subject.id} ${found.forPeople}`, found]),
  );
  return [...byText.values()];
}
