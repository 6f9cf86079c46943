import { execFile } from 'node:child_process';
import { cpSync, existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeCard } from '../../footage/card.ts';
import { frameTimecode, type MadeClip } from '../../footage/clip-spec.ts';
import { flipBit } from '../../footage/damage.ts';
import type { DemoCardName } from '../../footage/demo-cards.ts';
import type { DemoSet, MadeDemoCard } from '../../footage/demo-set.ts';
import { frameOfTimecode } from '../../footage/record-timecode.ts';
import type { Finding } from '../../schemas/finding.ts';
import type { RollReport } from '../../schemas/roll.ts';
import { TurnoverStatus } from '../../schemas/turnover.ts';
import { hashBytes } from '../../standards/hash/hasher.ts';
import { isRefusal } from '../../workflows/refusal.ts';
import type { TurnoverOutcome } from '../../workflows/turnover-outcome.ts';
import { footageFolder, smallDemoSet } from '../support/footage.ts';
import { makeInstallation, type TestInstallation } from '../support/installation.ts';
import { toolPath, toolPaths } from '../support/tools.ts';
import { until } from '../support/until.ts';
import { cardListing } from './card-listing.ts';
import { lookAtFrame, type ReceivedPlate, receivedPlates } from './delivered-plate.ts';
import { referenceVerdict } from './reference-verdict.ts';

const PRODUCTION = 'AGM';
const TURNOVER = 'AGM/demo/1';
const run = promisify(execFile);

let at: TestInstallation;
let set: DemoSet;
let listings: string[][];
let reports: Map<DemoCardName, RollReport>;
let outcome: TurnoverOutcome;
let packageFolder: string;
let plates: ReceivedPlate[];
/** Process id of the worker that did one segment. */
let oncePid: number;

beforeAll(async () => {
  [at, set] = await Promise.all([
    makeInstallation('journey'),
    smallDemoSet(['prores', 'dpx', 'flipped-bit', 'missing-frame']),
  ]);
  listings = set.cards.map(({ path }) => cardListing(path));
  await at.startWorker('control,io,media');
  const taken = await Promise.all(
    set.cards.map(async ({ name, path }) => [name, await ingest(path)] as const),
  );
  reports = new Map(taken);
  await teachDpx();
  // One that does a segment and ends comes first, or a worker that is quick might leave nothing to another.
  const once = await at.startWorker('render', 1, undefined, ['--once']);
  const submitted = await at.rushes.submitTurnover({
    production: PRODUCTION,
    cutList: { path: set.cutList.path },
  });
  oncePid = once.pid;
  await until('the end of the worker that does one segment', () => !once.isRunning());
  await Promise.all([at.startWorker('render', 1), at.startWorker('render', 1)]);
  const made = await submitted.result();
  if (isRefusal(made)) throw new Error(made.refused.sentence);
  outcome = made;
  packageFolder = join(at.folder, 'package');
  const exported = await at.command('package', 'export', TURNOVER, packageFolder);
  expect(exported.code, exported.stderr).toBe(0);
  plates = receivedPlates(packageFolder);
});

afterAll(() => at?.close());

async function ingest(source: string): Promise<RollReport> {
  const report = await (await at.rushes.ingestRoll({ production: PRODUCTION, source })).result();
  if (isRefusal(report)) throw new Error(report.refused.sentence);
  return report;
}

/** No header of the DPX card tells its colour: a person says it once. */
async function teachDpx(): Promise<void> {
  const known = await at.command('formats', '--production', PRODUCTION, '--json');
  expect(known.code).toBe(10);
  const { formats } = JSON.parse(known.stdout) as { formats: { formatId: string; missing: string[] }[] };
  const lacking = formats.filter(({ missing }) => missing.includes('inputColorSpace'));
  expect(lacking).toHaveLength(1);
  const id = lacking[0]!.formatId;
  const set = await at.command(
    'formats',
    'set',
    id,
    'inputColorSpace=ARRI LogC3 (EI800)',
    '--production',
    PRODUCTION,
  );
  expect(set.code, set.stderr).toBe(0);
}

function card(name: DemoCardName): MadeDemoCard {
  return set.cards.find((one) => one.name === name)!;
}

function clipOf(plate: { clipName: string }): MadeClip {
  return set.cards.flatMap(({ clips }) => clips).find(({ clipName }) => clipName === plate.clipName)!;
}

function errorsOf(name: DemoCardName): Finding[] {
  return reports.get(name)!.findings.filter(({ severity }) => severity === 'error');
}

test('the good cards are sealed: every file verified against the card, a new generation after its own', () => {
  for (const name of ['prores', 'dpx'] as const) {
    const { state, counts, generation } = reports.get(name)!;
    const files = card(name).files.length;
    expect({ state, ...counts, generation }).toMatchObject({
      state: 'sealed',
      files,
      verified: files,
      failed: 0,
      missing: 0,
      clips: 2,
      generation: 2,
    });
    expect(errorsOf(name)).toEqual([]);
  }
});

test('a flipped bit is found by both hashes; the file stands in quarantine and not among the originals', async () => {
  const { path, damagedFile } = card('flipped-bit');
  const bad = readFileSync(join(path, damagedFile!));
  const actual = hashBytes('xxh128', bad);
  const size = bad.length;
  await flipBit(copyOf(path, damagedFile!), Math.floor(size / 2), 4);
  const expected = hashBytes('xxh128', readFileSync(join(at.folder, basename(damagedFile!))));

  expect(reports.get('flipped-bit')!.state).toBe('incomplete');
  const mismatch = errorsOf('flipped-bit').find(({ code }) => code === 'hash-mismatch')!;
  expect(mismatch.subject).toMatchObject({ kind: 'file', path: damagedFile });
  expect(mismatch.technical).toMatchObject({ format: 'xxh128', expected, actual });
  expect(mismatch.forPeople).toContain(expected);
  expect(mismatch.forPeople).toContain(actual);
  const quarantined = errorsOf('flipped-bit').find(({ code }) => code === 'quarantined')!;
  const { bucket, key } = quarantined.technical as { bucket: string; key: string };
  const { store } = at.local.deps;
  expect(hashBytes('xxh128', await store.getBytes({ bucket, key }))).toBe(actual);
  expect(await store.stat(store.bucket('ocf'), `${PRODUCTION}/20240426/A002R1AA/${damagedFile}`)).toBeNull();
  expect(errorsOf('flipped-bit')).toHaveLength(2);
});

function copyOf(rollPath: string, file: string): string {
  const copy = join(at.folder, basename(file));
  cpSync(join(rollPath, file), copy);
  return copy;
}

test('a missing frame is found by its name and as a hole in the clip; the rest of the card is taken in', () => {
  const { damagedFile, files } = card('missing-frame');
  const { state, counts } = reports.get('missing-frame')!;
  expect({ state, ...counts }).toMatchObject({
    state: 'incomplete',
    files: 23,
    verified: 23,
    failed: 0,
    missing: 1,
  });
  expect(files).toHaveLength(24);
  const [missing, hole, ...more] = errorsOf('missing-frame').sort((a, b) => (a.code < b.code ? -1 : 1));
  expect(missing).toMatchObject({ code: 'file-missing', subject: { path: damagedFile } });
  const number = Number(/\.(\d+)\.dpx$/.exec(damagedFile!)![1]);
  expect(hole).toMatchObject({ code: 'frame-missing', technical: { missing: [number], missingCount: 1 } });
  expect(more).toEqual([]);
});

test('a later offload of the good files completes both rolls, as the next generation', async () => {
  const home = join(footageFolder(), 'second-offload', at.name);
  const flipped = card('flipped-bit');
  const second = join(home, '20240426/Camera_Media', flipped.roll);
  cpSync(flipped.path, second, { recursive: true });
  const file = join(second, flipped.damagedFile!);
  await flipBit(file, Math.floor(readFileSync(file).length / 2), 4);

  const holed = card('missing-frame');
  const whole = join(home, '20240426/Camera_Media', holed.roll);
  cpSync(holed.path, whole, { recursive: true });
  const again = await makeCard({
    dir: join(home, 'again'),
    kind: 'dpx',
    clips: 1,
    frames: 24,
    size: { width: 256, height: 144 },
    seed: 71,
    rollNumber: 2,
    tools: toolPaths(),
    seal: false,
  });
  cpSync(join(again.path, holed.damagedFile!), join(whole, holed.damagedFile!));

  const before = await versionsOf('A002R1AA');
  for (const [source, clips] of [
    [second, 2],
    [whole, 1],
  ] as const) {
    const report = await ingest(source);
    expect(report).toMatchObject({
      state: 'sealed',
      generation: 3,
      counts: { failed: 0, missing: 0, clips },
    });
    expect(report.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  }
  const after = await versionsOf('A002R1AA');
  for (const [path, version] of before) expect(after.get(path), path).toBe(version);
  expect([...after.keys()].filter((path) => !before.has(path))).toEqual([flipped.damagedFile]);
  await expectRollVerifies('A002R1AA');
});

/** Version of every media file of a stored roll: a file that is not written again keeps it. */
async function versionsOf(roll: string): Promise<Map<string, string | null>> {
  const files = await at.local.deps.catalogue.filesOf(`${PRODUCTION}/20240426/${roll}`);
  const kept = files.filter(({ outcome }) => outcome !== 'quarantined');
  return new Map(kept.map(({ path, versionId }) => [path, versionId ?? null]));
}

test('a stored roll that is fetched again is accepted by the reference ASC MHL tool, history and all', async () => {
  await expectRollVerifies(card('prores').roll);
  await expectRollVerifies(card('dpx').roll);
});

async function expectRollVerifies(roll: string): Promise<void> {
  const folder = join(at.folder, 'fetched', roll);
  const fetched = await at.command('roll', 'get', `${PRODUCTION}/20240426/${roll}`, folder);
  expect(fetched.code, fetched.stderr).toBe(0);
  expect(await referenceVerdict(folder)).toBe('accepted');
}

test('the turnover is published whole, and the status names the worker of every segment: more than one took part', async () => {
  expect(outcome).toMatchObject({
    turnover: TURNOVER,
    state: 'published',
    plates: { made: 8, failed: 0, waiting: 0 },
  });
  const told = await at.command('turnover', 'status', TURNOVER, '--json');
  expect(told.code).toBe(0);
  const status = TurnoverStatus.parse(JSON.parse(told.stdout));
  const parts = status.shots.flatMap((shot) => shot.plates);
  expect(parts).toHaveLength(8);
  for (const part of parts) {
    expect(part.state).toBe('made');
    expect(part.framesMade + part.framesReused).toBe(part.framesWanted);
    expect(part.segments.length).toBeGreaterThan(0);
  }
  const workers = new Set(parts.flatMap(({ segments }) => segments.map(({ worker }) => worker)));
  expect([...workers].every((worker) => worker.startsWith('studio/'))).toBe(true);
  expect(workers.size).toBeGreaterThan(1);
  expect([...workers].some((worker) => worker.endsWith(`/${oncePid}`))).toBe(true);
});

test('frames that two shots share are rendered once and counted as reused', () => {
  const distinct = new Set(
    plates.flatMap((plate) =>
      plate.files.map((_, i) => `${plate.pixelKey} ${plate.frames.firstSourceFrame + i}`),
    ),
  );
  expect(outcome.frames.wanted).toBe(plates.reduce((sum, { files }) => sum + files.length, 0));
  expect(distinct.size).toBeLessThan(outcome.frames.wanted);
  // Two workers may have begun the same frame at the same moment; then one of the two renders was for nothing.
  expect(outcome.frames.made).toBeGreaterThanOrEqual(distinct.size);
  expect(outcome.frames.made + outcome.frames.reused).toBe(outcome.frames.wanted);
});

test('the exported package is accepted by rushes package verify and by the reference ASC MHL tool', async () => {
  const verified = await at.command('package', 'verify', packageFolder, '--json');
  expect(verified.code, verified.stdout).toBe(0);
  expect(JSON.parse(verified.stdout)).toMatchObject({
    ok: true,
    counts: { plates: 8, failed: 0, missing: 0, unlisted: 0 },
  });
  expect(await referenceVerdict(packageFolder)).toBe('accepted');
});

test('one altered byte in an exported frame is refused by both', async () => {
  const altered = join(at.folder, 'altered');
  cpSync(packageFolder, altered, { recursive: true });
  const frame = receivedPlates(altered)[0]!.files[0]!;
  await flipBit(frame, -10, 0);
  const verified = await at.command('package', 'verify', altered, '--json');
  expect(verified.code).toBe(11);
  expect(await referenceVerdict(altered)).toMatch(/^exit 1[0-9]/);
});

test('each event has its plate: as many frames as planned, numbered from 1001, handles clamped to the media', () => {
  expect(plates).toHaveLength(set.cutList.expected.length);
  for (const [index, event] of set.cutList.expected.entries()) {
    const plate = plates.find(({ shot }) => shot === event.shotName)!;
    const { frameCount } = clipOf(plate);
    // The range as the list has it: at twice the speed the frames between are delivered too.
    const start = frameOfTimecode(frameTimecode(clipOf(plate), 0), clipOf(plate).rate);
    const sourceFrame = (timecode: string) => frameOfTimecode(timecode, clipOf(plate).rate) - start;
    const cut = {
      first: sourceFrame(event.source.in),
      last: sourceFrame(event.source.out) - 1 + event.outgoingFrames,
    };
    const head = Math.min(8, cut.first);
    const tail = Math.min(8, frameCount - 1 - cut.last);
    expect(plate.clipName, `event ${index}`).toBe(event.clipName);
    expect(plate.handles).toMatchObject({ head, tail });
    expect(plate.frames).toEqual({
      firstNumber: 1001,
      count: cut.last - cut.first + 1 + head + tail,
      firstSourceFrame: cut.first - head,
    });
    const numbers = plate.files.map((file) => Number(/\.(\d{4})\.exr$/.exec(file)![1]));
    expect(numbers).toEqual(Array.from({ length: plate.frames.count }, (_, i) => 1001 + i));
  }
});

test('the counter in frame 1001 and in the last frame is the planned source frame of the right clip', async () => {
  for (const plate of plates) {
    const { tag } = clipOf(plate);
    const [first, last] = await Promise.all([plate.files[0]!, plate.files.at(-1)!].map(lookAtFrame));
    const { firstSourceFrame, count } = plate.frames;
    expect(first!.counter, plate.plateId).toEqual({ frame: firstSourceFrame, tag });
    expect(last!.counter, plate.plateId).toEqual({ frame: firstSourceFrame + count - 1, tag });
  }
});

test('patches are the light that was in front of the camera; the header bears timecode, reel, rate and ACES', async () => {
  for (const plate of plates) {
    const clip = clipOf(plate);
    const frame = await lookAtFrame(plate.files[0]!);
    expect(frame.patchError, `${plate.plateId} from ${clip.kind}`).toBeLessThan(
      clip.kind === 'prores' ? 0.02 : 0.01,
    );
    expect(frame.size).toEqual({ width: clip.width, height: clip.height });
    expect(frame.header.timecode).toBe(frameTimecode(clip, plate.frames.firstSourceFrame));
    expect(frame.header.reelName).toBe(clip.reel);
    expect(frame.header.framesPerSecond).toBe('24 / 1');
    expect(plate.startTimecode).toBe(frameTimecode(clip, plate.frames.firstSourceFrame));
  }
});

test('oiiotool opens a plate as half float, ZIP compressed, with the primaries of ACES2065-1', async () => {
  const { stdout } = await run(toolPath('oiiotool'), ['--info', '-v', plates[0]!.files[0]!]);
  expect(stdout).toMatch(/256 x +144, 3 channel, half openexr/);
  expect(stdout).toMatch(/compression: "zip"/);
  expect(stdout).toMatch(/chromaticities: 0\.7347, 0\.2653, 0, 1, 0\.0001, -0\.077, 0\.32168, 0\.33767/);
});

test('the package bears the cut list, an AMF beside every plate, and a report', () => {
  expect(readFileSync(join(packageFolder, 'cut-list/demo.edl'))).toEqual(readFileSync(set.cutList.path));
  for (const plate of plates) {
    const folder = join(packageFolder, dirname(plate.folder));
    const amf = join(folder, `${basename(folder)}.amf`);
    expect(existsSync(amf), amf).toBe(true);
  }
  expect(existsSync(join(packageFolder, 'report/report.html'))).toBe(true);
});

test('nothing was written to a card', () => {
  expect(set.cards.map(({ path }) => cardListing(path))).toEqual(listings);
});
