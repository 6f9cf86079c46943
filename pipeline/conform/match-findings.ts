import type { CutEvent, CutList } from '../../schemas/cut-list.ts';
import { type Finding, finding } from '../../schemas/finding.ts';
import type { EventMatch } from '../../schemas/turnover.ts';
import { placeOf } from './event-place.ts';
import type { MatchClip } from './match-clip.ts';

/** What a person must know about events without a clip of their own: ambiguous, not found, not here yet, nothing to make. */
export function matchFindings(
  list: CutList,
  matches: readonly EventMatch[],
  clips: readonly MatchClip[],
): Finding[] {
  const reels = new Set(
    clips
      .flatMap((clip) => [rollHead(clip.reelName), rollHead(clip.clipName)])
      .filter((head) => head !== null),
  );
  return matches.flatMap((match) => {
    const event = list.events[match.eventIndex];
    if (!event) return [];
    if (match.verdict === 'ambiguous') return [ambiguous(event, match)];
    if (match.verdict === 'not-found') return [notFound(event, match, reels)];
    return match.verdict === 'nothing-to-match' &&
      event.class !== 'audio' &&
      event.record.in !== event.record.out
      ? [notPicture(event)]
      : [];
  });
}

function ambiguous(event: CutEvent, match: EventMatch): Finding {
  const equals = match.candidates.filter((candidate) => candidate.rejected === null);
  const names = equals.map((candidate) => `${candidate.clipName} of ${candidate.rollId}`).join(', ');
  return finding(
    'clip-ambiguous',
    subjectOf(event),
    `Event ${event.number} (reel ${event.reel}, ${event.source.in} to ${event.source.out}) fits ${equals.length} clips: ${names}. Say which one with \`rushes turnover decide\`; the answer holds for later lists too.`,
    { candidates: equals.map(({ clipId, rule, confidence }) => ({ clipId, rule, confidence })) },
  );
}

/** A reel of which nothing is here yet is awaited; one that is here and lacks the range is an error. */
function notFound(event: CutEvent, match: EventMatch, reels: ReadonlySet<string>): Finding {
  const head = [event.tapeName ?? event.reel, event.sourceFile, event.clipName]
    .map((name) => (name == null ? null : rollHead(name)))
    .find((name) => name != null);
  if (match.candidates.length === 0 && (head == null || !reels.has(head))) {
    return finding(
      'roll-awaited',
      subjectOf(event),
      `Event ${event.number}: nothing of reel ${event.reel}${event.sourceFile ? ` (${event.sourceFile})` : ''} is here yet; it waits, and starts when the roll is verified.`,
      { reel: event.reel, sourceFile: event.sourceFile, clipName: event.clipName },
    );
  }
  const nearest = match.candidates[0];
  return finding(
    'clip-not-found',
    subjectOf(event),
    `Event ${event.number} (reel ${event.reel}, ${event.source.in} to ${event.source.out}) fits no clip${nearest ? `; nearest is ${nearest.clipName} of ${nearest.rollId}, but ${nearest.rejected}` : ''}.`,
    { reel: event.reel, candidates: match.candidates.length },
  );
}

function notPicture(event: CutEvent): Finding {
  return finding(
    'event-not-picture',
    subjectOf(event),
    `Event ${event.number} is ${event.class === 'black' ? 'black' : `an auxiliary source (${event.clipName ?? event.reel})`}: nothing is made for it.`,
    { class: event.class, reel: event.reel },
  );
}

/** Camera letter and roll number of a camera's clip name: `A192` of `A192C008_160909_R1BY`. */
function rollHead(name: string): string | null {
  return /^([A-Z]_?\d{3,4})(?=[_C]|$)/i.exec(name)?.[1]?.toUpperCase().replace('_', '') ?? null;
}

function subjectOf(event: CutEvent): Finding['subject'] {
  return {
    kind: 'event',
    id: event.number === '' ? String(event.index) : event.number,
    ...placeOf(event),
  };
}
