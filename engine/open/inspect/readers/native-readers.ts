import type { FactReader } from '../fact-reader.ts';
import type { ContentKind } from '../sniff.ts';
import { ariReader } from './ari.ts';
import { brawReader } from './braw.ts';
import { cineReader } from './cine.ts';
import { dpxReader } from './dpx.ts';
import { exrReader } from './exr.ts';
import { gpmfReader } from './gpmf.ts';
import { mlvReader } from './mlv.ts';
import { movReader } from './mov.ts';
import { mxfReader } from './mxf.ts';
import { r3dReader } from './r3d.ts';
import { tiffReader } from './tiff.ts';
import { wavReader } from './wav.ts';

/** The readers of ours that know a kind of content. */
export const NATIVE_READERS: Partial<Record<ContentKind, FactReader[]>> = {
  mov: [movReader],
  braw: [movReader, brawReader],
  crx: [movReader],
  dpx: [dpxReader],
  exr: [exrReader],
  tiff: [tiffReader],
  mxf: [mxfReader],
  r3d: [r3dReader],
  ari: [ariReader],
  wav: [wavReader],
  cine: [cineReader],
  mlv: [mlvReader],
  gpmf: [gpmfReader],
};
