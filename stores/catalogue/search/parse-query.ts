import { type ClipQuery, QUERY_KEYS, type QueryKey, type QueryTerm } from '../../../schemas/clip-query.ts';
import { PipelineError } from '../../../schemas/failure.ts';
import { nominalBase, parseFrameRate, snapFrameRate } from '../../../standards/time/frame-rate.ts';
import { plainWords } from './lexemes.ts';
import { missingField } from './missing-fields.ts';
import { parseTimecodeTerm } from './parse-timecode-term.ts';

type Wanted = QueryTerm['wanted'];
type Token = { text: string; key: string | null; value: string; isQuoted: boolean; isNegated: boolean };

/**
 * Reads a clip query: `key:value` pairs and free words, all of which must hold; `-` before a term turns it round.
 * @throws PipelineError input-invalid with a sentence that names the term and what would be right
 */
export function parseQuery(text: string): ClipQuery {
  const terms = tokensOf(text).map(
    (token): QueryTerm => ({ wanted: wantedOf(token), isNegated: token.isNegated, typed: token.text }),
  );
  return { text, terms };
}

/** Cuts at spaces outside quotes. */
function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  const pattern = /\s*(-?)(?:([A-Za-z]+):)?(?:"([^"]*)("?)|(\S*))/gy;
  while (pattern.lastIndex < text.trimEnd().length) {
    const at = pattern.lastIndex;
    const match = pattern.exec(text);
    if (!match || match[0] === '') throw new Error(`reading a query must move on from ${at} of ${text}`);
    const [whole, minus, key, quoted, closing, plain] = match;
    if (quoted !== undefined && closing === '')
      throw refused(whole.trim(), 'its quotation mark is not closed', 'put a " at its end');
    tokens.push({
      text: whole.trim(),
      key: key?.toLowerCase() ?? null,
      value: quoted ?? plain ?? '',
      isQuoted: quoted !== undefined,
      isNegated: minus === '-',
    });
  }
  return tokens;
}

function wantedOf(token: Token): Wanted {
  if (token.key === null) return wordsWanted('text', token);
  if (!Object.hasOwn(QUERY_KEYS, token.key)) {
    throw refused(
      token.text,
      `there is no key “${token.key}”`,
      `the keys are ${Object.keys(QUERY_KEYS).join(', ')}; put a text with a colon in quotes`,
    );
  }
  if (token.value === '')
    throw refused(
      token.text,
      'it has no value',
      `write for example ${QUERY_KEYS[token.key as QueryKey].example}`,
    );
  return VALUES[token.key as QueryKey](token);
}

const VALUES: Record<QueryKey, (token: Token) => Wanted> = {
  reel: (token) => nameWanted('reel', token, !token.isQuoted),
  clip: (token) => nameWanted('clip', token, !token.isQuoted),
  file: (token) => nameWanted('file', token, !token.isQuoted),
  roll: (token) => nameWanted('roll', token, !token.isQuoted),
  format: (token) => nameWanted('format', token, true),
  production: (token) => nameWanted('production', token, false),
  scene: (token) => nameWanted('scene', token, false),
  shot: (token) => nameWanted('shot', token, false),
  take: (token) => nameWanted('take', token, false),
  camera: (token) => wordsWanted('camera', token),
  lens: (token) => wordsWanted('lens', token),
  codec: (token) => wordsWanted('codec', token),
  fps: rateWanted,
  size: sizeWanted,
  tc: (token) => {
    const read = parseTimecodeTerm(token.value);
    if (typeof read === 'string')
      throw refused(
        token.text,
        read,
        `write for example ${QUERY_KEYS.tc.example}, or tc:10:01 for the whole minute`,
      );
    return read;
  },
  day: (token) => daysWanted('day', token),
  date: (token) => daysWanted('date', token),
  missing: (token) => {
    const field = missingField(token.value);
    if (field === null)
      throw refused(
        token.text,
        `“${token.value}” is no field of a clip`,
        'write for example missing:lens, missing:reel, missing:tc or missing:exposureIndex',
      );
    return { kind: 'name', key: 'missing', value: field, isPrefix: false };
  },
  is: (token) => {
    const value = token.value.toLowerCase();
    if (value !== 'proxy' && value !== 'original')
      throw refused(token.text, 'a clip is a proxy or an original', 'write is:proxy or is:original');
    return { kind: 'name', key: 'is', value, isPrefix: false };
  },
};

/** A * may stand at the end only: names are found from their beginning. */
function nameWanted(key: Extract<Wanted, { kind: 'name' }>['key'], token: Token, isPrefix: boolean): Wanted {
  const starred = !token.isQuoted && token.value.endsWith('*');
  const value = starred ? token.value.slice(0, -1) : token.value;
  if (!token.isQuoted && value.includes('*'))
    throw refused(token.text, 'a * stands inside the value', 'a * may only stand at the end');
  if (value === '') throw refused(token.text, 'a * alone finds everything', 'leave the term out');
  return { kind: 'name', key, value, isPrefix: isPrefix || starred };
}

/** Words of camera, lens and codec are found from their beginning; free words are whole, as very many clips share beginnings. */
function wordsWanted(key: 'camera' | 'lens' | 'codec' | 'text', token: Token): Wanted {
  const isStarred = !token.isQuoted && token.value.endsWith('*');
  const words = [...new Set(plainWords(token.value))];
  if (words.length === 0)
    throw refused(token.text, 'it holds no letter and no digit', 'write a word to look for');
  return { kind: 'words', key, words, isPrefix: isStarred || (key !== 'text' && !token.isQuoted) };
}

function rateWanted(token: Token): Wanted {
  const rate = parseFrameRate(token.value);
  if (!rate)
    throw refused(
      token.text,
      `“${token.value}” is no frame rate`,
      'write for example fps:24, fps:23.976 or fps:24000/1001',
    );
  const known = snapFrameRate(rate);
  return { kind: 'rate', rate: nominalBase(known) > 0 ? known : rate };
}

function sizeWanted(token: Token): Wanted {
  const match = /^(\d{1,6})[x×](\d{1,6})$/i.exec(token.value);
  if (!match)
    throw refused(
      token.text,
      `“${token.value}” is no picture size`,
      'write width and height, for example size:4096x2160',
    );
  return { kind: 'name', key: 'size', value: `${Number(match[1])}x${Number(match[2])}`, isPrefix: false };
}

function daysWanted(key: 'day' | 'date', token: Token): Wanted {
  const match = /^(\d{4})-?(\d\d)-?(\d\d)(?:-(\d{4})-?(\d\d)-?(\d\d))?$/.exec(token.value);
  const first = match ? `${match[1]}${match[2]}${match[3]}` : '';
  const last = match?.[4] === undefined ? first : `${match[4]}${match[5]}${match[6]}`;
  if (!match || !isDay(first) || !isDay(last))
    throw refused(
      token.text,
      `“${token.value}” is no day`,
      `write ${key}:20260930, or ${key}:20260901-20260930`,
    );
  if (first > last)
    throw refused(token.text, 'its last day lies before its first', `write ${key}:${last}-${first}`);
  return { kind: 'days', key, first, last };
}

function isDay(day: string): boolean {
  const [year, month, date] = [Number(day.slice(0, 4)), Number(day.slice(4, 6)), Number(day.slice(6))];
  return month >= 1 && month <= 12 && date >= 1 && date <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}

function refused(term: string, why: string, fix: string): PipelineError {
  return new PipelineError('input-invalid', `The query is not understood at “${term}”: ${why}; ${fix}.`, {
    term,
    why,
    fix,
  });
}
