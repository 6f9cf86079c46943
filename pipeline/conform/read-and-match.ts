import type { CutList } from '../../schemas/cut-list.ts';
import type { Rational } from '../../schemas/rational.ts';
import type { EventMatch } from '../../schemas/turnover.ts';
import { type ClipIndex, indexClips } from './clip-index.ts';
import type { Decisions } from './event-key.ts';
import { matchEvents } from './match.ts';
import type { MatchClip } from './match-clip.ts';
import { rateOfMedia } from './rate-of-media.ts';
import { type ConvertToOtio, readCutListWith } from './read-cut-list.ts';

/** A list as sent, and what it is matched to. */
export type ReadAndMatchInput = {
  fileName: string;
  bytes: Uint8Array;
  convert: ConvertToOtio;
  /** Record rate that a person told; null when nobody did. */
  rate: Rational | null;
  clips: readonly MatchClip[];
  /** The same clips by name. @default made of them */
  index?: ClipIndex;
  decisions: Decisions;
};

/**
 * Reads a list and finds the clips of its events. A list that tells no rate is read once to see which media it asks for, and then at the
 * rate that its numbers and the media agree on.
 * @throws PipelineError of the converter
 */
export async function readAndMatch(
  input: ReadAndMatchInput,
): Promise<{ list: CutList; matches: EventMatch[] }> {
  const { clips, decisions } = input;
  const index = input.index ?? indexClips(clips);
  const first = await readAt(input, input.rate);
  const firstMatches = match(first, index, decisions);
  if (first.rate != null) return { list: first, matches: firstMatches };
  const { rate, problems } = rateOfMedia(first, firstMatches, clips);
  if (rate === null) return { list: first, matches: firstMatches };
  const list = await readAt(input, rate);
  return {
    list: { ...list, problems: [...problems, ...list.problems] },
    matches: match(list, index, decisions),
  };
}

function readAt({ convert, fileName, bytes }: ReadAndMatchInput, rate: Rational | null): Promise<CutList> {
  return readCutListWith(convert, fileName, bytes, rate === null ? {} : { rate });
}

function match(list: CutList, index: ClipIndex, decisions: Decisions): EventMatch[] {
  return matchEvents(list.events, index, { decisions, recordRate: list.rate ?? null });
}
