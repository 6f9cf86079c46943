import { type RawBuilder, sql } from 'kysely';

/**
 * A value for a jsonb column. PostgreSQL can hold neither NUL nor half a surrogate pair, and camera metadata has both; the
 * fact in the object store keeps them, the projection shows U+FFFD.
 */
export function jsonb(value: unknown): RawBuilder<unknown> {
  return sql`${JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'string' ? storableText(inner) : inner))}::jsonb`;
}

/** Text that PostgreSQL can hold. */
export function storableText(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\ufffd');
}
