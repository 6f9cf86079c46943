import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { PINNED_CONFIG } from '../../standards/amf/pinned-config.ts';
import type { EngineCapabilities } from '../engine.ts';
import { ffmpegVersion } from '../tools/ffmpeg.ts';
import { oiiotoolLibraries, oiiotoolVersion } from '../tools/oiiotool.ts';
import { runProgram } from '../tools/run-program.ts';
import type { ToolPaths } from '../tools/tool-paths.ts';

/**
 * Raised by hand whenever the same job would give other pixels or other header bytes: it is part of every pixel key.
 */
export const RECIPE_REVISION = '5';

const NEEDED: Readonly<Record<string, string>> = {
  ffmpeg: 'decodes movies, makes proxies',
  oiiotool: 'reads, colours and writes frames',
  ociobakelut: 'bakes display transforms for proxies',
  ociowrite: 'writes colour as curve and matrix for the fast route',
  dcraw_emu: 'develops compressed camera raw',
  'exr-frames': 'writes frames on the fast route',
};

const FFMPEG_DECODES = [
  ...['prores', 'dnxhd', 'h264', 'hevc', 'cineform', 'mjpeg', 'jpeg2000'],
  ...['mpeg2', 'dv', 'uncompressed'],
];

/** What the open engine can do with these programs, and the fingerprint of what makes its pixels. */
export async function openCapabilities(
  tools: ToolPaths,
  known: Readonly<Record<string, string>>,
  fontFile: string,
): Promise<EngineCapabilities> {
  const versions: Record<string, string> = {
    'rushes-recipe': RECIPE_REVISION,
    'color-config': PINNED_CONFIG.sha256,
  };
  await Promise.all([
    ffmpegFacts(tools, versions),
    oiioFacts(tools, versions),
    writerFacts(tools, versions),
    rawFacts(tools, known, versions),
    fontFacts(fontFile, versions),
  ]);
  for (const name of ['ociobakelut', 'ociowrite']) if (known[name]) versions[name] = known[name];
  const missing = Object.entries(NEEDED)
    .filter(([name]) => tools[name] === undefined)
    .map(([what, why]) => ({ what, why, fix: 'run `rushes doctor`' }));
  return {
    name: 'open',
    versions: Object.fromEntries(Object.entries(versions).sort(([a], [b]) => (a < b ? -1 : 1))),
    decodes: [
      ...(tools.ffmpeg ? FFMPEG_DECODES : []),
      ...(tools.oiiotool ? ['dpx', 'exr', 'tiff', 'cinemadng'] : []),
      ...(tools.oiiotool && tools.dcraw_emu && tools['raw-identify'] ? ['camera-raw'] : []),
    ],
    writes: [
      ...(tools.oiiotool ? ['exr:none', 'exr:zip', 'exr:piz', 'exr:st2065-4', 'dpx:10', 'dpx:16'] : []),
      ...(tools.ffmpeg && tools.ociobakelut
        ? ['prores-proxy', 'prores-lt', 'prores-4444', 'dnxhr-lb', 'h264', 'jpeg2000', 'jpeg']
        : []),
    ],
    missing,
  };
}

async function ffmpegFacts(tools: ToolPaths, versions: Record<string, string>): Promise<void> {
  if (!tools.ffmpeg) return;
  const { stdout } = await runProgram({
    tool: 'ffmpeg',
    path: tools.ffmpeg,
    args: ['-hide_banner', '-version'],
  });
  const version = ffmpegVersion(stdout.toString('utf8'));
  if (version) versions.ffmpeg = version;
}

async function oiioFacts(tools: ToolPaths, versions: Record<string, string>): Promise<void> {
  if (!tools.oiiotool) return;
  const { stdout } = await runProgram({ tool: 'oiiotool', path: tools.oiiotool, args: ['--buildinfo'] });
  const text = stdout.toString('utf8');
  const version = oiiotoolVersion(text);
  if (version) versions.OpenImageIO = version;
  Object.assign(versions, oiiotoolLibraries(text));
}

async function writerFacts(tools: ToolPaths, versions: Record<string, string>): Promise<void> {
  const path = tools['exr-frames'];
  if (!path) return;
  const { stdout } = await runProgram({ tool: 'exr-frames', path, args: ['--version'] });
  versions['exr-frames'] = stdout
    .toString('utf8')
    .replace(/^exr-frames/, '')
    .trim();
}

/** dcraw_emu does not tell its version; set-up knows it, else the program's own bytes stand for it. */
async function rawFacts(
  tools: ToolPaths,
  known: Readonly<Record<string, string>>,
  versions: Record<string, string>,
): Promise<void> {
  if (!tools.dcraw_emu) return;
  versions.LibRaw = known.dcraw_emu ?? (await shortDigest(tools.dcraw_emu));
}

async function fontFacts(fontFile: string, versions: Record<string, string>): Promise<void> {
  versions['burn-in-font'] = await shortDigest(fontFile).catch(() => 'none');
}

async function shortDigest(path: string): Promise<string> {
  return `sha256:${createHash('sha256')
    .update(await readFile(path))
    .digest('hex')
    .slice(0, 16)}`;
}
