import { createHash } from 'node:crypto';
import { PipelineError } from '../../schemas/failure.ts';
import type { ColorStep } from '../../schemas/segment-job.ts';
import { findCorrection, readCdlFile } from '../cdl/read-cdl.ts';
import type { AmfForm, AmfReference, AmfTransform, CdlWorkingSpace } from './amf.ts';
import { type AmfFiles, readReferencedFile } from './amf-files.ts';
import type { ProblemList } from './amf-problem.ts';
import { clfFault } from './check-clf.ts';
import { findTransform, type KnownTransform, RENDERING_TRANSFORM } from './transform-table.ts';

const ACES = 'ACES2065-1';

/** File formats that OpenColorIO reads as transforms; AMF itself speaks of CLF. */
const LUT_FILE = /\.(clf|ctf|cube|3dl|spi1d|spi3d|csp)$/i;

type Context = { files: AmfFiles; problems: ProblemList };

/**
 * The steps that carry out one transform of the pipeline, from and to ACES2065-1 but for the outer end of input and
 * output; null, with a problem, when it cannot be done exactly.
 */
export async function resolveTransform(
  transform: AmfTransform,
  context: Context,
): Promise<ColorStep[] | null> {
  const { form } = transform;
  switch (form.kind) {
    case 'reference':
      return resolveReference(form.reference, transform.role, context);
    case 'pair':
      return resolvePair(form, transform.role, context.problems);
    case 'cdl':
      return withinWorkingSpace(form.workingSpace, form.cdl, context);
    case 'cdl-reference':
      return resolveCorrection(form, transform, context);
  }
}

async function resolveReference(
  reference: AmfReference,
  role: AmfTransform['role'] | 'working-space',
  context: Context,
): Promise<ColorStep[] | null> {
  const { kind, value } = reference.target;
  if (kind === 'file') return resolveFile(reference, context);
  if (kind === 'uuid') {
    context.problems.add(
      'transform-unsupported',
      reference,
      `the transform is named by ${value} only, and nothing tells which file bears it; name the file.`,
      { uuid: value },
    );
    return null;
  }
  const known = findTransform(value);
  if (known === null) {
    const why =
      'has no exact counterpart in the pinned OpenColorIO config; it is made-up, misspelled, or not carried by OpenColorIO';
    context.problems.add('transform-unknown', reference, `${value} ${why}.`, { id: value });
    return null;
  }
  const steps = stepsOf(known, role);
  if (steps === null) {
    context.problems.add('transform-unsupported', reference, `${value} cannot stand as ${role} transform.`, {
      id: value,
      role,
    });
  }
  return steps;
}

function stepsOf(known: KnownTransform, role: AmfTransform['role'] | 'working-space'): ColorStep[] | null {
  if (known.kind === 'space') {
    if (role === 'input') return known.toAces ? convert(known.space, ACES) : null;
    if (role === 'working-space')
      return known.toAces ? convert(known.space, ACES) : convert(ACES, known.space);
    return null;
  }
  if (known.kind === 'look')
    return role === 'look' ? [{ kind: 'builtin', style: known.style, inverse: known.inverse }] : null;
  const { viewStyle, displayStyle, inverse } = known;
  if (role === 'output' && !inverse) return [builtin(viewStyle, false), builtin(displayStyle, false)];
  return role === 'input' && inverse ? [builtin(displayStyle, true), builtin(viewStyle, true)] : null;
}

/** RRT and ODT of ACES 1: OpenColorIO has them as one, so the RRT must be the one that is inside. */
function resolvePair(
  form: AmfForm & { kind: 'pair' },
  role: AmfTransform['role'],
  problems: ProblemList,
): ColorStep[] | null {
  const isInput = role === 'input';
  const [rendering, device] = isInput ? [form.second, form.first] : [form.first, form.second];
  const expected = isInput ? RENDERING_TRANSFORM.inverse : RENDERING_TRANSFORM.rrt;
  for (const { target, line } of [rendering, device]) {
    if (target.kind !== 'id') {
      problems.add(
        'transform-unsupported',
        { line },
        `a transform of an ACES 1 pair is named by ${target.kind}; only ids are carried out.`,
        { target },
      );
      return null;
    }
  }
  if (rendering.target.value !== expected) {
    problems.add(
      'transform-unknown',
      rendering,
      `${rendering.target.value} is not the rendering transform that OpenColorIO has, ${expected}.`,
      { id: rendering.target.value },
    );
    return null;
  }
  const known = findTransform(device.target.value);
  const steps = known?.kind === 'output' ? stepsOf(known, role) : null;
  if (!steps) {
    problems.add(
      'transform-unknown',
      device,
      `${device.target.value} has no exact counterpart in OpenColorIO.`,
      { id: device.target.value },
    );
  }
  return steps;
}

async function resolveFile(
  reference: AmfReference,
  { files, problems }: Context,
): Promise<ColorStep[] | null> {
  const read = await readReferencedFile(reference.target.value, reference, files, problems);
  if (!read) return null;
  if (!LUT_FILE.test(read.path)) {
    problems.add('transform-unsupported', reference, `"${read.path}" is no CLF file.`, { path: read.path });
    return null;
  }
  const fault = /\.(clf|ctf)$/i.test(read.path) ? clfFault(read.text, read.path) : null;
  if (fault !== null) {
    problems.add('transform-unsupported', reference, `${fault}.`, { path: read.path });
    return null;
  }
  const sha256 = createHash('sha256').update(read.text, 'utf8').digest('hex');
  return [{ kind: 'file', name: read.path, sha256, content: read.text }];
}

async function resolveCorrection(
  form: AmfForm & { kind: 'cdl-reference' },
  transform: AmfTransform,
  context: Context,
): Promise<ColorStep[] | null> {
  const { problems } = context;
  if (form.file === null) {
    problems.add(
      'transform-unsupported',
      transform,
      `colour correction "${form.correctionId}" is named without the file that holds it.`,
      { id: form.correctionId },
    );
    return null;
  }
  const read = await readReferencedFile(
    form.file,
    { hash: null, line: transform.line },
    context.files,
    problems,
  );
  if (!read) return null;
  try {
    const { cdl } = findCorrection(readCdlFile(read.text, read.path), form.correctionId, read.path);
    return await withinWorkingSpace(form.workingSpace, cdl, context);
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error;
    const code = error.code === 'not-found' ? 'colour-correction-missing' : 'document-invalid';
    problems.add(code, transform, error.message, error.facts);
    return null;
  }
}

/**
 * A CDL between the ways into and out of its working space. The conversion before it names the space in which it stands,
 * so that it is never converted a second time.
 */
async function withinWorkingSpace(
  { to, from }: CdlWorkingSpace,
  cdl: { slope: number[]; offset: number[]; power: number[]; saturation: number },
  context: Context,
): Promise<ColorStep[] | null> {
  const out = await resolveReference(from, 'working-space', context);
  const into = to ? await resolveReference(to, 'working-space', context) : out && inverted(out);
  if (!out) return null;
  if (!into) {
    if (!to)
      context.problems.add(
        'transform-unsupported',
        from,
        'only <fromCdlWorkingSpace> is given, as a file, whose inverse is not known; give <toCdlWorkingSpace> too.',
        {},
      );
    return null;
  }
  if (!leads(into, 'from') || !leads(out, 'to')) {
    context.problems.add(
      'document-invalid',
      from,
      'the CDL working space runs the wrong way: <toCdlWorkingSpace> must leave ACES and <fromCdlWorkingSpace> return to it.',
      {},
    );
    return null;
  }
  const last = into.at(-1);
  const space = last?.kind === 'convert' ? last.to : ACES;
  const { slope, offset, power, saturation } = cdl;
  const grade: ColorStep = {
    kind: 'cdl',
    slope: [...slope],
    offset: [...offset],
    power: [...power],
    saturation,
    workingSpace: space,
  };
  return [...convert(ACES, ACES), ...into, grade, ...out];
}

function leads(steps: ColorStep[], way: 'to' | 'from'): boolean {
  return steps.every((step) => step.kind !== 'convert' || step[way] === ACES);
}

function inverted(steps: ColorStep[]): ColorStep[] | null {
  if (steps.some((step) => step.kind !== 'convert')) return null;
  return steps.flatMap((step) => (step.kind === 'convert' ? convert(step.to, step.from) : [])).reverse();
}

function convert(from: string, to: string): ColorStep[] {
  return [{ kind: 'convert', from, to }];
}

function builtin(style: string, inverse: boolean): ColorStep {
  return { kind: 'builtin', style, inverse };
}
