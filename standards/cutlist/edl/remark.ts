import type { Said } from './statement.ts';

/** A form of line and what it says; the first form that fits counts. */
type Form = readonly [RegExp, (match: RegExpExecArray) => Said];

const TIMECODE = String.raw`\d{1,2}[:;.,]\d{2}[:;.,]\d{2}[:;.,]\d{2,3}`;

/** Remarks that carry a meaning, spelled as Avid, Premiere, Resolve, Final Cut, Flame, Baselight and Nucoda write them. */
const FORMS: readonly Form[] = [
  [
    /^(FROM|TO|KEY)\s+CLIP\s+NAME(?:\s+IS)?\s*:?\s*(.*)$/i,
    (m) => ({ kind: 'clip-name', side: side(m[1]!), name: m[2]!.trim() }),
  ],
  [/^CLIP\s+NAME\s*:\s*(.*)$/i, (m) => ({ kind: 'clip-name', side: 'from', name: m[1]!.trim() })],
  [/^(?:OTIO REFERENCE\s+)?(FROM|TO)\s+(?:CLIP|FILE)(?:\s+PATH)?\s*:\s*(.*)$/i, path],
  [/^OTIO REFERENCE\s+(FROM|TO)\s*:\s*(.*)$/i, path],
  [/^SOURCE\s+FILE(?:\s?NAME)?\s*:\s*(.*)$/i, (m) => ({ kind: 'source-file', name: m[1]!.trim() })],
  [/^FINAL CUT PRO REEL\s*:?\s*(.*?)\s+REPLACED BY\s*:?\s*(.*)$/i, (m) => tape(m[2]!, m[1]!)],
  // The name of the event's own tape, before the form that speaks of any reel.
  [/^(?:REEL|TAPE)(?:\s+NAME)?\s*(?::|=|\sIS\b)\s*(\S.*)$/i, (m) => tape('', m[1]!)],
  [/^(?:REEL|TAPE)(?:\s+NAME)?\s+(\S+)\s+(?:IS|=)\s+(?:CLIP\s+)?(.*)$/i, (m) => tape(m[1]!, m[2]!)],
  [
    new RegExp(`^(?:LOC|MARKER)\\s*:\\s*(?:(${TIMECODE})\\s*)?(.*)$`, 'i'),
    (m) => locator(m[1] ?? null, m[2]!),
  ],
  [
    new RegExp(
      `^\\d+\\s+(${markerColours()})\\s+(?:\\S+\\s+)?(${TIMECODE})\\s+(?:V\\d*|A\\d*|TC\\d?|TC1)\\s+(.*)$`,
      'i',
    ),
    (m) => ({ kind: 'locator', at: m[2]!, colour: m[1]!, note: m[3]!.trim() }),
  ],
  [/^VFX(?:\s*(?:SHOT|ID|NAME))*\s*[:=]?\s+(.*)$/i, (m) => ({ kind: 'vfx', note: m[1]!.trim() })],
  // `*VFX-010`: the shot itself is called so.
  [/^(VFX[-_]?\d[\w-]*)$/i, (m) => ({ kind: 'vfx', note: m[1]! })],
  [
    /^FRMC\s+START\s*:?\s*(\d+)(?:\s+FRMC\s+END\s*:?\s*(\d+))?(?:\s+FRMC\s+DURATION\s*:?\s*(\d+))?/i,
    (m) => ({
      kind: 'frame-count',
      start: Number(m[1]),
      end: numberOrNull(m[2]),
      duration: numberOrNull(m[3]),
    }),
  ],
  [/^ASC[_ ]SOP\b\s*:?\s*(.*)$/i, (m) => ({ kind: 'sop', body: m[1]! })],
  [/^ASC[_ ]SAT\b\s*:?\s*(.*)$/i, (m) => ({ kind: 'sat', body: m[1]! })],
  [/^\*?\s*FREEZE\s+FRAME\b/i, () => ({ kind: 'freeze' })],
];

/** Statements that stand without an asterisk. Source: SMPTE ST 258:2004; `>>> SOURCE` is Avid's, `DLEDL` Flame's. */
const PLAIN_FORMS: readonly Form[] = [
  [/^TITLE\s*:?\s*(.*)$/i, (m) => ({ kind: 'title', title: m[1]!.trim() })],
  [/^FCM\s*:?\s*(.*)$/i, (m) => ({ kind: 'fcm', dropFrame: frameCodeMode(m[1]!) })],
  // Read from the right: the reel may hold spaces or be missing.
  [
    new RegExp(
      `^M2\\s+(?:(.*?)\\s+)?([+-]?\\s?\\d*[.,]?\\d+)(?:\\s*(?:FPS|%))?(?:\\s+([+-]?${TIMECODE})(?:\\s+.*)?)?$`,
      'i',
    ),
    (m) => ({ kind: 'motion', reel: (m[1] ?? '').trim(), speed: m[2]!.replace(/\s/g, ''), at: m[3] ?? null }),
  ],
  [/^M2\b/i, () => ({ kind: 'broken-motion' })],
  [/^EFFECTS?\s+NAME\s+(?:IS\s*:?)?\s*(.*)$/i, (m) => ({ kind: 'effect', name: m[1]!.trim() })],
  [
    /^AUD(?:IO)?\s+([\d\s,AN]+)$/i,
    (m) => ({ kind: 'audio', tracks: (m[1]!.match(/\d+/g) ?? []).map((track) => `A${track}`) }),
  ],
  [
    /^SPLIT\s*:?\s*(.*?)\s*=?\s*([\d:;.,]*)$/i,
    (m) => ({ kind: 'split', what: m[1]!.replace(/\s+/g, ' ').trim(), delay: m[2]! }),
  ],
  [/^>>>\s*SOURCE\s+(.*?)\s{2,}(\S+)\s+(\S+)\s*$/i, (m) => tape(m[2]!, m[1]!)],
  [/^DLEDL\s*:\s*REEL\s*:\s*(\S.*)$/i, (m) => tape('', m[1]!)],
  [/^(?:>>>|DLEDL\s*:)/i, (m) => ({ kind: 'remark', note: m.input })],
];

/** Reads what stands behind an asterisk, or a line that means the same without one; null when it means nothing known. */
export function readRemark(text: string): Said | null {
  return first(FORMS, text);
}

/** Reads a statement that has no asterisk; null when it is none. */
export function readPlainLine(text: string): Said | null {
  return first(PLAIN_FORMS, text);
}

function first(forms: readonly Form[], text: string): Said | null {
  for (const [form, read] of forms) {
    const match = form.exec(text);
    if (match) return read(match);
  }
  return null;
}

function frameCodeMode(words: string): boolean | null {
  if (/NON|NDF/i.test(words)) return false;
  return /DROP|\bDF\b/i.test(words) ? true : null;
}

function path(match: RegExpExecArray): Said {
  return { kind: 'clip-path', side: side(match[1]!) === 'to' ? 'to' : 'from', path: match[2]!.trim() };
}

function tape(reel: string, name: string): Said {
  return { kind: 'tape-name', reel: reel.trim(), name: name.trim() };
}

/** `01:00:01:14 RED     ANIM FIX NEEDED`: time, colour, note; the colour may be missing. */
function locator(at: string | null, rest: string): Said {
  const match = new RegExp(`^(${markerColours()})\\b\\s*(.*)$`, 'i').exec(rest.trim());
  return { kind: 'locator', at, colour: match?.[1] ?? '', note: (match?.[2] ?? rest).trim() };
}

/** Marker colours of Avid, Premiere and Resolve. */
function markerColours(): string {
  return 'red|green|blue|cyan|magenta|yellow|black|white|pink|orange|purple|denim|forest|violet|plum|gold|grey|gray|lavender|sky|fuchsia|rose|mint|lemon|sand|cocoa|cream';
}

function side(word: string): 'from' | 'to' | 'key' {
  return word.toLowerCase() as 'from' | 'to' | 'key';
}

function numberOrNull(digits: string | undefined): number | null {
  return digits === undefined ? null : Number(digits);
}
