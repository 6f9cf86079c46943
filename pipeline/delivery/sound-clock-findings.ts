import { type Finding, finding } from '../../schemas/finding.ts';
import type { SoundFormat } from '../../schemas/sound.ts';
import type { ClipSource } from './clip-source.ts';

/** Half a frame of film: what nobody sees on lips, and more than any rounding of two entries of one time. */
const SEEN_SECONDS = 1 / 48;

/** What a recorder's file says twice and not alike: its time, and how fast it is to be played. */
export function soundClockFindings(
  { clip, clipId }: ClipSource,
  { sampleRate, clock }: SoundFormat,
): Finding[] {
  if (clock === undefined) return [];
  const path = clip.files[0]?.path ?? clip.clipName;
  const subject = { kind: 'clip', id: clipId, path } as const;
  const { samples, toldSamples, sampleRate: counted, toldSampleRate } = clock;
  const findings: Finding[] = [];
  if (toldSamples !== undefined && Math.abs(toldSamples - samples) / counted > SEEN_SECONDS) {
    const sentence = `${path} begins ${samples} samples after midnight by its bext and ${toldSamples} by its iXML, ${(Math.abs(toldSamples - samples) / counted).toFixed(3)} s apart; the bext is taken. Check the sync.`;
    findings.push(finding('sound-clock-conflict', subject, sentence, { samples, toldSamples, counted }));
  }
  if (toldSampleRate !== undefined && toldSampleRate !== sampleRate) {
    const sentence = `${path} has ${sampleRate} samples a second by its format and ${toldSampleRate} by its iXML; the format is taken. Over a long take the sound may drift.`;
    findings.push(finding('sound-clock-conflict', subject, sentence, { sampleRate, toldSampleRate }));
  }
  return findings;
}
