import { PipelineError } from '../../schemas/failure.ts';
import type {
  DeliverableSpec,
  LogPlateSpec,
  PlateSpec,
  ProxySpec,
  Recipe,
  TrimSpec,
} from '../../schemas/recipe.ts';
import type { SegmentJob } from '../../schemas/segment-job.ts';
import type { PlannedPlate } from '../../schemas/turnover.ts';
import { outputSize } from './geometry.ts';
import { fileStem, frameName, plateFolder } from './naming.ts';

/** A deliverable that names its own files; a still bears its plate's name. */
export type NamedSpec = PlateSpec | LogPlateSpec | ProxySpec | TrimSpec;

/** Delivery names of one plate's things; paths are relative to the package. */
export type PlatePaths = {
  stem: string;
  /** Folder of the plate: its documents lie here. */
  folder: string;
  document(ending: 'amf' | 'cc' | 'cdl' | 'fdl'): string;
};

/**
 * Where a plate's documents go: beside its frame folder, named like its frames.
 * @param revision of the turnover: a plate that is pulled again has the next version
 * @throws PipelineError input-invalid when the recipe cannot name it
 */
export function platePaths(recipe: Recipe, plate: PlannedPlate, revision: number): PlatePaths {
  const spec = recipe.deliverables.find((one) => one.kind !== 'still');
  if (!spec) throw new PipelineError('input-invalid', `Recipe "${recipe.name}" has no deliverable.`, {});
  const stem = stemOf(spec, plate, revision);
  return { stem, folder: stem, document: (ending) => `${stem}/${stem}.${ending}` };
}

/**
 * The delivery path of each frame of a sequence, in the order of source frames. A frame number counts from the plate's
 * first delivered frame, so that a hole in the source stays a hole in the numbers.
 * @throws PipelineError input-invalid when a number needs more digits than the recipe gives
 */
export function framePaths(
  recipe: Recipe,
  spec: NamedSpec,
  plate: PlannedPlate,
  revision: number,
  job: SegmentJob,
  frames: readonly number[],
): { folder: string; paths: string[] } {
  const stem = stemOf(spec, plate, revision);
  const folder = `${platePaths(recipe, plate, revision).folder}/${frameFolder(recipe, spec, job, stem)}`;
  const paths = frames.map((frame) => {
    const number = plate.firstFrameNumber + frame - plate.sourceFrames.first;
    return `${folder}/${frameName(stem, number, recipe.numbering.digits, job.output.kind)}`;
  });
  return { folder, paths };
}

/** The delivery path of a movie: at the root of the plate's folder. Source: Netflix partner help 360055781594. */
export function moviePath(
  recipe: Recipe,
  spec: DeliverableSpec,
  plate: PlannedPlate,
  revision: number,
): string {
  if (spec.kind !== 'proxy') throw new Error(`${spec.name} is no movie`);
  const { folder, stem } = platePaths(recipe, plate, revision);
  const own = stemOf(spec, plate, revision);
  const name = own === stem && moviesNamed(recipe, own, plate, revision) > 1 ? `${own}_${spec.name}` : own;
  return `${folder}/${name}.${spec.container}`;
}

/** Where it stands what the frames of a plate are made of. */
export function makingPath(
  { recipe, revision }: { recipe: Recipe; revision: number },
  plate: PlannedPlate,
  deliverable: string,
): string {
  return `report/making/${platePaths(recipe, plate, revision).stem}_${deliverable}.json`;
}

/** The folder of a trim: the plate's own, or one below it that bears the deliverable's name where there are others. */
export function trimFolder(recipe: Recipe, name: string, plate: PlannedPlate, revision: number): string {
  const { folder } = platePaths(recipe, plate, revision);
  return recipe.deliverables.length > 1 ? `${folder}/${name}` : folder;
}

/**
 * Holds the names of all plates before anything is made: each file must have a name, and no two the same.
 * @throws PipelineError input-invalid, naming the template and the plates it does not tell apart
 */
export function checkNames(recipe: Recipe, plates: readonly PlannedPlate[], revision: number): void {
  const byStem = new Map<string, string>();
  for (const plate of plates) {
    const { stem } = platePaths(recipe, plate, revision);
    const other = byStem.get(stem.toLowerCase());
    if (other !== undefined) {
      const sentence = `Recipe "${recipe.name}" names ${other} and ${plate.plateId} alike, "${stem}": put {shot} and {plate} into its naming.`;
      throw new PipelineError('input-invalid', sentence, { stem, plates: [other, plate.plateId] });
    }
    byStem.set(stem.toLowerCase(), plate.plateId);
    for (const spec of recipe.deliverables) if (spec.kind !== 'still') stemOf(spec, plate, revision);
    const last = plate.firstFrameNumber + plate.sourceFrames.last - plate.sourceFrames.first;
    if (recipe.deliverables.some(({ kind }) => kind === 'plate' || kind === 'log-plate'))
      frameName(stem, last, recipe.numbering.digits, 'exr');
  }
}

/** Two sequences of one name lie in folders that bear the deliverable's name. */
function frameFolder(recipe: Recipe, spec: DeliverableSpec, job: SegmentJob, stem: string): string {
  const size = plateFolder(stem, outputSize(job.geometry)).slice(stem.length + 1);
  const sequences = recipe.deliverables.filter(({ kind }) => kind === 'plate' || kind === 'log-plate');
  return sequences.length > 1 ? `${size}_${spec.name}` : size;
}

function moviesNamed(recipe: Recipe, stem: string, plate: PlannedPlate, revision: number): number {
  return recipe.deliverables.filter((spec) => spec.kind === 'proxy' && stemOf(spec, plate, revision) === stem)
    .length;
}

function stemOf(spec: NamedSpec, plate: PlannedPlate, revision: number): string {
  return fileStem(spec.naming, {
    shot: plate.shot,
    plate: plate.plate,
    version: plate.plateVersion ?? revision,
    clip: forName(plate.clipName),
    ...(plate.reel === undefined ? {} : { reel: forName(plate.reel) }),
    ...(plate.turnoverName === undefined ? {} : { turnover: plate.turnoverName }),
  });
}

/** Cameras and editors put blanks and more into names; what a file name may not hold becomes an underscore. */
function forName(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9._-]+/g, '_');
}
