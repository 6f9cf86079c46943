import type { RawFacts } from '../../../engine/engine.ts';
import { bytesSource } from '../../../engine/open/inspect/byte-source.ts';
import { NATIVE_READERS } from '../../../engine/open/inspect/readers/native-readers.ts';
import { readSidecar } from '../../../engine/open/inspect/sidecars/read-sidecar.ts';
import { sniff } from '../../../engine/open/inspect/sniff.ts';
import { groupClips } from '../../../pipeline/ingest/group-clips.ts';
import { normalizeClip } from '../../../pipeline/inspection/normalize.ts';
import type { InspectedClip } from '../../../schemas/clip.ts';

/** What another tool says beside our reader. */
export type OtherAnswer = { tool: string; output: unknown };

/** Raw facts of bytes by our own readers alone, with made-up answers of outside tools. */
export async function factsOf(
  path: string,
  bytes: Uint8Array,
  others: OtherAnswer[] = [],
): Promise<RawFacts> {
  const source = bytesSource(bytes);
  const sniffed = sniff(bytes.subarray(0, 4096));
  const answers = await Promise.all(
    (NATIVE_READERS[sniffed] ?? []).map(async (r) => ({
      tool: r.tool,
      version: r.version,
      output: await r.read(source),
      durationMs: 0,
    })),
  );
  const sidecar = sniffed === 'text' ? await readSidecar(source) : null;
  return {
    path,
    sizeBytes: bytes.length,
    sniffed,
    tools: [
      ...others.map((o) => ({ ...o, version: '1', durationMs: 0 })),
      ...answers,
      ...(sidecar ? [{ ...sidecar, version: '1', durationMs: 0 }] : []),
    ],
  };
}

/** The only clip of some files, normalized. */
export async function inspectBytes(
  files: Record<string, Uint8Array>,
  others: Record<string, OtherAnswer[]> = {},
): Promise<InspectedClip> {
  const sizes = new Map(Object.entries(files).map(([path, bytes]) => [path, bytes.length]));
  const grouping = groupClips([...sizes].map(([path, sizeBytes]) => ({ path, sizeBytes })));
  const facts = new Map<string, RawFacts>();
  for (const [path, bytes] of Object.entries(files))
    facts.set(path, await factsOf(path, bytes, others[path]));
  const alone = Object.keys(files)[0]!;
  // A document that no clip is named after is a clip of its own.
  const group = grouping.clips[0] ?? {
    clipKey: alone,
    clipName: alone.replace(/\.[^.]+$/, ''),
    cardRule: 'sidecar-only' as const,
    files: [{ path: alone, role: 'sidecar' as const }],
    sequence: null,
    span: null,
  };
  if (grouping.clips.length > 1) throw new Error(`expected one clip, found ${grouping.clips.length}`);
  const shared = grouping.shared.flatMap((s) => facts.get(s.path) ?? []);
  return normalizeClip({ group, facts, sizes, shared, groupFindings: grouping.findings });
}

/** Values of some fields, for comparing. */
export function values(clip: InspectedClip, ...names: string[]): Record<string, unknown> {
  return Object.fromEntries(names.map((name) => [name, clip.fields[name]?.value]));
}

export function codes(clip: InspectedClip): string[] {
  return clip.findings.map((f) => f.code).sort();
}
