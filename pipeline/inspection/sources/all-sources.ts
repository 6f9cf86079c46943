import { exifTool } from './exiftool.ts';
import { ffprobe } from './ffprobe.ts';
import { mediaInfo } from './mediainfo.ts';
import { movAtoms } from './mov-atoms.ts';
import { dpxHeader, exrHeader, tiffTags } from './picture-headers.ts';
import type { Source } from './source.ts';

/** Every mapper, by the tool or reader whose words it knows. */
export const SOURCES: ReadonlyMap<string, Source> = new Map(
  [ffprobe, mediaInfo, exifTool, movAtoms, dpxHeader, exrHeader, tiffTags].map((source) => [
    source.tool,
    source,
  ]),
);
