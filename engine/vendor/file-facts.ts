import { open } from 'node:fs/promises';
import type { RawFacts } from '../engine.ts';
import { SNIFF_BYTES, sniff } from '../open/inspect/sniff.ts';
import type { ToolAnswer } from '../tools/tool-answer.ts';
import { isUrl, withoutSignature } from '../tools/url-location.ts';

/** One maker's answer about a file, with what the file itself says it is. */
export async function factsOfFile(path: string, answer: ToolAnswer): Promise<RawFacts> {
  const unknown = { path: withoutSignature(path), sizeBytes: 0, sniffed: 'unknown', tools: [answer] };
  const file = isUrl(path) ? null : await open(path, 'r').catch(() => null);
  // The answer beside it says that the file cannot be read.
  if (!file) return unknown;
  try {
    const { size } = await file.stat();
    const { buffer, bytesRead } = await file.read(Buffer.alloc(SNIFF_BYTES), 0, SNIFF_BYTES, 0);
    return { ...unknown, sizeBytes: size, sniffed: sniff(buffer.subarray(0, bytesRead)) };
  } finally {
    await file.close();
  }
}
