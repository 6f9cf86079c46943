import type { Finding } from '../../schemas/finding.ts';
import type { ColorStep } from '../../schemas/segment-job.ts';
import type { Amf, AmfTransform } from './amf.ts';
import type { AmfFiles } from './amf-files.ts';
import { problemList } from './amf-problem.ts';
import { PINNED_CONFIG } from './pinned-config.ts';
import { resolveTransform } from './resolve-transform.ts';

/** Points of the pipeline to which pixels can be brought. `working` is the working location, or ACES where there is none. */
export type AmfPoint = 'aces' | 'working' | 'display';

/** One transform as `amf resolve` shows it. `applied`: in the pixels already; `baked`: put there on the way to the point. */
export type PipelineStep = {
  kind: AmfTransform['role'];
  /** Transform id, file or uuid; of an ACES 1 pair the device transform; null for a CDL. */
  id: string | null;
  applied: boolean;
  baked: boolean;
  description: string | null;
  line: number;
  /** What carries it out; null when that is not known. */
  operations: ColorStep[] | null;
};

/** A pipeline resolved up to a point. */
export type ColorPipeline = {
  version: 1;
  kind: 'color-pipeline';
  config: string;
  to: AmfPoint;
  steps: PipelineStep[];
  problems: Finding[];
  /** Everything not yet applied up to the point, in order; null when a part of it cannot be carried out. */
  operations: ColorStep[] | null;
};

/**
 * Resolves every transform of an AMF, exactly or not at all, and tells which of them bring the pixels to the point. What
 * is applied already is never applied again.
 * @param name of the AMF, for people
 */
export async function resolvePipeline(
  amf: Amf,
  to: AmfPoint,
  files: AmfFiles,
  name: string,
): Promise<ColorPipeline> {
  const problems = problemList(name);
  const count = countUpTo(amf, to);
  const steps: PipelineStep[] = [];
  for (const [index, transform] of amf.pipeline.transforms.entries()) {
    const operations = await resolveTransform(transform, { files, problems });
    const { role, applied, description, line } = transform;
    const baked = !applied && index < count;
    steps.push({ kind: role, id: idOf(transform), applied, baked, description, line, operations });
  }
  const late = steps.find(
    (step, index) => step.applied && steps.slice(0, index).some((earlier) => !earlier.applied),
  );
  if (late) {
    problems.add(
      'document-irregular',
      late,
      `the ${late.kind} transform is applied although one before it is not; the order of the pixels is then another than the order of the file.`,
    );
  }
  mixedSystems(amf, steps, problems);
  const needed = steps.filter((step) => step.baked);
  return {
    version: 1,
    kind: 'color-pipeline',
    config: PINNED_CONFIG.uri,
    to,
    steps,
    problems: problems.findings,
    operations: needed.some((step) => step.operations === null)
      ? null
      : needed.flatMap((step) => step.operations!),
  };
}

/** How many transforms from the start lie before the point. */
export function countUpTo(amf: Amf, to: AmfPoint): number {
  const { transforms, workingLocation } = amf.pipeline;
  if (to === 'display') return transforms.length;
  const inputs = transforms.filter((transform) => transform.role === 'input').length;
  return to === 'working' && workingLocation !== null ? workingLocation : inputs;
}

/** The name under which people know a transform. */
function idOf({ form }: AmfTransform): string | null {
  switch (form.kind) {
    case 'reference':
      return form.reference.target.value;
    case 'pair': {
      const device = [form.first, form.second].find(({ target }) => !/\.?(Inv)?RRT\./.test(target.value));
      return (device ?? form.second).target.value;
    }
    case 'cdl':
      return null;
    case 'cdl-reference':
      return form.correctionId;
  }
}

function mixedSystems(amf: Amf, steps: PipelineStep[], problems: ReturnType<typeof problemList>): void {
  const major = amf.pipeline.systemVersion?.major;
  if (major === undefined) return;
  const output = steps.find((step) => step.kind === 'output');
  const isOfTwo = output?.id?.includes(':transformId:v2.0:');
  if (!output?.id?.includes(':transformId:') || (isOfTwo ? major === 2 : major === 1)) return;
  problems.add(
    'document-irregular',
    output,
    `the output transform is of ACES ${isOfTwo ? 2 : 1}, the pipeline says ACES ${major}; their renderings differ.`,
  );
}
