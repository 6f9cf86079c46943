import { type Finding, finding } from '../../schemas/finding.ts';
import type { ProxySpec } from '../../schemas/recipe.ts';
import type { ColorStep, JobColour } from '../../schemas/segment-job.ts';
import { PINNED_CONFIG } from '../../standards/amf/pinned-config.ts';
import type { ClipSource } from './clip-source.ts';
import { inputColorSpace } from './input-space.ts';

/** The colour of one output; `colour` is null where the plate cannot be made, and a finding says why. */
export type ColourChoice = { colour: JobColour | null; findings: Finding[] };

const RAW = 'camera-native';
const ACES = 'ACES2065-1';

/**
 * Colour of a scene-linear plate where nobody sent an AMF: the camera's input transform and nothing else.
 * @param target colour space of the delivered pixels
 */
export function plateColour(source: ClipSource, target: 'ACES2065-1' | 'ACEScg'): ColourChoice {
  return withInput(source, (decodedSpace) => {
    const from = decodedSpace === RAW ? ACES : decodedSpace;
    const steps: ColorStep[] = from === target ? [] : [{ kind: 'convert', from, to: target }];
    return { decodedSpace, steps, outputSpace: target };
  });
}

/** Colour of a proxy where nobody sent an AMF: the input transform, then the recipe's display and view. */
export function proxyColour(source: ClipSource, spec: Pick<ProxySpec, 'display' | 'view'>): ColourChoice {
  return withInput(source, (decodedSpace) => {
    const from = decodedSpace === RAW ? ACES : decodedSpace;
    return {
      decodedSpace,
      steps: [{ kind: 'display', from, display: spec.display, view: spec.view }],
      outputSpace: spec.display,
    };
  });
}

function withInput(
  source: ClipSource,
  pipeline: (decodedSpace: string) => Pick<JobColour, 'decodedSpace' | 'steps' | 'outputSpace'>,
): ColourChoice {
  const subject = { kind: 'clip', id: source.clipId } as const;
  const name = source.clip.clipName;
  const space = inputColorSpace(source);
  if (space === null) {
    const sentence = `Clip ${name} has no input transform: set one for its camera format with "rushes formats set".`;
    return { colour: null, findings: [finding('input-transform-missing', subject, sentence, {})] };
  }
  const sentence = `There is no AMF for ${name}: only its camera input transform (${space}) is applied.`;
  return {
    colour: { config: PINNED_CONFIG.uri, configSha256: PINNED_CONFIG.sha256, ...pipeline(space) },
    findings: [finding('colour-default', subject, sentence, { inputColorSpace: space })],
  };
}
