import type { Cdl } from '../../schemas/cut-list.ts';
import { type Finding, finding } from '../../schemas/finding.ts';
import type { ProxySpec } from '../../schemas/recipe.ts';
import type { ColorStep, JobColour } from '../../schemas/segment-job.ts';
import { PINNED_CONFIG } from '../../standards/amf/pinned-config.ts';
import type { PipelineStep } from '../../standards/amf/resolve-pipeline.ts';
import { displayNameOf } from '../../standards/amf/transform-table.ts';
import type { AmfSource } from './amf-source.ts';
import type { ClipSource } from './clip-source.ts';
import { chooseInput, type InputChoice } from './colour-input.ts';
import { isSameGrade } from './looks.ts';

/** What people sent about colour: the AMF, and the CDL of this shot in the cut list or in a file of its own. */
export type LookDocuments = {
  amf: AmfSource | null;
  cdl: Cdl | null;
  /** Where the CDL is from, for people. @default the cut list */
  cdlSource?: string | undefined;
};

/** What the delivered AMF must tell of a plate. */
export type BakedColour = {
  /** Indices of the AMF's transforms that are in the pixels now and were not before. */
  baked: number[];
  /** Id of an input transform that was applied without being the AMF's. */
  inputId: string | null;
  /** That transform is not in the pixels: it is what makes light of them. */
  inputPending?: true;
  /** The cut list's CDL, when it is carried beside the pixels. */
  cdl: Cdl | null;
};

/** The colour of one output; `colour` is null where it cannot be made, and a finding says why. */
export type ColourChoice = { colour: JobColour | null; findings: Finding[]; told: BakedColour | null };

const ACES = 'ACES2065-1';
const NOTHING: LookDocuments = { amf: null, cdl: null };

/**
 * Colour of a scene-linear plate: the input transform, and what the AMF has before its working location. Looks after that
 * and the output transform stay a recipe, told by the delivered AMF.
 * @param target colour space of the delivered pixels
 */
export function plateColour(
  source: ClipSource,
  target: 'ACES2065-1' | 'ACEScg',
  look: LookDocuments = NOTHING,
): ColourChoice {
  return beginColour(source, look, (input, findings) => {
    const looks = pending(look.amf, (index, step) => step.kind === 'look' && index < look.amf!.workingCount);
    const steps = operationsOf(looks);
    if (steps === null) return { colour: null, findings, told: null };
    const all = joined(input, steps, target === ACES ? [] : [{ kind: 'convert', from: ACES, to: target }]);
    const carried = carriedCdl(look, source, findings);
    const baked = [...(input.amfIndex === null ? [] : [input.amfIndex]), ...looks.map(({ index }) => index)];
    const told = {
      baked: baked.filter((index) => !look.amf!.steps[index]!.applied),
      inputId: input.id,
      cdl: carried,
    };
    return { colour: jobColour(input.decodedSpace, all, target), findings, told };
  });
}

/**
 * Colour of a picture to look at: everything the AMF has, and the shot's CDL. Where there is no AMF, or where the recipe
 * insists, the recipe's display and view.
 */
export function proxyColour(
  source: ClipSource,
  spec: Pick<ProxySpec, 'display' | 'view' | 'output'>,
  look: LookDocuments = NOTHING,
): ColourChoice {
  return beginColour(source, look, (input, findings) => {
    const output = look.amf?.steps.find((step) => step.kind === 'output');
    const isOwn = spec.output === 'recipe' || !output;
    if (output?.applied) {
      const sentence = `${look.amf!.name} says that the pixels of ${source.clip.clipName} are display-referred already; they are shown as they are.`;
      findings.push(finding('document-irregular', { kind: 'clip', id: source.clipId }, sentence, {}));
      return { colour: jobColour('Raw', [], spec.display), findings, told: null };
    }
    const looks = pending(look.amf, (_index, step) => step.kind === 'look');
    const shown = isOwn ? [] : pending(look.amf, (_index, step) => step.kind === 'output');
    const before = operationsOf(looks.filter(({ index }) => index < look.amf!.workingCount));
    const after = operationsOf([...looks.filter(({ index }) => index >= look.amf!.workingCount), ...shown]);
    if (before === null || after === null) return { colour: null, findings, told: null };
    const cdl = carriedCdl(look, source, findings);
    const display: ColorStep[] = isOwn
      ? [{ kind: 'display', from: ACES, display: spec.display, view: spec.view }]
      : [];
    const steps = joined(input, [...before, ...(cdl ? gradeInAcescct(cdl) : []), ...after], display);
    return {
      colour: jobColour(input.decodedSpace, steps, isOwn ? spec.display : displayOf(shown)),
      findings,
      told: null,
    };
  });
}

/** Chooses the input transform, and lets `decide` go on where there is one. */
export function beginColour(
  source: ClipSource,
  look: LookDocuments,
  decide: (input: InputChoice, findings: Finding[]) => ColourChoice,
): ColourChoice {
  const { input, findings } = chooseInput(source, look.amf);
  const all = [...findings, ...(look.amf?.problems ?? [])];
  if (look.amf && look.amf.amf === null) return { colour: null, findings: all, told: null };
  if (input === null) return { colour: null, findings: all, told: null };
  if (look.amf === null) all.push(withoutAmf(source, input));
  return decide(input, all);
}

type Pending = { index: number; step: PipelineStep };

/** Transforms that are not in the pixels yet. */
function pending(amf: AmfSource | null, wanted: (index: number, step: PipelineStep) => boolean): Pending[] {
  return (amf?.steps ?? [])
    .map((step, index) => ({ index, step }))
    .filter(({ index, step }) => !step.applied && wanted(index, step));
}

function operationsOf(transforms: Pending[]): ColorStep[] | null {
  if (transforms.some(({ step }) => step.operations === null)) return null;
  return transforms.flatMap(({ step }) => step.operations!);
}

/** The display that the AMF's output is for, which the movie's tags follow. */
function displayOf(shown: Pending[]): string {
  const last = operationsOf(shown)?.at(-1);
  return (last?.kind === 'builtin' ? displayNameOf(last.style) : null) ?? 'Raw';
}

/** The conversion to ACES and one that follows at once are one conversion, so that the common plate is curve and matrix. */
function joined(input: InputChoice, looks: ColorStep[], last: ColorStep[]): ColorStep[] {
  const [into] = input.steps;
  const [out] = last;
  if (looks.length === 0 && input.steps.length === 1 && into?.kind === 'convert' && out && 'from' in out) {
    return [{ ...out, from: into.from }];
  }
  return [...input.steps, ...looks, ...last];
}

/** Neither a cut list nor a CDL file names a working space; ACEScct is where grading of ACES shows is done. */
export function gradeInAcescct(cdl: Cdl): ColorStep[] {
  return [
    { kind: 'convert', from: ACES, to: 'ACEScct' },
    {
      kind: 'cdl',
      slope: [...cdl.slope],
      offset: [...cdl.offset],
      power: [...cdl.power],
      saturation: cdl.saturation,
      workingSpace: 'ACEScct',
    },
    { kind: 'convert', from: 'ACEScct', to: ACES },
  ];
}

/** The shot's CDL where it has a place: an AMF that grades already keeps its own. */
export function carriedCdl(look: LookDocuments, source: ClipSource, findings: Finding[]): Cdl | null {
  if (look.cdl === null) return null;
  const from = look.cdlSource ?? 'the cut list';
  const subject = { kind: 'clip', id: source.clipId } as const;
  const own = look.amf?.amf?.pipeline.transforms.find(
    ({ form }) => form.kind === 'cdl' || form.kind === 'cdl-reference',
  );
  if (own) {
    const isSame = own.form.kind === 'cdl' && isSameGrade(own.form.cdl, look.cdl);
    const sentence = `${look.amf!.name} and ${from} both grade ${source.clip.clipName}; the AMF's CDL is used, that of ${from} is delivered beside it.`;
    if (!isSame) findings.push(finding('cdl-conflict', subject, sentence, { from, cdl: look.cdl }));
    return null;
  }
  const sentence = `The CDL of ${source.clip.clipName} comes from ${from}, which names no working space; ACEScct is taken.`;
  findings.push(finding('working-space-assumed', subject, sentence, { from, cdl: look.cdl }));
  return look.cdl;
}

function withoutAmf(source: ClipSource, input: InputChoice): Finding {
  const sentence = `There is no AMF for ${source.clip.clipName}: only its camera input transform (${input.decodedSpace}) is applied.`;
  return finding('colour-default', { kind: 'clip', id: source.clipId }, sentence, {
    inputColorSpace: input.decodedSpace,
  });
}

/** Colour on the pinned config. */
export function jobColour(decodedSpace: string, steps: ColorStep[], outputSpace: string): JobColour {
  return { config: PINNED_CONFIG.uri, configSha256: PINNED_CONFIG.sha256, decodedSpace, steps, outputSpace };
}
