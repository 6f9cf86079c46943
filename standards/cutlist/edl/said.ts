import type { Cdl } from '../../../schemas/cut-list.ts';
import { joinCdl, readSat, readSop } from './color-decision.ts';
import type { EventGroup } from './group.ts';
import type { Statement } from './statement.ts';

type Motion = Extract<Statement, { kind: 'motion' }>;
export type Locator = Extract<Statement, { kind: 'locator' }>;

/** What the remarks say about one event line. */
export type Said = {
  clipName: string | null;
  /** The clip name stands in a TO CLIP NAME remark. */
  namedByTo: boolean;
  clipPath: string | null;
  sourceFile: string | null;
  motion: Motion | null;
  freeze: boolean;
  cdl: Cdl | null;
  brokenCdl: Statement[];
  locators: Locator[];
  vfx: string[];
  frameCount: Extract<Statement, { kind: 'frame-count' }> | null;
  effect: string | null;
  extraTracks: string[];
  tapeNames: { reel: string; name: string }[];
  /** Full name of the event's own tape. */
  ownTape: string | null;
  notes: string[];
};

/**
 * Hands the remarks of a group to its event lines: FROM to the outgoing, TO to the incoming; two M2, SOURCE FILE or ASC remarks to
 * the two sides in order, one to the side it fits (an M2 by its timecode, then its reel) and else to the incoming.
 */
export function handOut(group: EventGroup): Said[] {
  const said = group.lines.map(nothingSaid);
  const incoming = said.length - 1;
  const sideOf = (afterLine: number) => Math.min(afterLine, incoming);
  const seen = new Map<string, number>();
  for (const { statement, afterLine } of group.said) {
    const home = said[sideOf(afterLine)]!;
    const nth = (kind: string) => {
      const index = seen.get(kind) ?? 0;
      seen.set(kind, index + 1);
      const total = group.said.filter((other) => other.statement.kind === kind).length;
      return total > 1 && afterLine === incoming ? said[Math.min(index, incoming)]! : home;
    };
    if (statement.kind === 'motion')
      (said[motionSide(group, statement, afterLine)] ?? home).motion = statement;
    else if (statement.kind === 'source-file') nth('source-file').sourceFile = statement.name;
    else if (statement.kind === 'sop' || statement.kind === 'sat') takeColour(nth(statement.kind), statement);
    else if (statement.kind === 'clip-name') takeClipName(said, statement, sideOf(afterLine));
    else if (statement.kind === 'clip-path')
      takeClipPath(statement.side === 'from' ? said[0]! : said[incoming]!, statement);
    else takeOther(home, statement);
  }
  nameFadeIn(said, group);
  return said;
}

function nothingSaid(): Said {
  return {
    clipName: null,
    namedByTo: false,
    clipPath: null,
    sourceFile: null,
    motion: null,
    freeze: false,
    cdl: null,
    brokenCdl: [],
    locators: [],
    vfx: [],
    frameCount: null,
    effect: null,
    extraTracks: [],
    tapeNames: [],
    ownTape: null,
    notes: [],
  };
}

type ClipName = Extract<Statement, { kind: 'clip-name' }>;

/** The line that a clip name belongs to: FROM the outgoing (or its own, in lists that name every line so), TO and KEY the incoming. */
function takeClipName(said: Said[], statement: ClipName, afterLine: number): void {
  const incoming = said.at(-1)!;
  const isSecondFrom =
    statement.side === 'from' && afterLine === said.length - 1 && said[0]!.clipName !== null;
  const target = said.length === 1 || statement.side !== 'from' || isSecondFrom ? incoming : said[0]!;
  const replacesTo = said.length === 1 && statement.side === 'from' && target.namedByTo;
  if (target.clipName !== null && !replacesTo) {
    if (statement.name !== target.clipName) target.notes.push(statement.text);
    return;
  }
  if (replacesTo) target.notes.push(`* TO CLIP NAME: ${target.clipName}`);
  if (statement.name !== '') target.clipName = statement.name;
  target.namedByTo = statement.side === 'to';
}

/** A transition out of black has one picture: a FROM alone means it. */
function nameFadeIn(said: Said[], group: EventGroup): void {
  const [from, to] = said;
  if (!from || !to || to.clipName !== null || !/^(BL|BLK|BLACK)$/i.test(group.lines[0]!.event.reel)) return;
  if (from.clipName === null || /^(BL|BLACK)$/i.test(from.clipName)) return;
  to.clipName = from.clipName;
  from.clipName = null;
}

function takeClipPath(target: Said, statement: Extract<Statement, { kind: 'clip-path' }>): void {
  target.clipPath ??= statement.path;
  target.notes.push(statement.text);
}

function takeColour(target: Said, statement: Extract<Statement, { kind: 'sop' | 'sat' }>): void {
  const before = target.cdl;
  if (statement.kind === 'sop') {
    const sop = readSop(statement.body);
    if (sop) target.cdl = joinCdl(sop, before?.saturation ?? null);
    else if (statement.body.trim() !== '') target.brokenCdl.push(statement);
  } else {
    const sat = readSat(statement.body);
    if (sat !== null) target.cdl = joinCdl(before, sat);
    else if (statement.body.trim() !== '') target.brokenCdl.push(statement);
  }
}

function takeOther(home: Said, statement: Statement): void {
  if (statement.kind === 'freeze') home.freeze = true;
  else if (statement.kind === 'locator') home.locators.push(statement);
  else if (statement.kind === 'vfx') home.vfx.push(statement.note);
  else if (statement.kind === 'frame-count') home.frameCount = statement;
  else if (statement.kind === 'effect') home.effect = statement.name;
  else if (statement.kind === 'audio') home.extraTracks.push(...statement.tracks);
  else if (statement.kind === 'tape-name' && statement.reel === '') home.ownTape ??= statement.name;
  else if (statement.kind === 'tape-name')
    home.tapeNames.push({ reel: statement.reel, name: statement.name });
  home.notes.push(statement.text);
}

/** Which line of the group an M2 speaks about. */
function motionSide(group: EventGroup, motion: Motion, afterLine: number): number {
  const { lines } = group;
  if (lines.length === 1) return 0;
  const motions = group.said.filter(({ statement }) => statement.kind === 'motion');
  const sameTime = lines.findIndex(
    ({ event }) => motion.at !== null && event.sourceIn === motion.at && fits(event.reel, motion.reel),
  );
  const sameReel = lines.filter(({ event }) => fits(event.reel, motion.reel));
  if (sameReel.length === 1) return lines.indexOf(sameReel[0]!);
  if (motions.length === 1) return sameTime >= 0 ? sameTime : afterLine;
  return Math.min(
    motions.findIndex(({ statement }) => statement === motion),
    lines.length - 1,
  );
}

function fits(reel: string, other: string): boolean {
  return other === '' || reel.toUpperCase() === other.toUpperCase();
}
