/** Longest lexeme that is kept; PostgreSQL allows 2046 bytes. Longer values are found by their beginning. */
const LONGEST = 200;

/** Keys whose words are few: every beginning of a word is a lexeme of its own, because each stands in very many clips. */
export const KEYS_BY_BEGINNING: ReadonlySet<string> = new Set(['camera', 'lens', 'codec']);

/** What the search index keeps of a clip: names whole, words apart, each under the key of the query that finds it. */
export type Searchable = {
  names: { key: string; value: string | null }[];
  words: { key: string; value: string | null }[];
};

/** The lexemes of a clip, sorted and each once. */
export function lexemesOf({ names, words }: Searchable): string[] {
  const lexemes = new Set<string>();
  for (const { key, value } of names) if (value !== null && value !== '') lexemes.add(nameLexeme(key, value));
  for (const { key, value } of words) {
    for (const word of wordsOf(value ?? '')) {
      lexemes.add(nameLexeme(key, word));
      if (KEYS_BY_BEGINNING.has(key))
        for (const beginning of beginningsOf(word)) lexemes.add(beginningLexeme(key, beginning));
    }
  }
  return [...lexemes].sort();
}

/** How a value stands in the index under its key. */
export function nameLexeme(key: string, value: string): string {
  return `${key}/${value.normalize('NFC').toLowerCase().slice(0, LONGEST)}`;
}

/** How the beginning of a word stands in the index; `~` is in no key. */
export function beginningLexeme(key: string, beginning: string): string {
  return nameLexeme(`${key}~`, beginning);
}

/** From two characters on: one letter is a word of its own. */
function beginningsOf(word: string): string[] {
  const characters = Array.from(word);
  return characters.slice(1).map((_, i) => characters.slice(0, i + 2).join(''));
}

/** Words as people type them: letters and digits, everything else parts them. Both Unicode forms of a letter are one. */
export function plainWords(text: string): string[] {
  return (
    text
      .normalize('NFC')
      .toLowerCase()
      .match(/[\p{L}\p{N}\p{M}]+/gu) ?? []
  );
}

/** Every word under which a text is found: a name such as `A001C003_260930` whole, by its parts, and by `A001` and `C003`. */
export function wordsOf(text: string): string[] {
  const parts = plainWords(text);
  const names =
    text
      .normalize('NFC')
      .toLowerCase()
      .match(/[\p{L}\p{N}\p{M}]+(?:[_.-][\p{L}\p{N}\p{M}]+)+/gu) ?? [];
  const counted = parts.flatMap((part) => part.match(/\p{L}*\p{N}+|[\p{L}\p{M}]+/gu) ?? []);
  return [...parts, ...names, ...counted];
}
