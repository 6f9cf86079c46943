import { LegalName } from '../../schemas/names.ts';
import { sha256OfCanonical } from '../../standards/hash/canonical-json.ts';

/** Room for a plate's name, version, frame number and ending in 255 bytes. */
const MOST_LETTERS = 120;

/**
 * A name that a file may have, as near as can be to one that people gave: accents go, every run of what is not legal is one
 * underscore. Different names may become one.
 */
export function tidyName(name: string): string {
  if (LegalName.safeParse(name).success && !name.includes('..')) return name;
  const tidied = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .trim()
    .replace(/[^A-Za-z0-9._-]+/g, '_')
    .replace(/\.{2,}/g, '.')
    .replace(/^[._-]+/, '')
    .slice(0, MOST_LETTERS);
  return tidied === '' ? 'shot' : tidied;
}

/**
 * The legal name of each shot name of a list. Two shots whose names become one when they are made legal stay two: all but
 * the first have a mark at the end, which follows from their own name alone. A legal name is never changed.
 * @param names as the list has them, in its order; upper and lower case are one name, as they are on some file systems
 * @param earlier shots of the plan before: what has a mark keeps it
 */
export function legalShotNames(names: readonly string[], earlier: readonly string[]): Map<string, string> {
  const before = new Set(earlier.map((name) => name.toUpperCase()));
  const owners = new Map<string, string>();
  const legal = new Map<string, string>();
  const isLegal = (name: string) => tidyName(name) === name;
  for (const name of [...names.filter(isLegal), ...names.filter((one) => !isLegal(one))]) {
    const [plain, own] = [tidyName(name), ownKey(name)];
    const marked = `${plain.slice(0, MOST_LETTERS - 9)}_${sha256OfCanonical(own).slice(0, 8)}`;
    const owner = owners.get(plain.toUpperCase());
    const isMarked = !isLegal(name) && (before.has(marked.toUpperCase()) || (owner ?? own) !== own);
    const used = isMarked ? marked : plain;
    owners.set(used.toUpperCase(), own);
    legal.set(name, used);
  }
  return legal;
}

/** What makes two spellings one name. */
function ownKey(name: string): string {
  return name.normalize('NFC').trim().toUpperCase();
}
