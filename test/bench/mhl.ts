import { spawn } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { toolPath } from '../support/tools.ts';

const RUSHES = path.resolve(import.meta.dirname, '../../bin/rushes');
const ROUNDS = 5;
const MEBIBYTE = 1 << 20;
const LARGE = { count: 4, sizeBytes: 512 * MEBIBYTE };
const SMALL = { count: 4000, sizeBytes: MEBIBYTE / 4 };

type Run = { seconds: number; peakMebibytes: number };
type Contestant = { name: string; command: string[] };
type Measured = { name: string; best: Run; median: Run };

/**
 * Verification of a tree, ours beside the reference tool and plain xxhsum: 4 files of 512 MiB, 4,000 files of 256 KiB, page cache warm, whole
 * processes in turn. Then one large file in several formats beside the slowest of them alone.
 */
export async function run(): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'rushes-bench-mhl-'));
  console.log(
    `${availableParallelism()} processors, load ${loadavg()[0]!.toFixed(1)} at the start; best (median) of ${ROUNDS} rounds\n`,
  );
  try {
    const large = makeTree(path.join(folder, 'large'), LARGE);
    await compareVerifiers('2 GiB in 4 files, xxh128', large, LARGE);
    await compareFormats(path.join(large, 'C0000.mov'), path.join(folder, 'one'));
    rmSync(large, { recursive: true });
    await compareVerifiers(
      '4,000 files of 256 KiB, xxh128',
      makeTree(path.join(folder, 'small'), SMALL),
      SMALL,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function compareVerifiers(
  title: string,
  tree: string,
  { count, sizeBytes }: typeof LARGE,
): Promise<void> {
  await once([RUSHES, 'mhl', 'create', tree, '--format', 'xxh128']);
  const files = readdirSync(tree)
    .filter((name) => name !== 'ascmhl')
    .map((name) => path.join(tree, name));
  const measured = await measure([
    { name: 'rushes mhl verify', command: [RUSHES, 'mhl', 'verify', tree] },
    { name: 'ascmhl-debug verify', command: [toolPath('ascmhl-debug'), 'verify', tree] },
    { name: 'xxhsum -H2', command: [toolPath('xxhsum'), '-H2', '-q', ...files] },
  ]);
  report(title, measured, count * sizeBytes);
  const [ours, reference, plain] = measured as [Measured, Measured, Measured];
  const ratio = (other: Measured) =>
    `${(other.best.seconds / ours.best.seconds).toFixed(2)}x (${(other.median.seconds / ours.median.seconds).toFixed(2)}x)`;
  console.log(`  speed against the reference ${ratio(reference)}, wanted 2x`);
  console.log(
    `  speed against xxhsum        ${ratio(plain)}${count === LARGE.count ? ', wanted 0.8x' : ''}\n`,
  );
}

/** One file, so that what is compared is one read: with many files every processor is busy with one format already. */
async function compareFormats(source: string, folder: string): Promise<void> {
  mkdirSync(folder);
  writeFileSync(path.join(folder, 'C0000.mov'), readFileSync(source));
  const create = (formats: string): Contestant => ({
    name: formats,
    command: [RUSHES, 'mhl', 'create', folder, '--format', formats],
  });
  const forget = () => rmSync(path.join(folder, 'ascmhl'), { recursive: true, force: true });
  const slowestFirst = [
    ['md5', 'md5,xxh128', 'md5,sha1', 'md5,xxh64,xxh3,xxh128'],
    ['xxh64', 'xxh64,xxh3', 'xxh64,xxh128', 'xxh64,xxh3,xxh128'],
    ['xxh128', 'xxh3,xxh128'],
  ];
  for (const formats of slowestFirst) {
    const measured = await measure(formats.map(create), forget);
    report('one file of 512 MiB, several formats in one read', measured, LARGE.sizeBytes);
    for (const { name, best } of measured.slice(1))
      console.log(
        `  ${name} takes ${(best.seconds / measured[0]!.best.seconds).toFixed(2)}x the time of ${formats[0]} alone`,
      );
    console.log('');
  }
}

async function measure(
  contestants: readonly Contestant[],
  before: () => void = () => undefined,
): Promise<Measured[]> {
  const runs: Run[][] = contestants.map(() => []);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [index, { command }] of contestants.entries()) {
      before();
      runs[index]!.push(await once(command));
    }
  }
  return contestants.map(({ name }, index) => {
    const sorted = runs[index]!.sort((a, b) => a.seconds - b.seconds);
    return { name, best: sorted[0]!, median: sorted[Math.floor(ROUNDS / 2)]! };
  });
}

function once([program, ...args]: string[]): Promise<Run> {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    let peakMebibytes = 0;
    let stderr = '';
    const child = spawn(program!, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    child.stderr.on('data', (text: Buffer) => {
      stderr += text.toString();
    });
    const look = setInterval(() => {
      peakMebibytes = Math.max(peakMebibytes, peakOf(child.pid));
    }, 20);
    child.on('error', reject);
    child.on('close', (code) => {
      clearInterval(look);
      const seconds = (performance.now() - startedAt) / 1000;
      if (code === 0) resolve({ seconds, peakMebibytes });
      else reject(new Error(`${program} ended with ${code}: ${stderr.slice(-500)}`));
    });
  });
}

/** Peak resident memory so far of a process and of those that it started, mapped pages counted, MiB; 0 where the system does not tell. */
function peakOf(pid: number | undefined): number {
  try {
    const own =
      Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    return children.split(' ').reduce((sum, child) => sum + (child === '' ? 0 : peakOf(Number(child))), own);
  } catch {
    return 0;
  }
}

function report(title: string, measured: readonly Measured[], bytes: number): void {
  console.log(title);
  for (const { name, best, median } of measured) {
    const rate = (one: Run) => `${(bytes / one.seconds / 1e6).toFixed(0)} MB/s`;
    const peak = Math.max(best.peakMebibytes, median.peakMebibytes);
    console.log(
      `  ${name.padEnd(22)} ${best.seconds.toFixed(3)} s (${median.seconds.toFixed(3)})  ${rate(best)} (${rate(median)})  peak ${peak.toFixed(0)} MiB`,
    );
  }
}

function makeTree(folder: string, { count, sizeBytes }: typeof LARGE): string {
  mkdirSync(folder);
  const bytes = randomFillSync(Buffer.alloc(sizeBytes));
  for (let index = 0; index < count; index += 1) {
    bytes.writeUInt32LE(index);
    writeFileSync(path.join(folder, `C${String(index).padStart(4, '0')}.mov`), bytes);
  }
  return folder;
}

if (import.meta.main) await run();
