/**
 * Why a recorded path may not be followed, as a clause for people; null when it may.
 * Backslashes count as separators here, because on another system they are.
 * Source: ASC MHL specification 6.4 (relative, `/`-separated, no `..`).
 */
export function pathProblem(path: string): string | null {
  if (path === '') return 'it is empty';
  if (path.includes('\0')) return 'it holds a NUL';
  if (path.startsWith('/') || path.startsWith('\\') || /^[A-Za-z]:[\\/]/.test(path)) return 'it is absolute';
  if (path.split(/[\\/]/).includes('..')) return 'it goes up with ".."';
  if (!path.isWellFormed()) return 'it holds half a character';
  return null;
}

/** A recorded path without `.` segments, doubled and trailing slashes: one file has one spelling. Unicode is never normalised. */
export function plainPath(path: string): string {
  if (!/(^|\/)(\.?\/|\.?$)/.test(path)) return path;
  return path
    .split('/')
    .filter((segment) => segment !== '' && segment !== '.')
    .join('/');
}

/** Folder that holds a path; `''` for the scope itself. */
export function parentPath(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
}

/** Last segment of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** A path below a scope as seen from above it; `''` is the outermost scope. */
export function joinPath(scope: string, path: string): string {
  return scope === '' ? path : path === '' ? scope : `${scope}/${path}`;
}

/** A path as seen from inside a scope, or null when it lies elsewhere. */
export function relativePath(scope: string, path: string): string | null {
  if (scope === '') return path;
  if (path === scope) return '';
  return path.startsWith(`${scope}/`) ? path.slice(scope.length + 1) : null;
}
