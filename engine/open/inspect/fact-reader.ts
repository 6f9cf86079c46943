import type { ByteSource } from '../../../standards/exr/header.ts';

/**
 * A small reader of ours for one file format. It reads what stands in the headers, untouched and unjudged; it answers with what
 * it could read when the file ends early, and throws nothing but a bug.
 */
export type FactReader = {
  /** Names the source in fields and findings, e.g. `mov-atoms`. */
  tool: string;
  /** Raised when what it reads changes. */
  version: string;
  read(source: ByteSource): Promise<unknown>;
};
