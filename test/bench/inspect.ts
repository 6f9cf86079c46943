import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import mediaInfoFactory from 'mediainfo.js';
import { openInspector } from '../../engine/open/inspect/inspect.ts';
import { makeDpx } from '../engine/inspect/make-headers.ts';
import { makeMov } from '../engine/inspect/make-mov.ts';
import { makeMxf } from '../engine/inspect/make-mxf.ts';
import { toolPaths } from '../support/tools.ts';

const run_ = promisify(execFile);
/** What the issue asks: ours in at most half the time of the three tools one after the other. */
const WANTED = 2;
const ROUNDS = 3;
const SAMPLES = path.join(import.meta.dirname, '../../../shared/data/camera');

/** Clips per second and core: the sample set, or made files where it is not there, against ffprobe, MediaInfo and ExifTool by hand. */
export async function run(): Promise<void> {
  const made = mkdtempSync(path.join(tmpdir(), 'rushes-bench-inspect-'));
  const files = existsSync(SAMPLES) ? sampleFiles() : madeFiles(made);
  console.log(
    `${files.length} files (${existsSync(SAMPLES) ? 'samples' : 'made'}), ${availableParallelism()} processors, load ${loadavg()[0]!.toFixed(1)}; best of ${ROUNDS} rounds in turn`,
  );
  const [byHand, ours]: [number[], number[]] = [[], []];
  try {
    for (let round = 0; round < ROUNDS; round++) {
      byHand.push(await timed(() => threeToolsByHand(files)));
      ours.push(await timed(() => inspectAll(files, made)));
    }
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
  const [slow, fast] = [Math.min(...byHand), Math.min(...ours)];
  const perCore = (ms: number) => (files.length / (ms / 1000) / availableParallelism()).toFixed(1);
  console.log(`by hand  ${(slow / 1000).toFixed(2)} s  ${perCore(slow)} clips/s/core`);
  console.log(
    `ours     ${(fast / 1000).toFixed(2)} s  ${perCore(fast)} clips/s/core   ${(slow / fast).toFixed(2)}x, wanted ${WANTED}x`,
  );
  if (slow / fast < WANTED) process.exitCode = 1;
}

function sampleFiles(): string[] {
  const all = readdirSync(SAMPLES, { recursive: true, encoding: 'utf8' }).map((f) => path.join(SAMPLES, f));
  return all.filter((f) => statSync(f).isFile() && !/sidecars|\.(py|tsv|raw)$/.test(f));
}

function madeFiles(folder: string): string[] {
  return Array.from({ length: 30 }, (_, i) => {
    const [name, bytes] = (
      [
        ['mov', makeMov({ mediaBytes: 100_000 })],
        ['mxf', makeMxf()],
        ['dpx', makeDpx({ bytes: 100_000 })],
      ] as const
    )[i % 3]!;
    const file = path.join(folder, `${i}.${name}`);
    writeFileSync(file, bytes);
    return file;
  });
}

async function timed(work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** As a person at a shell does: one program after the other, each started for each file. */
async function threeToolsByHand(files: string[]): Promise<void> {
  const exiftool = path.join(import.meta.dirname, '../../node_modules/exiftool-vendored.pl/bin/exiftool');
  const { ffprobe, perl } = toolPaths();
  // The program starts in some 60 ms and there is none here; its library is loaded once, which favours this side.
  const mediaInfo = await mediaInfoFactory({ format: 'JSON', full: true });
  for (const file of files) {
    await run_(ffprobe!, ['-v', 'error', '-of', 'json', '-show_format', '-show_streams', file]).catch(
      () => undefined,
    );
    const bytes = readFileSync(file);
    await mediaInfo.analyzeData(bytes.length, (size, offset) => bytes.subarray(offset, offset + size));
    await run_(perl ?? 'perl', [exiftool, '-j', '-G1', '-a', file]).catch(() => undefined);
  }
  mediaInfo.close();
}

async function inspectAll(files: string[], scratch: string): Promise<void> {
  const inspector = openInspector(toolPaths(), { scratch });
  try {
    await inspector.inspect(files, { signal: new AbortController().signal });
  } finally {
    await inspector.close();
  }
}
