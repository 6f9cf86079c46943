import { type History, ownerOf } from './history.ts';
import { relativePath } from './safe-path.ts';

/**
 * Of patterns given for the tree, those that a history is to record, as seen from its own scope: a pattern tied to a place goes to the history
 * of that place; one that fits at any depth goes to every history.
 */
export function relevantPatterns(
  scope: string,
  histories: readonly History[],
  patterns: readonly string[],
): string[] {
  return patterns.flatMap((pattern) => {
    const negation = pattern.startsWith('!') ? '!' : '';
    const body = pattern.slice(negation.length);
    const tied = body.replace(/\/$/, '').includes('/');
    if (!tied || body.startsWith('**/')) return [pattern];
    const place = body.replace(/^\//, '');
    const owner = ownerOf(histories, literalBeginning(place))?.scope ?? '';
    if (owner !== scope) return [];
    const inside = relativePath(scope, place);
    return inside === null || inside === '' ? [] : [`${negation}/${inside}`];
  });
}

// Up to the first wildcard a pattern names one place; what follows may be anywhere below it.
function literalBeginning(pattern: string): string {
  const segments = pattern.split('/');
  const wild = segments.findIndex((segment) => /[*?[\\]/.test(segment));
  return (wild < 0 ? segments : [...segments.slice(0, wild), '*']).join('/');
}
