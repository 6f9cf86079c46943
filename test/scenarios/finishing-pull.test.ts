import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type MadeCard, makeCard } from '../../footage/card.ts';
import { type CardKind, frameTimecode } from '../../footage/clip-spec.ts';
import { makeCutList } from '../../footage/cut-list.ts';
import { PackageManifest } from '../../schemas/package.ts';
import type { DeliveredTrim } from '../../schemas/trim.ts';
import { isRefusal } from '../../workflows/refusal.ts';
import { makeInstallation, type TestInstallation } from '../support/installation.ts';
import { toolPath, toolPaths } from '../support/tools.ts';

const KINDS = ['prores', 'mxf', 'dpx', 'cinemadng'] as const satisfies CardKind[];
/** The cut shows frames 8 to 13; with three frames of handles the pull is 5 to 16. */
const [FIRST, LAST] = [5, 16];

let at: TestInstallation;
let cards: MadeCard[];
let folder: string;
let manifest: PackageManifest;

beforeAll(async () => {
  at = await makeInstallation('finishing');
  cards = await Promise.all(
    KINDS.map((kind) =>
      makeCard({
        ...{ dir: join(at.folder, kind), kind, clips: 1, frames: 24, seed: 11, tools: toolPaths() },
        ...{ size: { width: 256, height: 144 }, withTone: kind === 'prores' },
      }),
    ),
  );
  await at.startWorker('control,io,media,render', 2);
  for (const { path } of cards) {
    const report = await (await at.rushes.ingestRoll({ production: 'FIN', source: path })).result();
    if (isRefusal(report)) throw new Error(report.refused.sentence);
    expect(report.state).toBe('sealed');
  }
  const uses = cards.map(({ clips }, i) => ({
    ...{ clip: clips[0]!, first: 8, durationFrames: 6, shotName: `FIN_010_00${i + 1}0` },
  }));
  const list = join(at.folder, 'reel1.edl');
  writeFileSync(list, makeCutList({ title: 'reel1', rate: { num: 24, den: 1 }, uses }).edl);
  const pulled = await at.command('trim', list, '--production', 'FIN', '--handles', '3', '--json');
  expect(pulled.code, pulled.stderr).toBe(0);
  expect(JSON.parse(pulled.stdout)).toMatchObject({ state: 'published', plates: { made: 4, failed: 0 } });
  folder = join(at.folder, 'package');
  const exported = await at.command('package', 'export', 'FIN/reel1/1', folder);
  expect(exported.code, exported.stderr).toBe(0);
  manifest = PackageManifest.parse(JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')));
});

afterAll(() => at?.close());

function trimOf(kind: (typeof KINDS)[number]): { trim: DeliveredTrim; card: MadeCard } {
  const card = cards[KINDS.indexOf(kind)]!;
  return { trim: manifest.trims!.find(({ clipName }) => clipName === card.clips[0]!.clipName)!, card };
}

function framesOf(file: string): string[] {
  const args = ['-v', 'error', '-i', file, '-map', '0:v:0', '-f', 'framemd5', '-'];
  const text = execFileSync(toolPath('ffmpeg'), args, { encoding: 'utf8' });
  return text.split('\n').flatMap((line) => (/^\d/.test(line) ? line.split(',').at(-1)!.trim() : []));
}

test.each(['prores', 'mxf'] as const)(
  'a %s movie is cut to the frames asked for, picture and timecode',
  async (kind) => {
    const { trim, card } = trimOf(kind);
    const clip = card.clips[0]!;
    expect(manifest.findings.filter(({ code }) => code === 'trim-whole-file')).toEqual([]);
    expect(trim).toMatchObject({
      method: 'cut',
      frames: { count: LAST - FIRST + 1, firstSourceFrame: FIRST },
      startTimecode: frameTimecode(clip, FIRST),
    });
    expect(basename(trim.pictures[0]!)).toBe(basename(clip.files[0]!));
    const file = join(folder, trim.pictures[0]!);
    expect(framesOf(file)).toEqual(framesOf(join(card.path, clip.files[0]!)).slice(FIRST, LAST + 1));
    const inspected = await at.command('inspect', file, '--json');
    const { fields } = JSON.parse(inspected.stdout).clips[0];
    expect(fields.startTimecode.value).toBe(frameTimecode(clip, FIRST));
    expect(fields.frameCount.value).toBe(LAST - FIRST + 1);
  },
);

test.each(['dpx', 'cinemadng'] as const)(
  'a %s sequence is its own files, of which no byte was copied',
  (kind) => {
    const { trim, card } = trimOf(kind);
    const originals = card.clips[0]!.files.slice(FIRST, LAST + 1);
    expect(trim).toMatchObject({
      method: 'frames',
      frames: { count: LAST - FIRST + 1, firstSourceFrame: FIRST },
    });
    expect(trim.pictures.map((path) => basename(path))).toEqual(originals.map((path) => basename(path)));
    for (const [i, path] of trim.pictures.entries()) {
      expect(readFileSync(join(folder, path)).equals(readFileSync(join(card.path, originals[i]!)))).toBe(
        true,
      );
      expect(manifest.entries.find((entry) => entry.path === path)?.bucket).toBe('studio-ocf');
    }
  },
);

test('a plan of it says that nothing is rendered, and how many bytes go', async () => {
  const list = join(at.folder, 'reel1.edl');
  const wishes = ['--production', 'FIN', '--recipe', 'trimmed-ocf', '--handles', '3', '--name', 'planned'];
  const planned = await at.command('turnover', 'plan', list, ...wishes, '--json');
  const { forecast } = JSON.parse(planned.stdout);
  expect(forecast).toMatchObject({ frames: 48, framesToRender: 0, coreHours: 0 });
  const { trim } = trimOf('dpx');
  const sizes = trim.pictures.map((path) => manifest.entries.find((entry) => entry.path === path)!.sizeBytes);
  const plate = forecast.plates.find(({ plateId }: { plateId: string }) => plateId === trim.plateId);
  expect(plate.bytes).toBe(sizes.reduce((sum, size) => sum + size, 0));
});

test('the sidecar of a clip goes along', () => {
  const { trim } = trimOf('mxf');
  const names = readdirSync(join(folder, trim.folder), { recursive: true, encoding: 'utf8' });
  expect(names.some((name) => name.endsWith('M01.XML'))).toBe(true);
});

test('the package passes its check, and fails it when a frame of it is another one', async () => {
  const good = await at.command('package', 'verify', folder, '--json');
  expect(good.code, good.stdout).toBe(0);
  const { trim } = trimOf('dpx');
  const file = join(folder, trim.pictures[3]!);
  const bytes = readFileSync(file);
  bytes[bytes.length - 1]! ^= 1;
  writeFileSync(file, bytes);
  expect((await at.command('package', 'verify', folder, '--json')).code).toBe(11);
  bytes[bytes.length - 1]! ^= 1;
  writeFileSync(file, bytes);
});

test('a second pull of the same ranges makes nothing again', async () => {
  const list = join(at.folder, 'reel1.edl');
  const again = await at.command(
    'trim',
    list,
    '--production',
    'FIN',
    '--handles',
    '3',
    '--name',
    'again',
    '--json',
  );
  expect(again.code, again.stderr).toBe(0);
  expect(JSON.parse(again.stdout).frames).toMatchObject({ made: 0, reused: 4 * (LAST - FIRST + 1) });
});
