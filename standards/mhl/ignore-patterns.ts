import { type PathGlob, pathGlob } from './glob.ts';
import { parentPath } from './safe-path.ts';

/** What every new history ignores. Source: ASC MHL specification 5.2; the reference writes these three. */
export const DEFAULT_IGNORE_PATTERNS: readonly string[] = ['.DS_Store', 'ascmhl', 'ascmhl/'];

/** Says whether a path, relative to the scope of the patterns, is ignored. */
export type IgnoreMatcher = (path: string, isDirectory: boolean) => boolean;

type Rule = {
  glob: PathGlob;
  negated: boolean;
  directoriesOnly: boolean;
  /** The folder whose whole inside the pattern takes, e.g. of `Clips/**`. */
  folder: PathGlob | null;
};

/**
 * Matcher for one gitignore line per pattern, always relative to the scope that recorded them, wherever that scope lies.
 * The last pattern that fits decides; what lies in an ignored folder stays ignored.
 * Source: ASC MHL specification 5.2 and gitignore(5).
 */
export function ignoreMatcher(patterns: readonly string[]): IgnoreMatcher {
  const rules = patterns.flatMap(toRule);
  const folders = new Map<string, boolean>();
  // A folder whose whole inside is ignored has no content of its own, and the reference records none. A later exception may leave some in it.
  const lastException = rules.findLastIndex(({ negated }) => negated);
  const emptied = rules.slice(lastException + 1).flatMap(({ folder }) => folder ?? []);

  const decide = (path: string, isDirectory: boolean): boolean => {
    const segments = path.split('/');
    const deciding = rules.findLast(
      (rule) => (isDirectory || !rule.directoriesOnly) && rule.glob.matches(segments),
    );
    if (deciding !== undefined) return !deciding.negated;
    return isDirectory && emptied.some((folder) => folder.matches(segments));
  };
  const folderIgnored = (folder: string): boolean => {
    if (folder === '') return false;
    let known = folders.get(folder);
    if (known === undefined) {
      known = folderIgnored(parentPath(folder)) || decide(folder, true);
      folders.set(folder, known);
    }
    return known;
  };
  return (path, isDirectory) =>
    isDirectory ? folderIgnored(path) : folderIgnored(parentPath(path)) || decide(path, false);
}

function toRule(line: string): Rule[] {
  let pattern = line.replace(/\r$/, '');
  while (pattern.endsWith(' ') && !pattern.endsWith('\\ ')) pattern = pattern.slice(0, -1);
  if (pattern === '' || pattern.startsWith('#')) return [];
  const negated = pattern.startsWith('!');
  if (negated) pattern = pattern.slice(1);
  const directoriesOnly = pattern.endsWith('/');
  if (directoriesOnly) pattern = pattern.slice(0, -1);
  // A separator at the start or in the middle ties the pattern to the scope; otherwise it fits at any depth.
  const anchored = pattern.includes('/');
  if (pattern.startsWith('/')) pattern = pattern.slice(1);
  if (pattern === '') return [];
  const above = pattern.endsWith('/**') && !negated ? pattern.slice(0, -3) : '';
  const folder = above === '' ? null : pathGlob(above, anchored);
  return [{ glob: pathGlob(pattern, anchored), negated, directoriesOnly, folder }];
}
