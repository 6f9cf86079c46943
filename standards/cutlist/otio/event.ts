import type { CutEvent, RetimeCurve } from '../../../schemas/cut-list.ts';
import type { Rational } from '../../../schemas/rational.ts';
import { allowsDropFrame, nominalBase } from '../../time/frame-rate.ts';
import {
  absolute,
  add,
  ceil,
  compare,
  divide,
  floor,
  isEqual,
  multiply,
  rational,
  subtract,
} from '../../time/rational.ts';
import { formatTimecode } from '../../time/timecode.ts';
import { type Problem, problem } from '../problem.ts';
import { retime } from '../retime.ts';
import { findShotName } from '../shot-name.ts';
import { reachOf } from './curve.ts';
import { readTimeEffects, type TimeEffects } from './effects.ts';
import { mediaOf, type PlacedClip, rangeOf } from './flatten.ts';
import { cdlOf, commentsOf, countsDropFrame, fileOf, reelOf } from './names.ts';
import { framesAt, nearest, type OtioRange, rangeAt, schemaOf, secondsOf, textAt } from './node.ts';

/** The rates of a document; `zero` is the record frame of its first frame. */
export type OtioRates = { rate: Rational; sourceRate: Rational | null; zero: number };

/** A placed clip with what plays before and behind it in the document. */
export type Neighbours = { previous: PlacedClip | null; next: PlacedClip | null };

/**
 * The event of a placed clip, as an EDL would write it: a transition belongs to the incoming clip, which then begins at the transition's first
 * frame, and the outgoing clip ends there.
 */
export function buildEvent(
  placed: PlacedClip,
  around: Neighbours,
  rates: OtioRates,
  problems: Problem[],
): CutEvent {
  const { clip, isGap } = placed;
  const name = textAt(clip, 'name');
  const effects = readTimeEffects(placed.effects);
  const record = recordOf(placed, around, rates);
  const { used, rate, curve } = usedOf(placed, effects, record.duration, rates);
  if (used === null && !isGap) problems.push(noRange(name));
  for (const { effect } of effects.ramps)
    problems.push(
      ramp(name, textAt(effect, 'effect_name') ?? textAt(effect, 'name') ?? schemaOf(effect), curve),
    );
  const kind = classOf(placed);
  const retimed = retime({
    sourceIn: used?.in ?? 0,
    sourceFrames: used?.frames ?? 0,
    recordFrames: record.duration,
    sourceRate: rate,
    recordRate: rates.rate,
    speed: effects.ramps.length > 0 ? null : effects.speed,
    motionAt: null,
  });
  const comments = commentsOf(clip);
  const dropFrame = countsDropFrame(clip) && allowsDropFrame(rate);
  const reel = isGap ? 'BL' : reelOf(clip);
  return {
    index: 0,
    number: '',
    reel,
    tracks: [trackName(placed.track)],
    kind: placed.transition === null ? 'cut' : wipes(placed) ? 'wipe' : 'dissolve',
    class: kind,
    source: {
      in: text(used?.in ?? 0, rate, dropFrame),
      out: text((used?.in ?? 0) + (used?.frames ?? 0), rate, dropFrame),
    },
    record: { in: text(record.in, rates.rate), out: text(record.in + record.duration, rates.rate) },
    sourceFrames: kind === 'black' || used === null ? null : retimed.shown,
    speed: retimed.speed,
    step: retimed.step,
    transition: transitionOf(placed, around.previous, rates),
    clipName: name,
    sourceFile: fileOf(clip),
    shotName:
      kind === 'audio'
        ? null
        : (findShotName({ vfx: comments.vfx, locators: comments.markers, clipName: name })?.name ?? null),
    cdl: cdlOf(clip),
    notes: comments.all,
    tapeName: reel,
    motion: null,
    recordFrames: record,
    ...(used === null ? {} : { sourceCount: { ...used, rate } }),
    ...(curve === undefined ? {} : { curve }),
  };
}

function recordOf(
  placed: PlacedClip,
  { next }: Neighbours,
  { rate, zero }: OtioRates,
): { in: number; duration: number } {
  const lead = placed.transition?.before ?? rational(0);
  const tail = next?.transition && follows(placed, next) ? next.transition.before : rational(0);
  const start = nearest(framesAt(subtract(placed.start, lead), rate));
  return {
    in: zero + start,
    duration: Math.max(0, nearest(framesAt(subtract(placed.end, tail), rate)) - start),
  };
}

/** Source frames that a placed clip uses. What an outer trim cut off, and what a transition adds before the cut, move the start by the speed. */
function usedOf(
  placed: PlacedClip,
  effects: TimeEffects,
  recordFrames: number,
  rates: OtioRates,
): { used: { in: number; frames: number } | null; rate: Rational; curve?: RetimeCurve } {
  const range = placed.isGap ? null : rangeOf(placed.clip);
  const rate = rates.sourceRate ?? range?.start.rate ?? rates.rate;
  if (range === null) return { used: null, rate };
  const speed = absolute(effects.speed ?? rational(1));
  // Where the document counts in retimed time, what a transition adds in front is counted so too.
  const lead = multiply(
    placed.transition?.before ?? rational(0),
    effects.isInRetimedTime ? rational(1) : speed,
  );
  const media = rangeAt(mediaOf(placed.clip), 'available_range');
  const mediaStart = media ? framesAt(secondsOf(media.start), rate) : rational(0);
  const [ramped] = effects.ramps;
  const told = framesAt(subtract(add(secondsOf(range.start), placed.skipped), lead), rate);
  if (effects.ramps.length === 1 && ramped?.graph) {
    const { first, last, curve } = reachOf(ramped.graph, { start: told, mediaStart, recordFrames });
    return { used: { in: first, frames: last - first + 1 }, rate, curve };
  }
  const start = effects.isInRetimedTime
    ? retimedIn(told, { effects, media, mediaStart, recordFrames, rate })
    : told;
  const first = floor(start);
  const length =
    effects.ramps.length > 0
      ? longest(framesAt(secondsOf(range.duration), rate), framesOver(recordFrames, rates.rate, rate))
      : multiply(framesOver(recordFrames, rates.rate, rate), speed);
  const frames = ceil(add(subtract(start, rational(first)), length));
  return { used: { in: first, frames: Math.max(recordFrames > 0 ? 1 : 0, frames) }, rate };
}

/** The lowest source frame of a Final Cut Pro 7 clip at a constant speed; in reverse its time runs from the end of the media. */
function retimedIn(
  told: Rational,
  at: {
    effects: TimeEffects;
    media: OtioRange | null;
    mediaStart: Rational;
    recordFrames: number;
    rate: Rational;
  },
): Rational {
  const speed = at.effects.speed ?? rational(1);
  const passed = multiply(subtract(told, at.mediaStart), absolute(speed));
  if (speed.num >= 0 || at.media === null) return add(at.mediaStart, passed);
  const length = multiply(rational(at.recordFrames), absolute(speed));
  const end = add(at.mediaStart, framesAt(secondsOf(at.media.duration), at.rate));
  return subtract(subtract(end, passed), length);
}

/** Frames of one rate that as many frames of another last; rates that count alike are conformed frame for frame (decision 10). */
function framesOver(frames: number, of: Rational, inRate: Rational): Rational {
  if (nominalBase(of) === nominalBase(inRate)) return rational(frames);
  return divide(multiply(rational(frames), inRate), of);
}

function longest(a: Rational, b: Rational): Rational {
  return compare(a, b) > 0 ? a : b;
}

function classOf(placed: PlacedClip): CutEvent['class'] {
  const media = mediaOf(placed.clip);
  if (placed.track.kind === 'audio') return 'audio';
  if (placed.isGap || textAt(media, 'generator_kind')?.toLowerCase() === 'black') return 'black';
  return schemaOf(media) === 'GeneratorReference' ? 'aux' : 'picture';
}

function transitionOf(
  placed: PlacedClip,
  previous: PlacedClip | null,
  rates: OtioRates,
): CutEvent['transition'] {
  if (placed.transition === null) return null;
  const { node, before, after } = placed.transition;
  const outgoing = previous && follows(previous, placed) && !previous.isGap ? previous : null;
  const range = outgoing ? rangeOf(outgoing.clip) : null;
  const rate = rates.sourceRate ?? range?.start.rate ?? rates.rate;
  const end = range
    ? nearest(framesAt(subtract(add(secondsOf(range.start), secondsOf(range.duration)), before), rate))
    : 0;
  return {
    type: textAt(node, 'transition_type') ?? 'dissolve',
    code: wipes(placed) ? 'W001' : 'D',
    durationFrames: nearest(framesAt(add(before, after), rates.rate)),
    from:
      outgoing && range
        ? { reel: reelOf(outgoing.clip), source: { in: text(end, rate), out: text(end, rate) } }
        : null,
  };
}

function wipes({ transition }: PlacedClip): boolean {
  return /wipe/i.test(textAt(transition?.node, 'transition_type') ?? '');
}

/** Whether two clips play one after the other on one track. */
function follows(first: PlacedClip, second: PlacedClip): boolean {
  return (
    first.track.kind === second.track.kind &&
    first.track.number === second.track.number &&
    isEqual(first.end, second.start)
  );
}

/** `V`, `V2`, `A1`: as an EDL calls them. */
function trackName({ kind, number }: PlacedClip['track']): string {
  return kind === 'audio' ? `A${number}` : number === 1 ? 'V' : `V${number}`;
}

function text(frames: number, rate: Rational, dropFrame = false): string {
  return formatTimecode({ frames, rate, dropFrame });
}

function ramp(name: string | null, effect: string, curve: RetimeCurve | undefined): Problem {
  return problem(
    'speed-ramp',
    { line: 0 },
    {
      what: `clip "${name ?? ''}" has a time effect "${effect}" that is no constant speed.`,
      why: curve
        ? 'What its curve can reach is taken: a bound. The curve goes with the event.'
        : 'All the source that the clip carries is taken: a bound, not the exact range; the document carries no curve.',
      fix: 'Compare the range with the sequence, and send the curve to the vendor.',
    },
    { clip: name, effect, ...(curve ? { curve } : {}) },
  );
}

function noRange(name: string | null): Problem {
  return problem(
    'cut-list-illegal-timecode',
    { line: 0 },
    {
      what: `clip "${name ?? ''}" has neither a source range nor a media range.`,
      why: 'Its frames are not known, so nothing is made from it.',
      fix: 'Export the timeline again with source ranges.',
    },
    { clip: name },
  );
}
