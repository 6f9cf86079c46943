import { availableParallelism } from 'node:os';
import { PipelineError } from '../../../schemas/failure.ts';
import type { RawFacts } from '../../engine.ts';
import { ExifToolPool } from '../../tools/exiftool.ts';
import { ffprobe } from '../../tools/ffprobe.ts';
import { MediaInfoPool } from '../../tools/mediainfo.ts';
import { rawIdentify } from '../../tools/raw-identify.ts';
import { requireTool } from '../../tools/require-tool.ts';
import type { ToolAnswer } from '../../tools/tool-answer.ts';
import type { ToolPaths } from '../../tools/tool-paths.ts';
import { isUrl, withoutSignature } from '../../tools/url-location.ts';
import { askVendor } from '../../tools/vendor-metadata.ts';
import { type OpenSource, openSource } from './byte-source.ts';
import type { FactReader } from './fact-reader.ts';
import type { MxfFacts } from './readers/mxf.ts';
import { NATIVE_READERS } from './readers/native-readers.ts';
import { readSidecar } from './sidecars/read-sidecar.ts';
import { type ContentKind, SNIFF_BYTES, sniff } from './sniff.ts';
import { makeSparseCopy } from './sparse-copy.ts';

/** Inspects files; holds tool processes and threads that `close` ends. */
export type Inspector = {
  /** Raw facts of each file, in order. Files are local paths or URLs that answer ranges. */
  inspect(locations: string[], options: { signal: AbortSignal }): Promise<RawFacts[]>;
  close(): Promise<void>;
};

/** Content that ffprobe has nothing to say about that our reader does not say exactly; measured in docs/camera-fields.generated.md. */
const NO_FFPROBE = new Set<ContentKind>([
  'r3d',
  'ari',
  'camera-raw',
  'dpx',
  'cineon',
  'exr',
  'tiff',
  'crx',
  'heif',
  'jpeg',
  'png',
]);
/** Raw pictures of which LibRaw knows white balance and sensor borders. */
const RAW_PICTURES = new Set<ContentKind>(['tiff', 'crx', 'cine', 'camera-raw']);
/** Text is for the sidecar readers; outside tools only guess at it. */
const NO_TOOLS = new Set<ContentKind>(['text', 'empty', 'gpmf', 'mpls']);

/**
 * Opens an inspector over the tools at hand. Raw facts are kept untouched, each with its tool and version.
 * @param options.scratch a folder for bounded copies of remote headers
 * @param options.parallel files at once @default the processors of the machine
 */
export function openInspector(tools: ToolPaths, options: { scratch: string; parallel?: number }): Inspector {
  const parallel = options.parallel ?? availableParallelism();
  const mediaInfo = new MediaInfoPool(parallel);
  const exifTool = new ExifToolPool(parallel);
  const one = (location: string, signal: AbortSignal) =>
    inspectFile({ tools, mediaInfo, exifTool, scratch: options.scratch }, location, signal);
  return {
    async inspect(locations, { signal }) {
      const facts: RawFacts[] = Array.from({ length: locations.length });
      let next = 0;
      const lane = async () => {
        for (let i = next++; i < locations.length; i = next++) {
          signal.throwIfAborted();
          facts[i] = await one(locations[i]!, signal);
        }
      };
      await Promise.all(Array.from({ length: Math.min(parallel, locations.length) }, lane));
      return facts;
    },
    async close() {
      await Promise.all([mediaInfo.close(), exifTool.close()]);
    },
  };
}

type Hands = { tools: ToolPaths; mediaInfo: MediaInfoPool; exifTool: ExifToolPool; scratch: string };

async function inspectFile(hands: Hands, location: string, signal: AbortSignal): Promise<RawFacts> {
  const source = await openSource(location, signal).catch((error: unknown) => {
    if (error instanceof PipelineError && error.code === 'unreadable') return error;
    throw error;
  });
  // One file that may not be read is a fact about it; the rest of a card goes on.
  if (source instanceof PipelineError)
    return {
      path: withoutSignature(location),
      sizeBytes: 0,
      sniffed: 'unknown',
      tools: [{ tool: 'file', version: '1', output: null, error: source.message, durationMs: 0 }],
    };
  try {
    const sniffed = sniff(await source.read(0, SNIFF_BYTES));
    const outside = NO_TOOLS.has(sniffed) ? [] : [...outsideTools(hands, sniffed, location, source, signal)];
    const native = (NATIVE_READERS[sniffed] ?? []).map((reader) => readNative(reader, source, location));
    const vendor = isUrl(location) ? null : askMaker(hands, sniffed, location, native, signal);
    const answers =
      sniffed === 'text' ? await sidecarAnswers(source) : await Promise.all([...outside, ...native, vendor]);
    const changed = await source.changed();
    return {
      path: withoutSignature(location),
      sizeBytes: source.sizeBytes,
      sniffed,
      ...(changed ? { changed } : {}),
      tools: answers.flatMap((a) => a ?? []),
    };
  } finally {
    await source.close();
  }
}

/** ARRI's program reads its MXF too; whose an MXF is, only its own header tells. */
async function askMaker(
  hands: Hands,
  sniffed: ContentKind,
  location: string,
  native: readonly Promise<ToolAnswer>[],
  signal: AbortSignal,
): Promise<ToolAnswer | null> {
  const company = sniffed === 'mxf' ? ((await native[0])?.output as Partial<MxfFacts> | null)?.company : null;
  return askVendor(hands.tools, /^arri\b/i.test(company ?? '') ? 'ari' : sniffed, location, signal);
}

function* outsideTools(
  hands: Hands,
  sniffed: ContentKind,
  location: string,
  source: OpenSource,
  signal: AbortSignal,
): Generator<Promise<ToolAnswer>> {
  if (!NO_FFPROBE.has(sniffed)) yield ffprobe(requireTool(hands.tools, 'ffprobe'), location, signal);
  yield hands.mediaInfo.ask(location);
  yield askExifTool(hands, sniffed, location, source);
  const libRaw = hands.tools['raw-identify'];
  if (libRaw !== undefined && RAW_PICTURES.has(sniffed) && !isUrl(location))
    yield rawIdentify(libRaw, location, signal);
}

async function askExifTool(
  hands: Hands,
  sniffed: ContentKind,
  location: string,
  source: OpenSource,
): Promise<ToolAnswer> {
  if (!isUrl(location)) return hands.exifTool.ask(location);
  const copy = await makeSparseCopy(source, sniffed, hands.scratch);
  try {
    return await hands.exifTool.ask(copy.path);
  } finally {
    await copy.remove();
  }
}

async function sidecarAnswers(source: OpenSource): Promise<ToolAnswer[]> {
  const started = performance.now();
  const sidecar = await readSidecar(source);
  return sidecar ? [{ ...sidecar, version: '1', durationMs: performance.now() - started }] : [];
}

async function readNative(reader: FactReader, source: OpenSource, location: string): Promise<ToolAnswer> {
  const started = performance.now();
  const answer = { tool: reader.tool, version: reader.version };
  try {
    const output = await reader.read(source);
    return { ...answer, output, durationMs: performance.now() - started };
  } catch (error) {
    // A reader answers with damage; only the disk or the network may throw.
    if (error instanceof PipelineError)
      return { ...answer, output: null, error: error.message, durationMs: performance.now() - started };
    throw new Error(`${reader.tool} failed on ${withoutSignature(location)}`, { cause: error });
  }
}
