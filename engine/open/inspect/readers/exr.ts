import { PipelineError } from '../../../../schemas/failure.ts';
import type { ExrValue } from '../../../../standards/exr/attribute-value.ts';
import { chunkDamage, compressionName } from '../../../../standards/exr/chunks.ts';
import { type ExrHeader, readExrHeader } from '../../../../standards/exr/header.ts';
import { exrPicture } from '../../../../standards/exr/picture.ts';
import type { FactReader } from '../fact-reader.ts';

/** Attributes of an OpenEXR file by name, values decoded; null values are of types that are not read. */
export type ExrFacts = {
  attributes: Record<string, { type: string; value: ExrValue | null }>;
  compression: string | null;
  isTiled: boolean;
  isMultiPart: boolean;
  /** Why the picture data is not whole; null when it is, or when it is not judged (tiles, deep, several parts). */
  truncated: string | null;
  damage: string | null;
};

/** OpenEXR headers and whether all scan lines are there. Source: OpenEXR file layout. */
export const exrReader: FactReader = {
  tool: 'exr-header',
  version: '1',
  async read(source): Promise<ExrFacts> {
    try {
      const header = await readExrHeader(source, 'the file');
      const attributes = Object.fromEntries(
        [...pictureAttributes(header)].map(([name, { type, value }]) => [name, { type, value }]),
      );
      const truncated = await chunkDamage(source, header);
      return {
        attributes,
        compression: compressionName(header),
        isTiled: header.isTiled,
        isMultiPart: header.isMultiPart,
        truncated,
        damage: null,
      };
    } catch (error) {
      if (!(error instanceof PipelineError) || error.code !== 'unreadable') throw error;
      return {
        attributes: {},
        compression: null,
        isTiled: false,
        isMultiPart: false,
        truncated: null,
        damage: error.message,
      };
    }
  },
};

/** Of the part that holds the picture, where several do; else of the first. */
function pictureAttributes(header: ExrHeader): ExrHeader['attributes'] {
  const picture = exrPicture(header);
  return 'cannot' in picture ? header.attributes : header.parts[picture.part]!.attributes;
}
