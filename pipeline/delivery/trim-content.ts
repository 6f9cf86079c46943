import { type Finding, finding } from '../../schemas/finding.ts';
import type { PackageEntry } from '../../schemas/package.ts';
import type { DeliveredTrim, MadeTrim, OriginalFile, PreparedTrim } from '../../schemas/trim.ts';
import { textField } from './clip-source.ts';
import type { PackagedPlate, PackageInput } from './package.ts';
import { trimFolder } from './package-paths.ts';
import { timecodeAt } from './timecode-at.ts';

type TrimContent = { trims: DeliveredTrim[]; entries: PackageEntry[]; findings: Finding[] };

/**
 * The originals of a plate under their own names in the plate's folder. Frame files, sidecars and whole movies point at
 * the objects among the camera files: no byte of them is copied for the package.
 */
export function trimContent(input: PackageInput, plate: PackagedPlate): TrimContent {
  const parts = (plate.prepared.trims ?? []).map((trim) => {
    const made = plate.made.trims?.find(({ name }) => name === trim.name);
    return oneTrim(input, plate, trim, made);
  });
  return {
    trims: parts.flatMap(({ trims }) => trims),
    entries: parts.flatMap(({ entries }) => entries),
    findings: parts.flatMap(({ findings }) => findings),
  };
}

function oneTrim(
  input: PackageInput,
  plate: PackagedPlate,
  trim: PreparedTrim,
  made: MadeTrim | undefined,
): TrimContent {
  const { planned, source } = plate;
  if (made === undefined) {
    const sentence = `${planned.plateId} (${trim.name}) was not made.`;
    const wanted = trim.frames.last - trim.frames.first + 1;
    const subject = { kind: 'plate', id: planned.plateId } as const;
    const absent = finding('frame-count-mismatch', subject, sentence, { expected: wanted, count: 0 });
    return { trims: [], entries: [], findings: [absent] };
  }
  const folder = trimFolder(input.recipe, trim.name, planned, input.revision);
  const below = commonFolder([...trim.pictures, ...trim.companions]);
  const named = (file: OriginalFile) => `${folder}/${file.path.slice(below.length)}`;
  const pictures =
    made.made === null ? trim.pictures.map(originalEntry(named)) : [cutEntry(input, trim, made, named)];
  const { count, first, method } = extent(trim, made);
  const delivered: DeliveredTrim = {
    plateId: planned.plateId,
    shot: planned.shot,
    plate: planned.plate,
    deliverable: trim.name,
    clipName: planned.clipName,
    reelName: textField(source.clip, 'reelName'),
    folder,
    method,
    pictures: pictures.map(({ path }) => path),
    frames: { count, firstSourceFrame: first, wanted: trim.frames },
    startTimecode: timecodeAt(source, first),
    handles: planned.handles,
    ocf: [...trim.pictures, ...trim.companions].map(({ path, object }) => ({ path, xxh128: object.xxh128 })),
    eventIndex: planned.eventIndex,
    cutFrames: planned.cutFrames,
    speed: planned.speed,
    reverse: planned.reverse,
  };
  const entries = [...pictures, ...trim.companions.map(originalEntry(named))];
  return { trims: [delivered], entries, findings: made.findings };
}

function extent(
  trim: PreparedTrim,
  { made }: MadeTrim,
): { count: number; first: number; method: DeliveredTrim['method'] } {
  if (made !== null) return { count: made.frameCount, first: trim.frames.first, method: 'cut' };
  const frames = trim.pictures.flatMap(({ frame }) => frame ?? []);
  if (frames.length > 0) return { count: frames.length, first: Math.min(...frames), method: 'frames' };
  const { first, last } = trim.covers;
  // A sequence of which no frame of the range exists holds nothing; its finding says so.
  if (trim.pictures.length === 0) return { count: 0, first: trim.frames.first, method: 'frames' };
  return { count: last - first + 1, first, method: 'whole-file' };
}

function originalEntry(named: (file: OriginalFile) => string): (file: OriginalFile) => PackageEntry {
  return (file) => {
    const { bucket, key, versionId, sizeBytes, xxh128 } = file.object;
    const role =
      file.role === 'frame' || file.role === 'essence' || file.role === 'segment' ? 'trim' : 'other';
    const path = named(file);
    return { path, bucket, key, ...(versionId === undefined ? {} : { versionId }), sizeBytes, xxh128, role };
  };
}

function cutEntry(
  input: PackageInput,
  trim: PreparedTrim,
  { made }: MadeTrim,
  named: (file: OriginalFile) => string,
): PackageEntry {
  const [original] = trim.pictures;
  if (original === undefined || made === null) throw new Error(`trim "${trim.name}" was cut from no file`);
  const { key, sizeBytes, xxh128 } = made;
  return { path: named(original), bucket: input.workBucket, key, sizeBytes, xxh128, role: 'trim' };
}

/** The deepest folder that holds all files, with its slash; empty when they share none. */
function commonFolder(files: readonly OriginalFile[]): string {
  const folders = files.map(({ path }) => path.slice(0, path.lastIndexOf('/') + 1));
  let common = folders[0] ?? '';
  while (!folders.every((folder) => folder.startsWith(common)))
    common = common.slice(0, common.lastIndexOf('/', common.length - 2) + 1);
  return common;
}
