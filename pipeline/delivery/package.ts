import type { Finding } from '../../schemas/finding.ts';
import { finding } from '../../schemas/finding.ts';
import type { DeliveredMovie, DeliveredPlate, PackageEntry, PackageManifest } from '../../schemas/package.ts';
import type { MadePlate, PreparedDeliverable, PreparedPlate } from '../../schemas/plate-facts.ts';
import type { Recipe } from '../../schemas/recipe.ts';
import type { DeliveredTrim } from '../../schemas/trim.ts';
import type { PlannedPlate } from '../../schemas/turnover.ts';
import { sha256OfCanonical } from '../../standards/hash/canonical-json.ts';
import { hashBytes } from '../../standards/hash/hasher.ts';
import { type ClipSource, textField } from './clip-source.ts';
import { deliveredMovie } from './delivered-movie.ts';
import { outputSize } from './geometry.ts';
import { framePaths, makingPath, moviePath, platePaths } from './package-paths.ts';
import { timecodeAt } from './timecode-at.ts';
import { trimContent } from './trim-content.ts';

/** A plate that stands in the store, with everything that was decided about it. */
export type PackagedPlate = {
  planned: PlannedPlate;
  source: ClipSource;
  prepared: PreparedPlate;
  made: MadePlate;
};

/** A document of the package: what it says is here, text of ours or bytes of somebody else; it goes to `bucket`/`key`. */
export type PackageDocument = { path: string; role: PackageEntry['role']; text: string | Buffer };

/** The bytes of a document as they are written. */
export function documentBytes({ text }: PackageDocument): Buffer {
  return typeof text === 'string' ? Buffer.from(text, 'utf8') : text;
}

/** What a package is composed of. */
export type PackageInput = {
  turnover: string;
  /** Version of the turnover, which is the version of its plates. */
  revision: number;
  recipe: Recipe;
  engine: Record<string, string>;
  /** The instant of publication, ISO 8601 in UTC: the only clock that documents see. */
  at: string;
  /** Bucket of frames and movies. */
  workBucket: string;
  /** Where the package's own documents go. */
  bucket: string;
  prefix: string;
  plates: PackagedPlate[];
  /** Documents that others wrote: the cut list, an FDL, per-plate documents. */
  documents: PackageDocument[];
  findings: Finding[];
};

/** The entries of everything made, the plates as delivered, and what does not agree with the plan. */
export type PackageContent = {
  plates: DeliveredPlate[];
  movies: DeliveredMovie[];
  trims: DeliveredTrim[];
  entries: PackageEntry[];
  findings: Finding[];
};

type PartContent = Omit<PackageContent, 'trims'>;

/**
 * The content of a package: every frame and movie under its delivery name, pointing at the object that stands already.
 * @throws PipelineError input-invalid when the recipe cannot name a file
 */
export function packageContent(input: PackageInput): PackageContent {
  const made = input.plates.map((plate) => plateContent(input, plate));
  return {
    plates: made.flatMap(({ plates }) => plates),
    movies: made.flatMap(({ movies }) => movies),
    trims: made.flatMap(({ trims }) => trims),
    entries: made.flatMap(({ entries }) => entries),
    findings: [...input.findings, ...made.flatMap(({ findings }) => findings)],
  };
}

/** The entry of a document, its digest taken from its text. */
export function documentEntry(
  input: Pick<PackageInput, 'bucket' | 'prefix'>,
  document: PackageDocument,
): PackageEntry {
  const bytes = documentBytes(document);
  return {
    path: document.path,
    bucket: input.bucket,
    key: `${input.prefix}/${document.path}`,
    sizeBytes: bytes.length,
    xxh128: hashBytes('xxh128', bytes),
    role: document.role,
  };
}

/** `manifest.json`: every file of the package but itself and the MHL, which covers this one in turn. */
export function packageManifest(
  input: PackageInput,
  content: PackageContent,
  documents: PackageDocument[],
): PackageManifest {
  const entries = [...content.entries, ...documents.map((document) => documentEntry(input, document))];
  return {
    version: 1,
    kind: 'package',
    turnover: input.turnover,
    createdAt: input.at,
    recipe: {
      name: input.recipe.name,
      revision: input.recipe.revision,
      digest: sha256OfCanonical(input.recipe),
    },
    engine: input.engine,
    plates: content.plates,
    ...(content.movies.length === 0 ? {} : { movies: content.movies }),
    ...(content.trims.length === 0 ? {} : { trims: content.trims }),
    entries: entries.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0)),
    findings: content.findings,
  };
}

function plateContent(input: PackageInput, plate: PackagedPlate): PackageContent {
  const parts = plate.prepared.deliverables.map((deliverable) =>
    deliverable.kind === 'sequence'
      ? sequenceContent(input, plate, deliverable)
      : movieContent(input, plate, deliverable),
  );
  const trims = trimContent(input, plate);
  return {
    plates: parts.flatMap(({ plates }) => plates),
    movies: parts.flatMap(({ movies }) => movies),
    trims: trims.trims,
    entries: [...parts.flatMap(({ entries }) => entries), ...trims.entries],
    findings: [
      ...plate.prepared.findings,
      ...parts.flatMap(({ findings }) => findings),
      ...trims.findings,
      ...(plate.made.findings ?? []),
    ],
  };
}

function sequenceContent(
  input: PackageInput,
  plate: PackagedPlate,
  deliverable: PreparedDeliverable,
): PartContent {
  const { planned } = plate;
  const spec = specOf(input.recipe, deliverable.name);
  if (spec.kind === 'still')
    throw new Error(`deliverable "${spec.name}" is a still and was made as a sequence`);
  const made = plate.made.sequences.find((sequence) => sequence.name === deliverable.name);
  const frames = [...(made?.frames ?? [])].sort((a, b) => a.frame - b.frame);
  const { first: from, last: to } = planned.sourceFrames;
  const findings = countFindings(planned, deliverable.name, frames.length, to - from + 1);
  if (frames.length === 0) return { plates: [], movies: [], entries: [], findings };
  const names = frames.map(({ frame }) => frame);
  const { folder, paths } = framePaths(input.recipe, spec, planned, input.revision, deliverable.job, names);
  const entries = frames.map((frame, i) => ({
    path: paths[i]!,
    bucket: input.workBucket,
    key: frame.key,
    sizeBytes: frame.sizeBytes,
    xxh128: frame.xxh128,
    role: 'frame' as const,
  }));
  const plates = [deliveredPlate(input, plate, deliverable, folder, names)];
  return { plates, movies: [], entries, findings };
}

/** @param frames delivered source frames in order, at least one */
function deliveredPlate(
  input: PackageInput,
  { planned, source, made }: PackagedPlate,
  deliverable: PreparedDeliverable,
  folder: string,
  frames: readonly number[],
): DeliveredPlate {
  const first = frames[0]!;
  return {
    plateId: planned.plateId,
    shot: planned.shot,
    plate: planned.plate,
    clipName: planned.clipName,
    reelName: textField(source.clip, 'reelName'),
    folder,
    frames: {
      firstNumber: planned.firstFrameNumber + first - planned.sourceFrames.first,
      count: frames.length,
      firstSourceFrame: first,
    },
    size: outputSize(deliverable.job.geometry),
    startTimecode: timecodeAt(source, first),
    handles: planned.handles,
    pixelKey: deliverable.contentKey,
    ocf: originalsOf(source, planned),
    deliverable: deliverable.name,
    ...(deliverable.engine === undefined ? {} : { making: makingPath(input, planned, deliverable.name) }),
    eventIndex: planned.eventIndex,
    cutFrames: planned.cutFrames,
    speed: planned.speed,
    reverse: planned.reverse,
    stem: platePaths(input.recipe, planned, input.revision).stem,
    geometry: deliverable.job.geometry,
    colour: deliverable.job.colour,
    compression: deliverable.job.output.kind === 'exr' ? deliverable.job.output.compression : null,
    frameRate: deliverable.job.clip.frameRate,
    ...(deliverable.engine === undefined ? {} : { engine: deliverable.engine }),
    ...(made.references === undefined ? {} : { references: made.references }),
  };
}

/** The clip's original files that a plate comes from: all of a movie, of a sequence its frames in range; sidecars always. */
function originalsOf(source: ClipSource, planned: PlannedPlate): DeliveredPlate['ocf'] {
  const { first, last } = planned.sourceFrames;
  const outside = source.clip.files.filter(
    ({ frame }) => frame !== undefined && (frame < first || frame > last),
  );
  const left = new Set(outside.map((file) => file.path));
  return source.objects
    .filter(({ path }) => !left.has(path))
    .map(({ path, object }) => ({ path, xxh128: object.xxh128 }));
}

function movieContent(
  input: PackageInput,
  plate: PackagedPlate,
  deliverable: PreparedDeliverable,
): PartContent {
  const made = plate.made.movies.find((movie) => movie.name === deliverable.name);
  const { first, last } = deliverable.job.frames;
  const findings = countFindings(plate.planned, deliverable.name, made?.frameCount ?? 0, last - first + 1);
  if (!made) return { plates: [], movies: [], entries: [], findings };
  const spec = specOf(input.recipe, deliverable.name);
  const isStill = spec.kind === 'still';
  const path = isStill
    ? `thumbnails/${plate.planned.plateId}.jpg`
    : moviePath(input.recipe, spec, plate.planned, input.revision);
  const { key, sizeBytes, xxh128 } = made;
  return {
    plates: [],
    movies: deliveredMovie(plate.planned, deliverable, path, made),
    entries: [
      { path, bucket: input.workBucket, key, sizeBytes, xxh128, role: isStill ? 'thumbnail' : 'proxy' },
    ],
    findings,
  };
}

function countFindings(
  planned: PlannedPlate,
  deliverable: string,
  count: number,
  expected: number,
): Finding[] {
  if (count === expected) return [];
  const sentence = `${planned.plateId} (${deliverable}) has ${count} frames, planned were ${expected}.`;
  return [
    finding('frame-count-mismatch', { kind: 'plate', id: planned.plateId }, sentence, { expected, count }),
  ];
}

function specOf(recipe: Recipe, name: string): Recipe['deliverables'][number] {
  const spec = recipe.deliverables.find((candidate) => candidate.name === name);
  if (spec) return spec;
  throw new Error(`deliverable "${name}" was prepared from another recipe than "${recipe.name}"`);
}
