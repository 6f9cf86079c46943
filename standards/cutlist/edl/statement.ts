import { type EventLine, readEventLine, resemblesEvent } from './event-line.ts';

/** A line of a list as what it says; `line` counts from 1. Nothing is thrown away: what is not known stays as `remark` or `unknown`. */
export type Statement = { line: number; text: string } & (
  | { kind: 'title'; title: string }
  | { kind: 'fcm'; dropFrame: boolean | null }
  | { kind: 'event'; event: EventLine }
  | { kind: 'broken-event' }
  | { kind: 'motion'; reel: string; speed: string; at: string | null }
  | { kind: 'broken-motion' }
  | { kind: 'clip-name'; side: 'from' | 'to' | 'key'; name: string }
  | { kind: 'clip-path'; side: 'from' | 'to'; path: string }
  | { kind: 'source-file'; name: string }
  | { kind: 'locator'; at: string | null; colour: string; note: string }
  | { kind: 'vfx'; note: string }
  | { kind: 'frame-count'; start: number; end: number | null; duration: number | null }
  | { kind: 'sop'; body: string }
  | { kind: 'sat'; body: string }
  | { kind: 'freeze' }
  | { kind: 'effect'; name: string }
  | { kind: 'audio'; tracks: string[] }
  | { kind: 'split'; what: string; delay: string }
  | { kind: 'tape-name'; reel: string; name: string }
  | { kind: 'remark'; note: string }
  | { kind: 'unknown' }
);

type Said = Statement extends infer S ? (S extends Statement ? Omit<S, 'line' | 'text'> : never) : never;

/** Reads the whole text into statements: byte-order mark, CRLF, CR, form feeds and blank lines are taken in stride. */
export function readStatements(text: string): Statement[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/);
  const statements: Statement[] = [];
  lines.forEach((raw, index) => {
    const line = raw.replace(/[\u0000\f\v\u001A\u00A0]/g, ' ').trimEnd();
    if (line.trim() === '') return;
    statements.push({ line: index + 1, text: line.trim(), ...readStatement(line) } as Statement);
  });
  return statements;
}

function readStatement(line: string): Said {
  const event = readEventLine(line);
  if (event) return { kind: 'event', event };
  const text = line.trim();
  const plain = /^\*/.test(text) ? null : readPlain(text);
  if (plain) return plain;
  if (text.startsWith('*')) return readRemark(text.replace(/^\*\s*/, ''));
  if (resemblesEvent(text)) return { kind: 'broken-event' };
  return readKnownRemark(text) ?? { kind: 'unknown' };
}

/** Statements that stand without an asterisk. */
function readPlain(text: string): Said | null {
  let match: RegExpExecArray | null;
  if ((match = /^TITLE\s*:?\s*(.*)$/i.exec(text))) return { kind: 'title', title: match[1]!.trim() };
  if ((match = /^FCM\s*:?\s*(.*)$/i.exec(text)))
    return { kind: 'fcm', dropFrame: readFrameCodeMode(match[1]!) };
  if (/^M2\b/i.test(text)) return readMotion(text);
  if ((match = /^EFFECTS?\s+NAME\s+(?:IS\s*:?)?\s*(.*)$/i.exec(text)))
    return { kind: 'effect', name: match[1]!.trim() };
  if ((match = /^AUD(?:IO)?\s+([\d\s,AN]+)$/i.exec(text))) {
    return { kind: 'audio', tracks: (match[1]!.match(/\d+/g) ?? []).map((track) => `A${track}`) };
  }
  if ((match = /^SPLIT\s*:?\s*(.*?)\s*=?\s*([\d:;.,]*)$/i.exec(text))) {
    return { kind: 'split', what: match[1]!.replace(/\s+/g, ' ').trim(), delay: match[2]! };
  }
  if ((match = /^FINAL CUT PRO REEL\s*:?\s*(.*?)\s+REPLACED BY\s*:?\s*(.*)$/i.exec(text))) {
    return { kind: 'tape-name', reel: match[2]!.trim(), name: match[1]!.trim() };
  }
  if ((match = /^>>>\s*SOURCE\s+(\S+)/i.exec(text))) return { kind: 'remark', note: text };
  return null;
}

function readFrameCodeMode(words: string): boolean | null {
  if (/NON|NDF/i.test(words)) return false;
  return /DROP|\bDF\b/i.test(words) ? true : null;
}

/** `M2   REEL   speed   timecode`, read from the right: reels may hold spaces or be missing. Speed is in frames per second. */
function readMotion(text: string): Said {
  const match =
    /^M2\s+(?:(.*?)\s+)?([+-]?\s?\d*[.,]?\d+)(?:\s*(?:FPS|%))?(?:\s+([+-]?\d{1,2}[:;.,]\d{2}[:;.,]\d{2}[:;.,]\d{2,3}))?(?:\s+.*)?$/i.exec(
      text,
    );
  if (!match) return { kind: 'broken-motion' };
  return {
    kind: 'motion',
    reel: (match[1] ?? '').trim(),
    speed: match[2]!.replace(/\s/g, ''),
    at: match[3] ?? null,
  };
}

function readRemark(note: string): Said {
  return readKnownRemark(note) ?? { kind: 'remark', note: note.trim() };
}

/** Remarks that carry a meaning, with or without their asterisk. Spellings as Avid, Premiere, Resolve, Final Cut, Flame, Baselight and Nucoda write them. */
function readKnownRemark(text: string): Said | null {
  let match: RegExpExecArray | null;
  if ((match = /^(FROM|TO|KEY)\s+CLIP\s+NAME(?:\s+IS)?\s*:?\s*(.*)$/i.exec(text))) {
    return {
      kind: 'clip-name',
      side: match[1]!.toLowerCase() as 'from' | 'to' | 'key',
      name: match[2]!.trim(),
    };
  }
  if ((match = /^CLIP\s+NAME\s*:\s*(.*)$/i.exec(text)))
    return { kind: 'clip-name', side: 'from', name: match[1]!.trim() };
  if (
    (match = /^(?:OTIO REFERENCE\s+)?(FROM|TO)\s+(?:CLIP|FILE)(?:\s+PATH)?\s*:\s*(.*)$/i.exec(text)) ||
    (match = /^OTIO REFERENCE\s+(FROM|TO)\s*:\s*(.*)$/i.exec(text))
  ) {
    return { kind: 'clip-path', side: match[1]!.toLowerCase() as 'from' | 'to', path: match[2]!.trim() };
  }
  if ((match = /^SOURCE\s+FILE(?:NAME| NAME)?\s*:\s*(.*)$/i.exec(text)))
    return { kind: 'source-file', name: match[1]!.trim() };
  if ((match = /^FINAL CUT PRO REEL\s*:?\s*(.*?)\s+REPLACED BY\s*:?\s*(.*)$/i.exec(text))) {
    return { kind: 'tape-name', reel: match[2]!.trim(), name: match[1]!.trim() };
  }
  if ((match = /^(?:REEL|TAPE)(?:\s+NAME)?\s*:?\s+(\S+)\s+(?:IS|=)\s+(.*)$/i.exec(text))) {
    return { kind: 'tape-name', reel: match[1]!, name: match[2]!.trim() };
  }
  if (
    (match = /^(?:LOC|MARKER)\s*:\s*(?:([\d]{1,2}[:;.,]\d{2}[:;.,]\d{2}[:;.,]\d{2,3})\s*)?(.*)$/i.exec(text))
  )
    return readLocator(match[1], match[2]!);
  if ((match = /^VFX(?:\s*(?:SHOT|ID|NAME))*\s*[:=]?\s+(.*)$/i.exec(text)))
    return { kind: 'vfx', note: match[1]!.trim() };
  if (
    (match =
      /^FRMC\s+START\s*:?\s*(\d+)(?:\s+FRMC\s+END\s*:?\s*(\d+))?(?:\s+FRMC\s+DURATION\s*:?\s*(\d+))?/i.exec(
        text,
      ))
  ) {
    return {
      kind: 'frame-count',
      start: Number(match[1]),
      end: toNumber(match[2]),
      duration: toNumber(match[3]),
    };
  }
  if ((match = /^ASC[_ ]SOP\s*:?\s*(.*)$/i.exec(text))) return { kind: 'sop', body: match[1]! };
  if ((match = /^ASC[_ ]SAT\s*:?\s*(.*)$/i.exec(text))) return { kind: 'sat', body: match[1]! };
  if (/^\*?\s*FREEZE\s+FRAME\b/i.test(text)) return { kind: 'freeze' };
  return null;
}

/** `01:00:01:14 RED     ANIM FIX NEEDED`: time, colour, note; the colour may be missing. */
function readLocator(at: string | undefined, rest: string): Said {
  const match =
    /^(red|green|blue|cyan|magenta|yellow|black|white|pink|orange|purple|denim|forest|violet|plum|gold|grey|gray|lavender|sky|fuchsia|rose|mint|lemon|sand|cocoa|cream)\b\s*(.*)$/i.exec(
      rest.trim(),
    );
  return { kind: 'locator', at: at ?? null, colour: match?.[1] ?? '', note: (match?.[2] ?? rest).trim() };
}

function toNumber(digits: string | undefined): number | null {
  return digits === undefined ? null : Number(digits);
}
