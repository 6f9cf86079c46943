/** An event statement as written: four timecodes (or four frame counts), what, where, how. Source: SMPTE ST 258:2004 and the CMX 3600 form. */
export type EventLine = {
  number: string;
  reel: string;
  channels: string;
  transition: { kind: 'cut' | 'dissolve' | 'wipe' | 'key'; code: string; durationFrames: number };
  sourceIn: string;
  sourceOut: string;
  recordIn: string;
  recordOut: string;
  /** What stands behind the last timecode, empty in most lists. */
  trailing: string;
};

const TIMECODE = String.raw`[+-]?\d{1,2}[:;.,]\d{1,2}[:;.,]\d{1,2}[:;.,]\d{1,3}`;
/** Four timecodes at the end, with whatever stands before and behind. */
const FOUR_TIMECODES = new RegExp(
  String.raw`^(.*?)\s*(?<![\w:])(${TIMECODE})\s+(${TIMECODE})\s+(${TIMECODE})\s+(${TIMECODE})(?![\w:;])(.*)$`,
);
/** Some systems write frame counts: only believed when all four are there and a transition code stands before them. */
const FOUR_COUNTS =
  /^(.*\s(?:C|D\s+\d+|W\d+\s+\d+|K[BO ]?\s*\d*))\s+(\d{1,9})\s+(\d{1,9})\s+(\d{1,9})\s+(\d{1,9})\s*$/i;
const NUMBER = /^\s*(\d+|\*{3}|[A-Z]?\d{2,}[A-Z]?)(?:\s+|$)/i;
/** V, V2, A, A12, AA, AA/V, A2/V, B, NONE, VA1A2, A1+A2, A1-A4, AV. */
const CHANNEL = String.raw`(?:NONE|B|VIDEO|AUDIO|[VA]\d*(?:[/+,-]?[VA]\d*)*(?:-\d+)?)`;
/** A wipe may be reversed or have a border (`W001R`), a key's background may fade (`K B (F)`). */
const TRANSITION = String.raw`(C|D|W\s?\d{0,3}(?:\s?[RMB](?=\s|\d|$))?|K\s?[BOF]?(?:\s*\(F\))?|FI|FO)`;
const BODY = new RegExp(
  String.raw`^(.*?)(?:^|\s+)(${CHANNEL})\s+${TRANSITION}(?:(?:\s+|(?<=W\d{3}[RMB]))(\d{1,4})(?:\s+F)?)?$`,
  'i',
);
/** Sound by its channel numbers alone, set off from the reel by more than one space. */
const BODY_OF_SOUND = new RegExp(
  String.raw`^(\S.*?)\s{2,}([1-4]{1,4})\s+${TRANSITION}(?:\s+(\d{1,4}))?$`,
  'i',
);
/** Some exports of effects leave the transition code out and keep its duration. */
const BODY_WITHOUT_CODE = new RegExp(String.raw`^(.*?)(?:^|\s+)(${CHANNEL})\s+(\d{1,4})$`, 'i');
/** Without a channel column: taken for picture. */
const BODY_WITHOUT_CHANNEL = new RegExp(String.raw`^(.*?)(?:^|\s+)${TRANSITION}(?:\s+(\d{1,4}))?$`, 'i');

/** Whether a line looks like an event statement, well formed or not: an event number, and a timecode. */
export function resemblesEvent(line: string): boolean {
  const timecodes = line.match(new RegExp(TIMECODE, 'g'))?.length ?? 0;
  return (
    !/^\s*(\*(?!\*\*\s)|M2|>>>|TITLE|FCM|SPLIT|AUD|REM|EFFECTS|FINAL|#|\/\/)/i.test(line) &&
    NUMBER.test(line) &&
    timecodes >= 1
  );
}

/**
 * Reads an event statement, tolerant of tabs, spaces within reels, lower case, reel fields of 3 to 129 characters, a missing event
 * number, and remarks behind the last timecode.
 * @returns null when the line is no event statement
 */
export function readEventLine(line: string): EventLine | null {
  if (/^\s*\*(?!\*\*\s)/.test(line) || /^\s*(REM|#|\/\/|>>>|M2\s)/i.test(line)) return null;
  const timed = FOUR_TIMECODES.exec(line) ?? FOUR_COUNTS.exec(line);
  if (!timed) return null;
  const head = readHead(timed[1]!);
  if (!head) return null;
  return {
    ...head,
    sourceIn: timed[2]!,
    sourceOut: timed[3]!,
    recordIn: timed[4]!,
    recordOut: timed[5]!,
    trailing: (timed[6] ?? '').trim(),
  };
}

function readHead(head: string): Head | null {
  const numbered = readNumberedHead(head);
  if (numbered?.reel !== '' || /^\d*$/.test(numbered.number)) return numbered;
  // The number was missing, and what looked like one is the reel.
  return { ...numbered, number: '', reel: numbered.number };
}

function readNumberedHead(head: string): Head | null {
  const numbered = NUMBER.exec(head);
  const number = numbered?.[1] ?? '';
  const body = head.slice(numbered?.[0].length ?? 0).trim();
  const full = BODY.exec(body);
  if (full) {
    return {
      number,
      reel: full[1]!.trim(),
      channels: full[2]!.toUpperCase(),
      transition: readTransition(full[3]!, full[4]),
    };
  }
  const sound = BODY_OF_SOUND.exec(body);
  if (sound) {
    const channels = [...sound[2]!].map((channel) => `A${channel}`).join('/');
    return { number, reel: sound[1]!.trim(), channels, transition: readTransition(sound[3]!, sound[4]) };
  }
  const codeless = BODY_WITHOUT_CODE.exec(body);
  if (codeless) {
    const transition = { kind: 'dissolve' as const, code: '', durationFrames: Number(codeless[3]) };
    return { number, reel: codeless[1]!.trim(), channels: codeless[2]!.toUpperCase(), transition };
  }
  const bare = BODY_WITHOUT_CHANNEL.exec(body);
  if (!bare) return null;
  return { number, reel: bare[1]!.trim(), channels: '', transition: readTransition(bare[2]!, bare[3]) };
}

function readTransition(code: string, duration: string | undefined): EventLine['transition'] {
  const tidy = code.toUpperCase().replace(/\s+|\(F\)/g, '');
  const kind =
    tidy === 'C' ? 'cut' : tidy.startsWith('W') ? 'wipe' : tidy.startsWith('K') ? 'key' : 'dissolve';
  return { kind, code: tidy, durationFrames: duration === undefined ? 0 : Number(duration) };
}

type Head = Pick<EventLine, 'number' | 'reel' | 'channels' | 'transition'>;

/** The tracks of a channel field: `AA/V` is V, A1, A2; `B` is V and A1. Source: CMX 3600 channel shorthand. */
export function tracksOf(channels: string): string[] {
  const upper = channels.toUpperCase();
  if (upper === '' || upper === 'VIDEO') return ['V'];
  if (upper === 'NONE') return [];
  if (upper === 'AUDIO') return ['A1'];
  const tracks = upper === 'B' ? ['V', 'A1'] : expandChannels(upper);
  return [
    ...tracks.filter((track) => track.startsWith('V')),
    ...tracks.filter((track) => !track.startsWith('V')),
  ];
}

function expandChannels(channels: string): string[] {
  const range = /^A(\d+)-A?(\d+)$/.exec(channels);
  if (range && Number(range[2]) - Number(range[1]) < 64) {
    return Array.from(
      { length: Math.max(0, Number(range[2]) - Number(range[1]) + 1) },
      (_, i) => `A${Number(range[1]) + i}`,
    );
  }
  const tracks: string[] = [];
  for (const [token] of channels.matchAll(/V\d*|AA|A\d*/g)) {
    for (const track of token === 'AA' ? ['A1', 'A2'] : token === 'A' ? ['A1'] : [token]) {
      if (!tracks.includes(track)) tracks.push(track);
    }
  }
  return tracks;
}
