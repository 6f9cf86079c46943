import type { RawFacts } from '../../engine/engine.ts';
import { dig } from './sources/source.ts';

/** A file that ends early: why that is known, by whom, and the sizes where they are told. */
export type Truncation = { why: string; source: string; expectedBytes?: number; actualBytes: number };

/** What the readers say of a file that ends before its content does; ours first, because they know which part is cut. */
export function truncation(facts: RawFacts): Truncation | null {
  const own = facts.tools.filter((t) => t.tool !== 'mediainfo');
  const other = facts.tools.filter((t) => t.tool === 'mediainfo');
  for (const { tool, output } of [...own, ...other]) {
    const found = tool === 'mediainfo' ? byMediaInfo(output, facts) : byReader(tool, output, facts);
    if (found) return found;
  }
  return null;
}

function byReader(tool: string, output: unknown, facts: RawFacts): Truncation | null {
  const actualBytes = facts.sizeBytes;
  const told = dig(output, 'truncated');
  if (typeof told === 'string') return { why: told, source: tool, actualBytes };
  const expected =
    dig(told, 'expectedBytes') ?? (tool === 'dpx-header' ? dig(output, 'fileSizeBytes') : undefined);
  if (typeof expected !== 'number' || expected <= actualBytes) return null;
  return {
    why: `${expected} bytes are announced, ${actualBytes} are there`,
    source: tool,
    expectedBytes: expected,
    actualBytes,
  };
}

/** MediaInfo's sentence names offsets of parts of the file; only what it expects of the file as a whole is taken over. */
function byMediaInfo(output: unknown, facts: RawFacts): Truncation | null {
  const extra = dig(output, 'media', 'track', 0, 'extra');
  if (dig(extra, 'IsTruncated') !== 'Yes') return null;
  const errors = JSON.stringify(dig(extra, 'ConformanceErrors') ?? '');
  const expected = Number(/expected (\d+)/.exec(errors)?.[1]);
  const base = { source: 'mediainfo', actualBytes: facts.sizeBytes };
  return expected > facts.sizeBytes
    ? {
        ...base,
        why: `${expected} bytes are announced, ${facts.sizeBytes} are there`,
        expectedBytes: expected,
      }
    : { ...base, why: 'MediaInfo finds its last part cut off' };
}
