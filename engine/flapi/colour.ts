import { PipelineError } from '../../schemas/failure.ts';
import type { ColorStep, SegmentJob } from '../../schemas/segment-job.ts';
import { type AmfStack, amfStackOf } from './amf-stack.ts';

/** What FilmLight's software calls the colour spaces of our pinned OpenColorIO config. */
export type ColourNames = Readonly<Record<string, string>>;

/**
 * The two that FilmLight's own public examples name. Names of camera spaces are not public: an installation adds those it
 * uses, and every name is looked for in the list of the running application before it is used.
 */
export const PUBLIC_COLOUR_NAMES: ColourNames = { 'ACES2065-1': 'ACES_lin', ACEScg: 'ACEScg' };

/** The job's colour in FilmLight's words. */
export type FlapiColour = {
  /** null: the application takes the input colour space from the media. */
  input: string | null;
  /** Working space of the scene, in which CDLs are applied. */
  working: string;
  /** Slope, offset, power by channel, then saturation, in the order that insert_cdl_layer takes. */
  cdls: number[][];
  output: string;
  /** Input transform and look in one document, in the place of `input` and `cdls`; null: by names and layers. */
  amf: AmfStack | null;
};

/**
 * Says the job's colour pipeline in calls that the public interface has: by an AMF where the installation takes one and an
 * AMF can say it, else by names of colour spaces and CDL layers.
 * @throws PipelineError unsupported for a step that it cannot say, or a space without a name there
 */
export function flapiColour(job: SegmentJob, names: ColourNames, takesAmf: boolean): FlapiColour {
  const { decodedSpace, steps, outputSpace } = job.colour;
  let at = decodedSpace === 'camera-native' ? 'ACES2065-1' : decodedSpace;
  const cdls: Extract<ColorStep, { kind: 'cdl' }>[] = [];
  for (const step of steps) {
    if (step.kind === 'cdl') cdls.push(step);
    else if (step.kind === 'convert' && step.from === at) at = step.to;
    else throw unsayable(step);
  }
  const workings = new Set(cdls.map((step) => step.workingSpace));
  if (at !== outputSpace || workings.size > 1)
    throw new PipelineError(
      'unsupported',
      `the flapi engine cannot say a colour pipeline that ends in ${at} for ${outputSpace}, with CDLs in ${workings.size} spaces`,
      { steps, outputSpace },
    );
  const output = nameOf(outputSpace, names);
  const amf = takesAmf ? amfStackOf(job) : null;
  if (amf) return { input: null, working: output, cdls: [], output, amf };
  return {
    input: decodedSpace === 'camera-native' ? null : nameOf(decodedSpace, names),
    working: cdls[0] ? nameOf(cdls[0].workingSpace, names) : output,
    cdls: cdls.map(({ slope, offset, power, saturation }) => [...slope, ...offset, ...power, saturation]),
    output,
    amf: null,
  };
}

/** Refuses a name that the running application does not list. @throws PipelineError unsupported */
export function requireListed(colour: FlapiColour, listed: readonly string[]): void {
  const wanted = [colour.input, colour.working, colour.output].filter((name) => name !== null);
  const absent = [...new Set(wanted)].filter((name) => !listed.includes(name));
  if (absent.length > 0)
    throw new PipelineError(
      'unsupported',
      `this version of FilmLight's software has no colour space ${absent.join(', ')}: correct the names in the engine's configuration`,
      { absent, listed },
    );
}

function nameOf(space: string, names: ColourNames): string {
  const name = names[space];
  if (name !== undefined) return name;
  throw new PipelineError(
    'unsupported',
    `nobody said what FilmLight's software calls ${space}: add it to the colour names of the flapi engine`,
    { space, known: Object.keys(names) },
  );
}

function unsayable(step: ColorStep): PipelineError {
  const what = step.kind === 'convert' ? `convert from ${step.from}` : step.kind;
  return new PipelineError(
    'unsupported',
    `the flapi engine cannot apply the colour step «${what}»: only conversions and CDLs have a public, documented call`,
    { step: step.kind },
  );
}
