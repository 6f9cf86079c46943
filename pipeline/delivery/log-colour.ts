import { finding } from '../../schemas/finding.ts';
import type { LogPlateSpec } from '../../schemas/recipe.ts';
import type { ColorStep } from '../../schemas/segment-job.ts';
import { inputIdOf } from '../../standards/amf/transform-table.ts';
import { type ClipSource, fieldValue } from './clip-source.ts';
import { beginColour, type ColourChoice, carriedCdl, jobColour, type LookDocuments } from './colour.ts';

/** Names of the pinned config for light itself, which no camera recorded as log. */
const SCENE_LINEAR = /^(camera-native|ACES2065-1|ACEScg|Linear .*|CIE XYZ-D65 - Scene-referred)$/;

/**
 * The one log that is made for exchange in DPX; ACEScct and ACEScc are not. Source: SMPTE ST 2065-3; ST 268-1:2014
 * clause 9.2; AMPAS S-2016-001, "transient and internal to software".
 */
const EXCHANGE_LOG = 'ADX10';

/**
 * Colour of a log plate: nothing is applied to what a camera recorded as log, so that its whole pipeline, input transform
 * included, remains to be done and the delivered AMF says so. Pictures of scene-linear light, developed raw above all,
 * have no log of their own and get the exchange log.
 */
export function logColour(
  source: ClipSource,
  spec: Pick<LogPlateSpec, 'log' | 'bits'>,
  look: LookDocuments,
): ColourChoice {
  return beginColour(source, look, (input, findings) => {
    const cdl = carriedCdl(look, source, findings);
    const subject = { kind: 'clip', id: source.clipId } as const;
    const isRecordedLog = !SCENE_LINEAR.test(input.decodedSpace);
    const recorded = recordedBits(source);
    if (recorded !== null && recorded > spec.bits && isRecordedLog) {
      const sentence = `${source.clip.clipName} was recorded with ${recorded} bits and goes as ${spec.bits}-bit DPX; a recipe with 16 bits keeps them all.`;
      findings.push(finding('bit-depth-reduced', subject, sentence, { recorded, delivered: spec.bits }));
    }
    if (isRecordedLog && spec.log === 'camera')
      return {
        colour: jobColour(input.decodedSpace, [], input.decodedSpace),
        findings,
        told: { baked: [], inputId: input.id, inputPending: true, cdl },
      };
    if (spec.log === 'camera') {
      const sentence = `${source.clip.clipName} is scene-linear (${input.decodedSpace}) and has no log of its own; its DPX is ${EXCHANGE_LOG}.`;
      findings.push(finding('log-chosen', subject, sentence, { log: EXCHANGE_LOG }));
    }
    const last: ColorStep = { kind: 'convert', from: 'ACES2065-1', to: EXCHANGE_LOG };
    return {
      colour: jobColour(input.decodedSpace, [...input.steps, last], EXCHANGE_LOG),
      findings,
      told: { baked: [], inputId: inputIdOf(EXCHANGE_LOG), inputPending: true, cdl },
    };
  });
}

function recordedBits(source: ClipSource): number | null {
  const codec = fieldValue(source.clip, 'codec') as { bitDepth?: unknown } | null;
  return typeof codec?.bitDepth === 'number' ? codec.bitDepth : null;
}
