import type { FactReader } from '../fact-reader.ts';
import type { ContentKind } from '../sniff.ts';
import { dpxReader } from './dpx.ts';
import { exrReader } from './exr.ts';
import { movReader } from './mov.ts';
import { tiffReader } from './tiff.ts';

/** The readers of ours that know a kind of content. */
export const NATIVE_READERS: Partial<Record<ContentKind, FactReader[]>> = {
  mov: [movReader],
  braw: [movReader],
  crx: [movReader],
  dpx: [dpxReader],
  exr: [exrReader],
  tiff: [tiffReader],
};
