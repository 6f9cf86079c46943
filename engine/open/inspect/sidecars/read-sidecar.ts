import type { ByteSource } from '../../../../standards/exr/header.ts';
import { decodeText } from '../byte-cursor.ts';
import { readAle } from './ale.ts';
import { readBrawText } from './braw-text.ts';
import { type Delimiter, readTable } from './delimited.ts';
import { readDjiSrt } from './dji-srt.ts';
import { readXml, type XmlTree } from './xml-tree.ts';

/** A text file that is known: which reader has it, and what it read. */
export type SidecarFacts = { tool: string; output: unknown };

const LONGEST_TEXT = 64 * 1024 * 1024;

/** Tables by columns that only they have. Sources: captured exports in camdkit (ARRI Meta Extract, REDline, Canon, Sony). */
const TABLES: [tool: string, delimiter: Delimiter, columns: string[]][] = [
  ['arri-ame-csv', '\t', ['Master TC', 'Camera Clip Name']],
  ['redline-clip-csv', ',', ['Clip Name', 'Abs TC', 'Record FPS']],
  // Not seen: what the same program would write on a system of decimal commas.
  ['redline-clip-csv', ';', ['Clip Name', 'Abs TC', 'Record FPS']],
  ['redline-frames-csv', ',', ['FrameNo', 'Timecode', 'Focus Distance']],
  ['canon-clip-csv', ',', ['LensSqueezeFactor', 'Timescale']],
  ['canon-frames-csv', ',', ['Timecode', 'PhotographicSensitivity']],
  ['sony-frames-csv', ',', ['Timecode', 'Clip Name', 'Lens Model']],
];

/** XML by the local name of its root. */
const ROOTS: Record<string, string> = {
  NonRealTimeMeta: 'sony-nrt-xml',
  MediaProfile: 'sony-mediapro-xml',
  P2Main: 'p2-xml',
  ClipMain: 'p2-xml',
};

/** RED's look files are XML of several generations, known by their ending or their root. */
const RED_LOOK = /^(rmd|red_?metadata|look_?metadata)$/i;

/** Finds out by its content which sidecar a text is, and reads it; null for every other text. */
export async function readSidecar(source: ByteSource): Promise<SidecarFacts | null> {
  if (source.sizeBytes > LONGEST_TEXT) return null;
  const text = textOf(await source.read(0, source.sizeBytes));
  const start = text.slice(0, 4096).trimStart();
  if (start.startsWith('<')) return readXmlSidecar(text);
  if (start.startsWith('{')) return readJsonSidecar(text);
  const ale = readAle(text);
  if (ale) return { tool: 'ale', output: ale };
  const header = text.slice(0, text.search(/\r|\n|$/));
  for (const [tool, delimiter, columns] of TABLES) {
    const names = header.split(delimiter).map((c) => c.replaceAll('"', '').trim());
    if (!columns.every((column) => names.includes(column))) continue;
    const table = readTable(text, delimiter);
    return table && { tool, output: table };
  }
  const braw = readBrawText(text);
  if (braw) return { tool: 'braw-text', output: braw };
  const srt = readDjiSrt(text);
  return srt && { tool: 'dji-srt', output: srt };
}

/** Text in the encodings that cameras and tools write: UTF-8, UTF-16 with a mark, Latin-1. */
function textOf(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  return decodeText(bytes).replace(/^\ufeff/, '');
}

function readXmlSidecar(text: string): SidecarFacts | null {
  const tree = readXml(text);
  const root = tree && Object.keys(tree).find((key) => key in ROOTS);
  if (root) return { tool: ROOTS[root]!, output: tree[root] as XmlTree };
  const look = tree && Object.keys(tree).find((key) => RED_LOOK.test(key));
  return look ? { tool: 'red-rmd', output: tree[look] as XmlTree } : null;
}

function readJsonSidecar(text: string): SidecarFacts | null {
  try {
    const json = JSON.parse(text) as Record<string, unknown>;
    if ('arriJsonHeader' in json || 'clipBasedMetadataSets' in json)
      return { tool: 'arri-art-json', output: json };
    if ((json.protocol as { name?: unknown } | undefined)?.name === 'OpenTrackIO')
      return { tool: 'opentrackio', output: json };
  } catch {
    // Not JSON after all: no sidecar that is known.
  }
  return null;
}
