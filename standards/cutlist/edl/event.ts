import type { CutEvent } from '../../../schemas/cut-list.ts';
import type { Rational } from '../../../schemas/rational.ts';
import { nominalBase } from '../../time/frame-rate.ts';
import { rational } from '../../time/rational.ts';
import type { Problem } from '../problem.ts';
import { type Retimed, retime } from '../retime.ts';
import { findShotName } from '../shot-name.ts';
import { readSpeed } from '../speed.ts';
import { tracksOf } from './event-line.ts';
import { conflictProblem, motionProblems, remarkProblems, transitionProblems } from './event-problems.ts';
import { type EventTimes, readTimes } from './event-times.ts';
import type { EventGroup, GroupedEvent, GroupedList } from './group.ts';
import { handOut, type Said } from './said.ts';
import { placeStrayLocators } from './stray-locators.ts';

/** A cut event with what planning needs beyond the contract. */
export type ReadEvent = CutEvent & {
  line: number;
  /** Full reel name, where a remark tells what stands behind a short one; else the reel. */
  tapeName: string;
  /** What `*VFX` remarks say. */
  vfxNotes: string[];
  dropFrame: boolean;
  /** Record in and length in frames from 00:00:00:00; null when a timecode cannot exist. */
  recordFrames: { in: number; duration: number } | null;
  /** Source frames per record frame. */
  step: Rational;
};

/** The events of a grouped list in order, one per event line, and the problems found on the way. */
export function buildEvents(
  list: GroupedList,
  rates: { rate: Rational; sourceRate: Rational },
): { events: ReadEvent[]; problems: Problem[] } {
  const events: ReadEvent[] = [];
  const problems: Problem[] = [];
  const tapeNames = new Map<string, string>();
  for (const group of list.groups) {
    const said = handOut(group);
    for (const { reel, name } of said.flatMap((one) => one.tapeNames))
      tapeNames.set(reel.toUpperCase(), name);
    buildGroup(list, group, said, rates, { events, problems });
  }
  placeStrayLocators(events, rates.rate);
  for (const event of events) {
    if (event.tapeName === event.reel) event.tapeName = tapeNames.get(event.reel.toUpperCase()) ?? event.reel;
  }
  return { events, problems };
}

function buildGroup(
  list: GroupedList,
  group: EventGroup,
  said: Said[],
  rates: { rate: Rational; sourceRate: Rational },
  into: { events: ReadEvent[]; problems: Problem[] },
): void {
  let from: ReadEvent | null = null;
  group.lines.forEach((line, at) => {
    const previous = from ?? previousOnTrack(into.events, line);
    const built = buildEvent(list, line, said[at]!, rates);
    built.event.index = into.events.length;
    if (line.event.transition.kind !== 'cut')
      built.event.transition = transitionOf(line, said[at]!, from, previous, rates);
    into.events.push(built.event);
    into.problems.push(...built.problems);
    from = built.event;
  });
}

function buildEvent(
  list: GroupedList,
  line: GroupedEvent,
  said: Said,
  rates: { rate: Rational; sourceRate: Rational },
): { event: ReadEvent; problems: Problem[] } {
  const { event: written } = line;
  const tracks = [...tracksOf(written.channels), ...said.extraTracks].filter(
    (track, at, all) => all.indexOf(track) === at,
  );
  const times = readTimes(line, list.recordDropFrame, rates);
  const speed = said.motion
    ? readSpeed(said.motion.speed, times.sourceRate)
    : said.freeze
      ? rational(0)
      : null;
  const kind = classify(written.reel, tracks);
  const retimed = times.complete
    ? retime({
        ...times.complete,
        speed,
        sourceRate: times.sourceRate,
        recordRate: times.recordRate,
        motionAt: times.frameOf(said.motion?.at ?? null),
      })
    : null;
  const shotName = tracks.some((track) => track.startsWith('V'))
    ? findShotName({ vfx: said.vfx, locators: said.locators.map((one) => one.note), clipName: said.clipName })
    : null;
  const event = assemble(line, said, {
    tracks,
    kind,
    times,
    retimed,
    speed,
    shotName: shotName?.name ?? null,
  });
  const problems = [...times.problems, ...remarkProblems(line, said)];
  if (kind === 'picture' || kind === 'aux')
    problems.push(
      ...conflictProblem(line, event, retimed),
      ...motionProblems(line, said, speed),
      ...transitionProblems(line, event),
    );
  return { event, problems };
}

type Parts = {
  tracks: string[];
  kind: CutEvent['class'];
  times: EventTimes;
  retimed: Retimed | null;
  speed: Rational | null;
  shotName: string | null;
};

function assemble(line: GroupedEvent, said: Said, parts: Parts): ReadEvent {
  const { event: written } = line;
  const { retimed, times } = parts;
  const showsNothing = parts.kind === 'black' || retimed === null;
  return {
    index: 0,
    number: written.number,
    line: line.line,
    reel: written.reel,
    tracks: parts.tracks,
    kind: written.transition.kind,
    class: parts.kind,
    source: { in: written.sourceIn, out: written.sourceOut },
    record: { in: written.recordIn, out: written.recordOut },
    sourceFrames: showsNothing ? null : retimed.shown,
    speed: retimed?.speed ?? parts.speed ?? rational(1),
    step: retimed?.step ?? rational(1),
    transition: null,
    clipName: said.clipName,
    sourceFile: said.sourceFile ?? (said.clipPath === null ? null : baseName(said.clipPath)),
    shotName: parts.shotName,
    cdl: said.cdl,
    notes: said.notes,
    tapeName: said.ownTape ?? written.reel,
    vfxNotes: said.vfx,
    side: line.side,
    frameCodeMode: line.dropFrame,
    motion:
      said.motion === null
        ? said.freeze
          ? { framesPerSecond: '0', at: null }
          : null
        : { framesPerSecond: said.motion.speed, at: said.motion.at },
    dropFrame: times.sourceDropFrame,
    recordFrames: times.record,
    locators: said.locators.map(({ at, colour, note }) => ({ at, colour, note })),
    frameCount:
      said.frameCount === null
        ? null
        : { start: said.frameCount.start, end: said.frameCount.end, duration: said.frameCount.duration },
  };
}

function transitionOf(
  line: GroupedEvent,
  said: Said,
  from: ReadEvent | null,
  previous: ReadEvent | null,
  rates: { sourceRate: Rational },
): CutEvent['transition'] {
  const outgoing = from ?? previous;
  const { code, durationFrames } = line.event.transition;
  const source =
    outgoing === null ? null : from ? outgoing.source : { in: outgoing.source.out, out: outgoing.source.out };
  return {
    type: said.effect ?? (code === '' ? 'unknown' : code),
    code,
    durationFrames,
    from:
      outgoing && source
        ? {
            reel: outgoing.reel,
            source,
            index: outgoing.index,
            clipName: outgoing.clipName,
            class: outgoing.class,
          }
        : null,
    sourceBase: nominalBase(rates.sourceRate),
  };
}

/** The event that a transition without an outgoing line comes from: the last one on the same track that ends where it begins. */
function previousOnTrack(events: ReadEvent[], line: GroupedEvent): ReadEvent | null {
  if (line.event.transition.kind === 'cut') return null;
  const tracks = tracksOf(line.event.channels);
  for (let at = events.length - 1; at >= Math.max(0, events.length - 16); at--) {
    const event = events[at]!;
    if (event.record.out === line.event.recordIn && event.tracks.some((track) => tracks.includes(track)))
      return event;
  }
  return null;
}

/** What an event is: by its tracks first, then by the reserved reels BL and AX. Source: CMX 3600 reserved reel names. */
function classify(reel: string, tracks: string[]): CutEvent['class'] {
  if (tracks.length > 0 && !tracks.some((track) => track.startsWith('V'))) return 'audio';
  if (/^(BL|BLK|BLACK)$/i.test(reel)) return 'black';
  return tracks.length === 0 || /^(AX|AUX|AUX\d|BARS)$/i.test(reel) ? 'aux' : 'picture';
}

function baseName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}
