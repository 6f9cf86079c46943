import { ale } from './ale.ts';
import { ariHeader } from './ari-header.ts';
import { arriAmeCsv } from './arri-ame.ts';
import { arriArtJson } from './arri-json.ts';
import { brawFrame, brawText } from './blackmagic.ts';
import { canonClipCsv, canonFramesCsv } from './canon-csv.ts';
import { cineHeader } from './cine-header.ts';
import { djiSrt } from './dji-srt.ts';
import { dpxHeader } from './dpx-header.ts';
import { exifTool } from './exiftool.ts';
import { exrHeader } from './exr-header.ts';
import { ffprobe } from './ffprobe.ts';
import { flapi } from './flapi.ts';
import { goproTelemetry } from './gopro-telemetry.ts';
import { mediaInfo } from './mediainfo.ts';
import { mlvBlocks } from './mlv-blocks.ts';
import { movAtoms } from './mov-atoms.ts';
import { mxfMetadata } from './mxf-metadata.ts';
import { openTrackIo } from './opentrackio.ts';
import { p2Xml } from './p2-xml.ts';
import { r3dHeader } from './r3d-header.ts';
import { rawIdentify } from './raw-identify.ts';
import { redRmd } from './red-rmd.ts';
import { redlineClipCsv, redlineFramesCsv } from './redline.ts';
import { sonyFramesCsv } from './sony-csv.ts';
import { sonyNrt } from './sony-nrt.ts';
import type { Source } from './source.ts';
import { tiffTags } from './tiff-tags.ts';
import { wavChunks } from './wav-chunks.ts';

const ALL: readonly Source[] = [
  rawIdentify,
  ffprobe,
  mediaInfo,
  exifTool,
  movAtoms,
  mxfMetadata,
  dpxHeader,
  exrHeader,
  tiffTags,
  r3dHeader,
  ariHeader,
  brawFrame,
  wavChunks,
  cineHeader,
  mlvBlocks,
  goproTelemetry,
  ale,
  arriAmeCsv,
  arriArtJson,
  flapi,
  brawText,
  canonClipCsv,
  canonFramesCsv,
  djiSrt,
  p2Xml,
  openTrackIo,
  redRmd,
  redlineClipCsv,
  redlineFramesCsv,
  sonyFramesCsv,
  sonyNrt,
];

/** Every mapper, by the tool or reader whose words it knows. */
export const SOURCES: ReadonlyMap<string, Source> = new Map(ALL.map((source) => [source.tool, source]));
