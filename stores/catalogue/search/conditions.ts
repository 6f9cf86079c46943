import { type Expression, type RawBuilder, type SqlBool, sql } from 'kysely';
import type { ClipQuery, DayMoment, QueryTerm } from '../../../schemas/clip-query.ts';
import { multirangeText, TICKS_PER_DAY, TICKS_PER_SECOND } from '../timecode-span.ts';
import { beginningLexeme, KEYS_BY_BEGINNING, nameLexeme } from './lexemes.ts';

type Wanted = QueryTerm['wanted'];
type TimecodeWanted = Extract<Wanted, { kind: 'timecode' }>;

/** A query as conditions on the table `clips`: `within` bounds the walk in the order of results, the others are asked of each clip. */
export type QueryConditions = { within: Condition[]; conditions: Condition[] };

type Condition = Expression<SqlBool>;

/** @param production where the caller looks only */
export function conditionsOf({ terms }: ClipQuery, production?: string): QueryConditions {
  const within: Condition[] = production === undefined ? [] : [sql<SqlBool>`production = ${production}`];
  const others: Condition[] = [];
  for (const term of terms) {
    const condition = columnCondition(term);
    if (condition !== null) (bounds(term, terms, production) ? within : others).push(condition);
  }
  const lexemes = terms.flatMap((term) => lexemeQuery(term) ?? []);
  if (lexemes.length === 0) return { within, conditions: others };
  // One question to the inverted index, which answers the rarest term first. Production and day are asked there as well, or it
  // would bring the reel A001 of every production.
  const narrowing = terms.flatMap((term) => (term.isNegated ? [] : (narrowingLexeme(term.wanted) ?? [])));
  if (production !== undefined) narrowing.push(lexeme('production', production, false));
  return {
    within,
    conditions: [sql<SqlBool>`search @@ ${[...lexemes, ...narrowing].join(' & ')}::tsquery`, ...others],
  };
}

/** Results are ordered by production, then day: a day bounds the walk only within a production. */
function bounds(term: QueryTerm, all: readonly QueryTerm[], production: string | undefined): boolean {
  if (term.isNegated) return false;
  if (isProduction(term)) return true;
  return (
    term.wanted.kind === 'days' &&
    term.wanted.key === 'day' &&
    (production !== undefined || all.some((one) => !one.isNegated && isProduction(one)))
  );
}

function isProduction({ wanted }: QueryTerm): boolean {
  return wanted.kind === 'name' && wanted.key === 'production';
}

function narrowingLexeme(wanted: Wanted): string | null {
  if (wanted.kind === 'name' && wanted.key === 'production') return lexeme('production', wanted.value, false);
  return wanted.kind === 'days' && wanted.key === 'day' && wanted.first === wanted.last
    ? lexeme('day', wanted.first, false)
    : null;
}

/** The part of a tsquery that says this term, for terms that the inverted index answers. */
function lexemeQuery({ wanted, isNegated }: QueryTerm): string | null {
  const text = positiveLexemes(wanted);
  return text === null ? null : isNegated ? `!(${text})` : text;
}

function positiveLexemes(wanted: Wanted): string | null {
  if (wanted.kind === 'rate') return lexeme('fps', `${wanted.rate.num}/${wanted.rate.den}`, false);
  if (wanted.kind === 'words')
    return wanted.words.map((word) => lexeme(wanted.key, word, wanted.isPrefix)).join(' & ');
  if (wanted.kind === 'name' && wanted.key !== 'production')
    return lexeme(wanted.key, wanted.value, wanted.isPrefix);
  return null;
}

function lexeme(key: string, value: string, isPrefix: boolean): string {
  if (!isPrefix) return quoted(nameLexeme(key, value));
  if (!KEYS_BY_BEGINNING.has(key)) return `${quoted(nameLexeme(key, value))}:*`;
  // One letter is a word of its own: `camera:A` means the camera with that letter, not every maker that begins with it.
  return quoted(Array.from(value).length === 1 ? nameLexeme(key, value) : beginningLexeme(key, value));
}

function quoted(lexeme: string): string {
  return `'${lexeme.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}

function columnCondition({ wanted, isNegated }: QueryTerm): RawBuilder<SqlBool> | null {
  const condition = positiveCondition(wanted);
  if (condition === null || !isNegated) return condition;
  // A clip of which nothing is known is not one that was asked for, so turned round it is in the result.
  return sql<SqlBool>`NOT coalesce(${condition}, false)`;
}

function positiveCondition(wanted: Wanted): RawBuilder<SqlBool> | null {
  if (wanted.kind === 'name' && wanted.key === 'production')
    return sql<SqlBool>`production = ${wanted.value}`;
  if (wanted.kind === 'days') {
    const column = sql.ref(wanted.key === 'day' ? 'shoot_day' : 'recorded_on');
    return sql<SqlBool>`${column} BETWEEN ${wanted.first} AND ${wanted.last}`;
  }
  return wanted.kind === 'timecode' ? timecodeCondition(wanted) : null;
}

/**
 * Labels are compared, modulo 24 h. Whole seconds are the same for every rate; a frame number is a different moment at each
 * rate, so the index narrows to the seconds and the exact moment is reckoned for each clip.
 */
function timecodeCondition({ from, to }: TimecodeWanted): RawBuilder<SqlBool> {
  const end = to ?? endOf(from);
  const start = ticksOf(from);
  const exclusive = ticksOf(end) || TICKS_PER_DAY;
  const roundedUp = end.frames > 0 ? exclusive + TICKS_PER_SECOND : exclusive;
  const coarse = overlaps(start, roundedUp > TICKS_PER_DAY ? roundedUp - TICKS_PER_DAY : roundedUp);
  if (from.frames === 0 && end.frames === 0) return coarse;
  const exactStart = sql`(${start}::int + least(${from.frames}::int, timecode_base) * ${TICKS_PER_SECOND}::int / timecode_base)`;
  const exactEnd = sql`(${ticksOf(end)}::int + least(${end.frames}::int, timecode_base) * ${TICKS_PER_SECOND}::int / timecode_base)`;
  const isPastMidnight = start > ticksOf(end) || (start === ticksOf(end) && from.frames > end.frames);
  const exact = isPastMidnight
    ? sql`int4multirange(int4range(${exactStart}, ${TICKS_PER_DAY}::int), int4range(0, ${exactEnd}))`
    : sql`int4multirange(int4range(${exactStart}, ${exactEnd}))`;
  return sql<SqlBool>`(${coarse} AND timecode_span && ${exact})`;
}

/** Past midnight as two questions: PostgreSQL guesses how many rows a stretch meets by its outer ends. */
function overlaps(start: number, end: number): RawBuilder<SqlBool> {
  const span = (from: number, to: number) =>
    sql<SqlBool>`timecode_span && ${multirangeText({ start: from, end: to })}::int4multirange`;
  if (start < end) return span(start, end);
  return end === 0
    ? span(start, TICKS_PER_DAY)
    : sql<SqlBool>`(${span(start, TICKS_PER_DAY)} OR ${span(0, end)})`;
}

/** Where a moment without an end ends: after the hour, minute, second or frame that was typed. */
function endOf(moment: DayMoment): DayMoment {
  if (moment.parts === 4) return { ...moment, frames: moment.frames + 1 };
  const step = { 1: 3600, 2: 60, 3: 1 }[moment.parts as 1 | 2 | 3];
  const seconds = (moment.hours * 3600 + moment.minutes * 60 + moment.seconds + step) % 86_400;
  return {
    hours: Math.floor(seconds / 3600),
    minutes: Math.floor(seconds / 60) % 60,
    seconds: seconds % 60,
    frames: 0,
    parts: 4,
  };
}

function ticksOf({ hours, minutes, seconds }: DayMoment): number {
  return ((hours * 60 + minutes) * 60 + seconds) * TICKS_PER_SECOND;
}
