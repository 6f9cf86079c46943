import type { CutEvent } from '../../schemas/cut-list.ts';
import type { Rational } from '../../schemas/rational.ts';
import type { EventMatch, MatchCandidate } from '../../schemas/turnover.ts';
import { type ClipIndex, indexClips } from './clip-index.ts';
import { type Fit, fitOf, useOfClip } from './clip-use.ts';
import { type Decisions, eventKey, type Rules, rulesFrom, sourceKey } from './event-key.ts';
import type { MatchClip } from './match-clip.ts';
import { findByRule, type NamedClip, type RULES } from './match-rules.ts';
import { outgoingNeeds } from './transition-needs.ts';

export type MatchOptions = {
  /** People's answers by `eventKey`; they hold before every rule. */
  decisions?: Decisions;
  /** Rate of the list; default: of each clip. */
  recordRate?: Rational | null;
};

type Weighed = NamedClip & { fit: Fit | null; rejected: string | null };

/**
 * The cascade. Exact names stand together: where a list's reel names one clip and its file name another, and both fit, the names that agree
 * decide, and a person when none do.
 */
const STEPS: readonly (readonly (typeof RULES)[number][])[] = [
  ['reel-and-timecode', 'source-file', 'clip-name'],
  ['truncated-reel'],
  ['normalized-spelling'],
];

/** Losers listed per event; more would drown the sentence. */
const LOSERS_SHOWN = 12;

/**
 * Finds the clip of every event by the cascade: full reel and timecode, source file, clip name, truncated reel with timecode,
 * normalized spelling. The first rule with a camera original whose media holds the range decides; two that fit are ambiguous, and a
 * person decides. Candidates bear the rule that found them, and why they lost.
 */
export function matchEvents(
  events: readonly CutEvent[],
  clips: readonly MatchClip[] | ClipIndex,
  options: MatchOptions = {},
): EventMatch[] {
  const index = 'byName' in clips ? clips : indexClips(clips);
  const answers = rulesFrom(options.decisions ?? {});
  const needs = outgoingNeeds(events);
  return events.map((event) =>
    matchEvent(event, index, answers, options.recordRate ?? null, needs.get(event.index) ?? 0),
  );
}

function matchEvent(
  event: CutEvent,
  index: ClipIndex,
  answers: Rules,
  recordRate: Rational | null,
  extra: number,
): EventMatch {
  const nothing: EventMatch = {
    eventIndex: event.index,
    verdict: 'nothing-to-match',
    clipId: null,
    candidates: [],
  };
  if (!asksForPicture(event, extra)) return nothing;
  const weigh = (found: NamedClip): Weighed => weighClip(event, found, recordRate, extra);
  const answered = answerOf(event, index, answers, recordRate, extra);
  if (answered)
    return {
      ...nothing,
      verdict: 'matched',
      clipId: answered.clipId,
      candidates: [candidate(answered, 'person', 1, null)],
    };
  const seen = new Map<string, Weighed>();
  for (const [step, rules] of STEPS.entries()) {
    const found = findByRules(rules, event, index)
      .filter(({ clip }) => !seen.has(clip.clipId))
      .map(weigh);
    for (const one of found) seen.set(one.clip.clipId, one);
    const fitting = found.filter((one) => one.rejected === null);
    if (fitting.length === 0) continue;
    const weaker = findByRules(STEPS.slice(step + 1).flat(), event, index).filter(
      ({ clip }) => !seen.has(clip.clipId),
    );
    return decide(event, fitting, [...seen.values(), ...weaker.slice(0, LOSERS_SHOWN).map(weigh)]);
  }
  const partial = [...seen.values()].filter(
    (one) => one.fit === 'partial' && !one.clip.isProxy && one.rule !== 'normalized-spelling',
  );
  if (partial.length > 0)
    return decide(
      event,
      partial.filter((one) => one.rule === partial[0]!.rule),
      [...seen.values()],
    );
  const candidates = losers([...seen.values()], new Set());
  const mayCome = event.class === 'picture' || namesCameraMedia(event);
  return {
    ...nothing,
    verdict: candidates.length > 0 || mayCome ? 'not-found' : 'nothing-to-match',
    candidates,
  };
}

/** Audio, black and empty lines ask for no picture; an empty line does when a transition runs on in its source. */
function asksForPicture(event: CutEvent, extra: number): boolean {
  if (event.class === 'audio' || event.class === 'black') return false;
  if (event.class === 'aux' && !event.clipName && !event.sourceFile) return false;
  return event.record.in !== event.record.out || extra > 0;
}

/** An auxiliary source may be camera media all the same: Premiere writes AX for every file without a reel. */
function namesCameraMedia(event: CutEvent): boolean {
  const camera = /(?:^|[^A-Z0-9])[A-Z]_?\d{3,4}_?C\d{3,4}|\.(?:ari|arx|r3d|braw|mxf|crm|dng|nev|raw)$/i;
  return [event.clipName, event.sourceFile].some((name) => name != null && camera.test(name));
}

function weighClip(event: CutEvent, found: NamedClip, recordRate: Rational | null, extra: number): Weighed {
  const { clip } = found;
  const use = useOfClip(event, clip, recordRate, extra);
  if (typeof use === 'string') return { ...found, fit: null, rejected: use };
  const fit = fitOf(use, clip);
  if (clip.isProxy) return { ...found, fit, rejected: 'it is a proxy: only camera originals are matched' };
  if (fit === 'inside') return { ...found, fit, rejected: null };
  const asked = `frames ${use.covered.first} to ${use.covered.last} of a clip with ${clip.frameCount} (starting ${clip.startTimecode || 'without timecode'})`;
  return {
    ...found,
    fit,
    rejected:
      fit === 'partial'
        ? `it holds a part only: the event asks for ${asked}`
        : `its timecode is elsewhere: the event asks for ${asked}`,
  };
}

/** One that fits is the match; of several, the one that the list's other names name too; else a person decides. */
function decide(event: CutEvent, fitting: Weighed[], all: Weighed[]): EventMatch {
  const named = fitting.length > 1 ? narrow(event, fitting) : fitting;
  const chosen = named.length === 1 ? named[0]! : null;
  const winners = named.map((one) => candidate(one.clip, one.rule, confidenceOf(one), null));
  const passed = fitting
    .filter((one) => !named.includes(one))
    .map((one) =>
      candidate(
        one.clip,
        one.rule,
        confidenceOf(one) / 2,
        'another clip that fits bears the file or clip name of the list too',
      ),
    );
  const rest = losers(all, new Set(fitting.map((one) => one.clip.clipId)));
  return {
    eventIndex: event.index,
    verdict: chosen ? 'matched' : 'ambiguous',
    clipId: chosen?.clip.clipId ?? null,
    candidates: [...winners, ...passed, ...rest],
  };
}

/** Clips that fit and that more of the list's own names name exactly; all of them when none or several lead. */
function narrow(event: CutEvent, fitting: Weighed[]): Weighed[] {
  const scored = fitting.map((one) => ({ one, score: exactNames(event, one.clip) }));
  const best = Math.max(...scored.map(({ score }) => score));
  const leading = scored.filter(({ score }) => score === best);
  return leading.length === 1 ? [leading[0]!.one] : fitting;
}

function exactNames(event: CutEvent, clip: MatchClip): number {
  const names = new Set([
    clip.clipName,
    clip.reelName,
    ...clip.originalFileNames,
    ...clip.originalFileNames.map((name) => name.replace(/\.[^.]+$/, '')),
  ]);
  return [event.tapeName ?? event.reel, event.sourceFile, event.clipName].filter(
    (name) => name != null && name !== '' && names.has(name),
  ).length;
}

/** The clips that rules find by name, each under the first rule that names it. */
function findByRules(
  rules: readonly (typeof RULES)[number][],
  event: CutEvent,
  index: ClipIndex,
): NamedClip[] {
  const found = new Map<string, NamedClip>();
  for (const one of rules.flatMap((rule) => findByRule(rule, event, index))) {
    if (!found.has(one.clip.clipId)) found.set(one.clip.clipId, one);
  }
  return [...found.values()];
}

function losers(all: Weighed[], except: ReadonlySet<string>): MatchCandidate[] {
  const order: (Fit | null)[] = ['inside', 'partial', 'outside', null];
  return all
    .filter((one) => !except.has(one.clip.clipId))
    .sort((a, b) => order.indexOf(a.fit) - order.indexOf(b.fit))
    .slice(0, LOSERS_SHOWN)
    .map((one) =>
      candidate(one.clip, one.rule, 0, one.rejected ?? 'a stronger rule found another clip that fits'),
    );
}

function confidenceOf(one: Weighed): number {
  const timeless = one.clip.startTimecode === '' ? 0.6 : 1;
  return Math.round(one.strength * timeless * (one.fit === 'partial' ? 0.5 : 1) * 100) / 100;
}

function candidate(
  clip: MatchClip,
  rule: MatchCandidate['rule'],
  confidence: number,
  rejected: string | null,
): MatchCandidate {
  return { clipId: clip.clipId, clipName: clip.clipName, rollId: clip.rollId, rule, confidence, rejected };
}

/** The clip a person chose for this use, or for this source when it holds the range and no other answer for the source does. */
function answerOf(
  event: CutEvent,
  index: ClipIndex,
  rules: Rules,
  recordRate: Rational | null,
  extra: number,
): MatchClip | null {
  const exact = rules.byEvent[eventKey(event)];
  if (exact !== undefined) return index.byId.get(exact) ?? null;
  const holding = [...(rules.bySource.get(sourceKey(event)) ?? [])].flatMap((clipId) => {
    const clip = index.byId.get(clipId);
    const use = clip ? useOfClip(event, clip, recordRate, extra) : null;
    return clip && use && typeof use !== 'string' && fitOf(use, clip) === 'inside' ? [clip] : [];
  });
  return holding.length === 1 ? holding[0]! : null;
}
