import { type Finding, finding } from '../../schemas/finding.ts';
import type { ColorStep } from '../../schemas/segment-job.ts';
import { inputIdOf } from '../../standards/amf/transform-table.ts';
import type { AmfSource } from './amf-source.ts';
import { isForClip } from './choose-amf.ts';
import type { ClipSource } from './clip-source.ts';
import { inputColorSpace } from './input-space.ts';

const RAW = 'camera-native';
const ACES = 'ACES2065-1';

/** How decoded pixels come to ACES2065-1. */
export type InputChoice = {
  decodedSpace: string;
  steps: ColorStep[];
  /** Index of the AMF's input transform when that is what was done; null when it was not used. */
  amfIndex: number | null;
  /** Id of the transform that was applied instead, for the delivered AMF; null when none was or none has an id. */
  id: string | null;
};

export type InputDecision = { input: InputChoice | null; findings: Finding[] };

/**
 * Chooses the input transform of a clip. An AMF that is for this clip decides; one for no clip or another is a template,
 * and then what the camera format says stands, with a warning where the two differ. Raw is developed straight to ACES, so
 * that no input transform is left to do.
 */
export function chooseInput(source: ClipSource, amf: AmfSource | null): InputDecision {
  const space = inputColorSpace(source);
  const index = amf?.steps.findIndex((step) => step.kind === 'input') ?? -1;
  const step = amf?.steps[index];
  if (space === RAW) return developed(step ? index : null);
  if (!step) return space === null ? missing(source) : fromSpace(space, []);
  const amfSpace = spaceOf(step.operations);
  if (!isForClip(source, amf!) && space !== null && amfSpace !== space) {
    return fromSpace(space, [conflict(source, space, step.id, amf!.name)]);
  }
  const findings =
    space !== null && amfSpace !== null && amfSpace !== space
      ? [conflict(source, space, step.id, amf!.name)]
      : [];
  if (step.applied) return { input: { decodedSpace: ACES, steps: [], amfIndex: index, id: null }, findings };
  // Why it cannot be carried out stands among the problems of the AMF.
  if (step.operations === null) return { input: null, findings };
  return {
    input: { decodedSpace: amfSpace ?? 'Raw', steps: step.operations, amfIndex: index, id: null },
    findings,
  };
}

function developed(amfIndex: number | null): InputDecision {
  return { input: { decodedSpace: RAW, steps: [], amfIndex, id: null }, findings: [] };
}

function fromSpace(space: string, findings: Finding[]): InputDecision {
  const steps: ColorStep[] = space === ACES ? [] : [{ kind: 'convert', from: space, to: ACES }];
  return { input: { decodedSpace: space, steps, amfIndex: null, id: inputIdOf(space) }, findings };
}

function missing(source: ClipSource): InputDecision {
  const sentence = `Clip ${source.clip.clipName} has no input transform: set one for its camera format with "rushes formats set".`;
  return {
    input: null,
    findings: [finding('input-transform-missing', { kind: 'clip', id: source.clipId }, sentence, {})],
  };
}

function conflict(source: ClipSource, space: string, id: string | null, amf: string): Finding {
  const used = 'what stands nearer to the clip is used: an AMF for this very clip, else the camera format';
  const sentence = `${amf} has the input transform ${id} where the camera format of ${source.clip.clipName} says ${space}; ${used}.`;
  return finding('input-transform-conflict', { kind: 'clip', id: source.clipId }, sentence, {
    amf: id,
    cameraFormat: space,
  });
}

function spaceOf(operations: ColorStep[] | null): string | null {
  const [first] = operations ?? [];
  return first?.kind === 'convert' && first.to === ACES ? first.from : null;
}
