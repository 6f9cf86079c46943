type Token =
  | { kind: 'literal'; character: string }
  | { kind: 'one' }
  | { kind: 'star' }
  | { kind: 'set'; negated: boolean; ranges: [string, string][] };

/** A wildcard pattern over the segments of a path: `*` and `?` inside a segment, `**` over segments. */
export type PathGlob = { matches(segments: readonly string[]): boolean };

/**
 * Compiles the segments of a gitignore pattern. Matching takes time proportional to path times pattern, never more:
 * patterns come from manifests, and a regular expression made from a hostile one can run for ever.
 * @param anchored whether the pattern begins at the scope; otherwise it may begin in any folder
 */
export function pathGlob(pattern: string, anchored: boolean): PathGlob {
  const parts = (anchored ? pattern : `**/${pattern}`)
    .split('/')
    .map((segment) => (segment === '**' ? null : segmentGlob(segment)));
  // A last `**` means everything inside, not the folder itself.
  const needsMore = parts.at(-1) === null;
  return { matches: (segments) => matchParts(parts, segments, needsMore) };
}

// Greedy with one point of return: the latest `**` takes one more segment whenever what follows it does not fit.
function matchParts(
  parts: readonly (SegmentGlob | null)[],
  segments: readonly string[],
  needsMore: boolean,
): boolean {
  let part = 0;
  let segment = 0;
  let returnPart = -1;
  let returnSegment = 0;
  while (segment < segments.length) {
    const expected = parts[part];
    if (expected === null) {
      if (part === parts.length - 1) return needsMore;
      returnPart = part;
      returnSegment = segment;
      part += 1;
    } else if (expected?.matches(segments[segment]!)) {
      part += 1;
      segment += 1;
    } else if (returnPart >= 0) {
      returnSegment += 1;
      segment = returnSegment;
      part = returnPart + 1;
    } else return false;
  }
  return part === parts.length;
}

type SegmentGlob = { matches(segment: string): boolean };

// Most patterns are plain names, and hundreds of thousands of paths are held against them.
function segmentGlob(pattern: string): SegmentGlob {
  const wanted = tokens(pattern);
  if (wanted === null) return { matches: () => false };
  if (wanted.every((token) => token.kind === 'literal')) {
    const name = wanted.map(({ character }) => character).join('');
    return { matches: (segment) => segment === name };
  }
  return { matches: (segment) => matchSegment(wanted, Array.from(segment)) };
}

function matchSegment(pattern: readonly Token[], characters: readonly string[]): boolean {
  let token = 0;
  let at = 0;
  let returnToken = -1;
  let returnAt = 0;
  while (at < characters.length) {
    const expected = pattern[token];
    if (expected?.kind === 'star') {
      returnToken = token;
      returnAt = at;
      token += 1;
    } else if (expected !== undefined && fits(expected, characters[at]!)) {
      token += 1;
      at += 1;
    } else if (returnToken >= 0) {
      returnAt += 1;
      at = returnAt;
      token = returnToken + 1;
    } else return false;
  }
  while (pattern[token]?.kind === 'star') token += 1;
  return token === pattern.length;
}

function fits(token: Token, character: string): boolean {
  if (token.kind === 'literal') return token.character === character;
  if (token.kind !== 'set') return true;
  return token.ranges.some(([low, high]) => low <= character && character <= high) !== token.negated;
}

function tokens(segment: string): Token[] | null {
  const characters = Array.from(segment);
  const result: Token[] = [];
  for (let index = 0; index < characters.length; index += 1) {
    const character = characters[index]!;
    if (character === '*') result.push({ kind: 'star' });
    else if (character === '?') result.push({ kind: 'one' });
    else if (character === '\\' && index + 1 < characters.length) {
      index += 1;
      result.push({ kind: 'literal', character: characters[index]! });
    } else {
      const set = character === '[' ? readSet(characters, index) : null;
      // A bracket that is never closed fits nothing: so say git and the reference tool.
      if (character === '[' && set === null) return null;
      result.push(set?.token ?? { kind: 'literal', character });
      index = set?.end ?? index;
    }
  }
  return result;
}

// `[a-c]`, `[!a-c]`, `[^a-c]`; a `]` that comes first is a member, and so is whatever follows a backslash.
function readSet(characters: readonly string[], start: number): { token: Token; end: number } | null {
  const negated = characters[start + 1] === '!' || characters[start + 1] === '^';
  const first = start + (negated ? 2 : 1);
  const members: { character: string; isEscaped: boolean }[] = [];
  let end = first;
  for (; characters[end] !== ']' || members.length === 0; end += 1) {
    if (end >= characters.length) return null;
    const isEscaped = characters[end] === '\\' && end + 1 < characters.length;
    if (isEscaped) end += 1;
    members.push({ character: characters[end]!, isEscaped });
  }
  return { token: { kind: 'set', negated, ranges: rangesOf(members) }, end };
}

function rangesOf(members: readonly { character: string; isEscaped: boolean }[]): [string, string][] {
  const ranges: [string, string][] = [];
  for (let index = 0; index < members.length; index += 1) {
    const dash = members[index + 1];
    const isRange = dash?.character === '-' && !dash.isEscaped && index + 2 < members.length;
    ranges.push([members[index]!.character, members[isRange ? index + 2 : index]!.character]);
    if (isRange) index += 2;
  }
  return ranges;
}
