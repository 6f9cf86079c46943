import type { CutEvent, CutList } from '../../schemas/cut-list.ts';
import { type Finding, finding } from '../../schemas/finding.ts';
import type { PlannedPlate, TurnoverPlan } from '../../schemas/turnover.ts';
import { placeOf } from './event-place.ts';
import { legalShotNames, tidyName } from './legal-shot-names.ts';

/** The shot and plate name of an event. */
export type ShotGroup = { shot: string; plate: string };

export type NamedShots = { byEvent: ReadonlyMap<number, ShotGroup>; findings: Finding[] };

/**
 * Names shots and counts their plates: events of one shot name are its plates (PL01 the lowest track, then by record time); an unnamed event
 * that lies over one named event on another track is a plate of that shot; what is left gets a name from the template.
 * @param previous the plan delivered before: a clip that was PL02 stays PL02
 */
export function nameShots(
  events: readonly CutEvent[],
  list: CutList,
  template: string,
  previous: TurnoverPlan | null,
): NamedShots {
  const findings: Finding[] = [];
  const shots = new Map<string, CutEvent[]>();
  const spelled = new Map<string, string>();
  const assign = (name: string, event: CutEvent) => {
    const key = name.toUpperCase();
    spelled.set(key, spelled.get(key) ?? name);
    shots.set(key, [...(shots.get(key) ?? []), event]);
  };
  const named = events.filter((event) => event.shotName !== null);
  const legal = legalShotNames(
    named.map((event) => event.shotName!),
    (previous?.plates ?? []).map((plate) => plate.shot),
  );
  for (const event of named) assign(legalName(event, legal, findings), event);
  for (const event of events.filter((one) => one.shotName === null)) {
    const host = stackedOn(event, named);
    if (host?.shotName) assign(legal.get(host.shotName)!, event);
    else assign(madeName(event, list, template, spelled, findings), event);
  }
  const byEvent = new Map<number, ShotGroup>();
  const before = Map.groupBy(previous?.plates ?? [], (plate) => plate.shot.toUpperCase());
  for (const [key, members] of shots) {
    const shot = spelled.get(key)!;
    if (members.length > 1) findings.push(...duplicates(shot, members));
    for (const [event, plate] of countPlates(members, before.get(key) ?? [], previous))
      byEvent.set(event.index, { shot, plate });
  }
  return { byEvent, findings };
}

function legalName(event: CutEvent, legalNames: ReadonlyMap<string, string>, findings: Finding[]): string {
  const name = event.shotName!;
  const legal = legalNames.get(name)!;
  if (legal !== name) {
    const shared =
      legal === tidyName(name) ? '' : ', because another shot is called so when its name is made legal';
    findings.push(
      finding(
        'shot-name-illegal',
        subjectOf(event, name),
        `Event ${event.number}: shot name "${name}" has characters that a file name may not have, or too many; "${legal}" is used${shared}. Legal are letters, digits, dot, underscore and hyphen.`,
        { name, used: legal },
      ),
    );
  }
  return legal;
}

function madeName(
  event: CutEvent,
  list: CutList,
  template: string,
  taken: ReadonlyMap<string, string>,
  findings: Finding[],
): string {
  const number = event.number === '' ? String(event.index + 1) : event.number;
  const made = tidyName(
    template
      .replace('{list}', list.title === '' ? 'list' : list.title)
      .replace('{number}', number.padStart(4, '0'))
      .replace('{reel}', event.reel),
  );
  const unique = taken.has(made.toUpperCase()) ? `${made}_${String(event.index + 1).padStart(4, '0')}` : made;
  findings.push(
    finding(
      'shot-name-missing',
      subjectOf(event, unique),
      `Event ${event.number} has no shot name in a locator, *VFX remark or clip name; it is called ${unique}. Name it in the sequence to have its own.`,
      { name: unique },
    ),
  );
  return unique;
}

/** A named event on another track, of the one shot that lies under most of this event's record time. */
function stackedOn(event: CutEvent, named: readonly CutEvent[]): CutEvent | null {
  const own = event.recordFrames;
  if (!own || own.duration === 0) return null;
  const under = named.filter(
    (other) =>
      other.recordFrames && !sharesTrack(event, other) && overlap(own, other.recordFrames) * 2 > own.duration,
  );
  return new Set(under.map((other) => other.shotName!.toUpperCase())).size === 1 ? under[0]! : null;
}

/** Plate names in order of track and record time; a clip that had a plate of this shot keeps it. */
function countPlates(
  members: CutEvent[],
  before: readonly PlannedPlate[],
  previous: TurnoverPlan | null,
): [CutEvent, string][] {
  const kept = new Map<number, string>();
  const free = new Set(before);
  const ordered = [...members].sort(
    (a, b) =>
      trackOf(a) - trackOf(b) || (a.recordFrames?.in ?? 0) - (b.recordFrames?.in ?? 0) || a.index - b.index,
  );
  for (const event of ordered) {
    const same = [...free].find((plate) => sameSource(plate.eventIndex, event, previous));
    if (same) {
      free.delete(same);
      kept.set(event.index, same.plate);
    }
  }
  const taken = new Set([...kept.values(), ...[...free].map((plate) => plate.plate)]);
  let next = 1;
  const fresh = () => {
    while (taken.has(plateName(next))) next++;
    taken.add(plateName(next));
    return plateName(next);
  };
  return ordered.map((event) => [event, kept.get(event.index) ?? fresh()]);
}

function sameSource(eventIndex: number, event: CutEvent, previous: TurnoverPlan | null): boolean {
  const before = previous?.events[eventIndex];
  return (
    before !== undefined &&
    before.reel === event.reel &&
    before.sourceFile === event.sourceFile &&
    before.clipName === event.clipName
  );
}

/** Plates of one shot lie over each other or are the two sides of a transition; a shot that comes twice is a doubt. */
function duplicates(shot: string, members: CutEvent[]): Finding[] {
  const apart = members.find((event) =>
    members.every((other) => other === event || !belongTogether(event, other)),
  );
  if (!apart) return [];
  return [
    finding(
      'shot-name-duplicate',
      subjectOf(apart, shot),
      `Shot ${shot} is named by ${members.length} events (${members.map((event) => event.number).join(', ')}) that do not lie over each other; they are planned as plates of one shot. Rename one if they are two shots.`,
      { events: members.map((event) => event.index) },
    ),
  ];
}

function belongTogether(a: CutEvent, b: CutEvent): boolean {
  if (!a.recordFrames || !b.recordFrames) return false;
  const isTransition =
    (a.transition !== null || b.transition !== null) &&
    (a.record.out === b.record.in || b.record.out === a.record.in);
  return overlap(a.recordFrames, b.recordFrames) > 0 || isTransition;
}

function overlap(a: { in: number; duration: number }, b: { in: number; duration: number }): number {
  return Math.min(a.in + a.duration, b.in + b.duration) - Math.max(a.in, b.in);
}

function sharesTrack(a: CutEvent, b: CutEvent): boolean {
  return pictureTracks(a).some((track) => pictureTracks(b).includes(track));
}

/** Numbers of the picture tracks: `V` and `V1` are one. */
function pictureTracks(event: CutEvent): number[] {
  return event.tracks.flatMap((track) => (track.startsWith('V') ? [Number(track.slice(1) || '1')] : []));
}

function trackOf(event: CutEvent): number {
  const video = event.tracks.find((track) => track.startsWith('V')) ?? 'V';
  return Number(video.slice(1) || '1');
}

function plateName(count: number): string {
  return `PL${String(count).padStart(2, '0')}`;
}

function subjectOf(event: CutEvent, name: string): Finding['subject'] {
  return { kind: 'shot', id: name, ...placeOf(event) };
}
