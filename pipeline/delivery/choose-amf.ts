import { type Finding, finding } from '../../schemas/finding.ts';
import type { AmfSource } from './amf-source.ts';
import type { ClipSource } from './clip-source.ts';

/** The AMF of a clip among those of its turnover; null where none is for it, or where it cannot be told which. */
export type AmfChoice = { amf: AmfSource | null; findings: Finding[]; isUndecided: boolean };

/**
 * Chooses the AMF that names this clip; else the one that names no clip, a template; a turnover's only AMF is for all of
 * its clips whatever it names. Two that could both be meant decide nothing.
 */
export function chooseAmf(source: ClipSource, amfs: readonly AmfSource[]): AmfChoice {
  if (amfs.length <= 1) return { amf: amfs[0] ?? null, findings: [], isUndecided: false };
  const own = amfs.filter((amf) => isForClip(source, amf));
  const candidates = own.length > 0 ? own : amfs.filter(({ amf }) => amf !== null && amf.clipId === null);
  const [first, second] = candidates;
  if (first !== undefined && second !== undefined && candidates.some(({ text }) => text !== first.text)) {
    const names = candidates.map(({ name }) => name).join(', ');
    const sentence = `${candidates.length} AMFs are for ${source.clip.clipName} (${names}); send the one that is meant.`;
    const subject = { kind: 'clip', id: source.clipId } as const;
    return { amf: null, findings: [finding('colour-undecided', subject, sentence, {})], isUndecided: true };
  }
  return { amf: first ?? null, findings: [], isUndecided: false };
}

/** Whether the AMF names this clip: by its name, or by one of its files. */
export function isForClip(source: ClipSource, amf: AmfSource): boolean {
  const clipId = amf.amf?.clipId;
  if (!clipId) return false;
  const names = source.clip.files.map((file) => file.path.slice(file.path.lastIndexOf('/') + 1));
  return clipId.clipName === source.clip.clipName || names.includes(clipId.target.value);
}
