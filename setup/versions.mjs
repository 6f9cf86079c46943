/** First run of dotted numbers in a program's answer, `5.1.9` of `ffmpeg version 5.1.9-0+deb12u1`; null when there is none. */
export function firstVersion(text) {
  return /\d+(?:\.\d+)+/.exec(text)?.[0] ?? null;
}

/** Orders two dotted versions by number, field by field: negative, 0 or positive. A missing field counts as 0. */
export function compareVersions(a, b) {
  const left = numbersOf(a);
  const right = numbersOf(b);
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/**
 * Says whether a version lies in an accepted range: comparators that must all hold, `'>=5.1 <10'` or `'=1.8.0'`.
 * `'any'` accepts also a program that does not tell its version.
 */
export function fits(version, range) {
  if (range === 'any') return true;
  if (!version) return false;
  return range.split(/\s+/).every((comparator) => holds(version, comparator));
}

function holds(version, comparator) {
  const parsed = /^(>=|<|=)(\d[\d.]*)$/.exec(comparator);
  if (!parsed) throw new Error(`Version range "${comparator}" is not >=N, <N or =N.`);
  const [, operator, bound] = parsed;
  const order = compareVersions(version, bound);
  if (operator === '>=') return order >= 0;
  return operator === '<' ? order < 0 : order === 0;
}

/** Leading dotted numbers only: distributions append `-0+deb12u1`, which says nothing about the program's own version. */
function numbersOf(version) {
  const dotted = /^\d+(?:\.\d+)*/.exec(version)?.[0] ?? '0';
  return dotted.split('.').map(Number);
}
