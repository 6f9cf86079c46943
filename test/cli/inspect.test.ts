import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inspectCommand } from '../../cli/inspect.ts';
import { Inspection } from '../../schemas/clip.ts';
import type { PipelineError } from '../../schemas/failure.ts';
import { makeDpx, makeWav } from '../engine/inspect/make-headers.ts';
import { makeMov } from '../engine/inspect/make-mov.ts';
import { toolPaths } from '../support/tools.ts';

const card = mkdtempSync(join(tmpdir(), 'inspect-card-'));
const scratch = mkdtempSync(join(tmpdir(), 'inspect-scratch-'));

const TIMECODE = {
  startFrame: 864000,
  timescale: 24,
  frameDuration: 1,
  numberOfFrames: 24,
  reel: 'A001R1AB',
};
const ALE =
  'Heading\nFIELD_DELIM\tTABS\nFPS\t24\n\nColumn\nName\tStart\tEnd\tScene\tTake\n\nData\nA001C001_240426_R1AB\t10:00:00:00\t10:00:02:00\t12A\t3\n';

function put(path: string, bytes: Uint8Array | string): void {
  mkdirSync(dirname(join(card, path)), { recursive: true });
  writeFileSync(join(card, path), bytes);
}

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ['', ''];
  const io = {
    stdout: (s: string) => {
      out += s;
    },
    stderr: (s: string) => {
      err += s;
    },
  };
  return { code: await inspectCommand(args, io, { tools: toolPaths(), scratch }), out, err };
}

beforeAll(() => {
  put('A001R1AB/A001C001_240426_R1AB.mov', makeMov({ timecode: TIMECODE }));
  put('A001R1AB/A001R1AB_AVID.ale', ALE);
  for (const n of [1001, 1002, 1004])
    put(`B001/B001C001.${n}.dpx`, makeDpx({ timecode: 0x10151200 + n - 1001 }));
  put('notes/readme.txt', 'nothing of a camera');
  put(
    'notes/B009C001_180327_R1ZA.mov.csv',
    'Master TC\tCamera Clip Name\tReel\tProject FPS\tMaster TC Time Base\n01:02:03:04\tB009C001_180327_R1ZA\tB009R1ZA\t24.000\t24.000\n',
  );
});
afterAll(() => {
  rmSync(card, { recursive: true, force: true });
  rmSync(scratch, { recursive: true, force: true });
});

describe('rushes inspect --json', () => {
  test('names under a take the sound that runs under it, and leaves as a document for trackers', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'inspect-sound-'));
    const ixml = '<BWFXML><SPEED><TIMECODE_RATE>24/1</TIMECODE_RATE></SPEED></BWFXML>';
    writeFileSync(join(folder, 'A001.mov'), makeMov({ timecode: { ...TIMECODE, startFrame: 86400 } }));
    writeFileSync(
      join(folder, 'T001.wav'),
      makeWav({ timeReference: 48000 * 3599, samples: 48000 * 10, ixml }),
    );
    try {
      const told = Inspection.parse(JSON.parse((await run(folder, '--json')).out));
      expect(
        told.clips.map((c) => [c.clipName, c.sound?.map((s) => [s.path, s.offsetSeconds, s.overlapSeconds])]),
      ).toEqual([
        ['A001', [['T001.wav', -1, 2]]],
        ['T001', undefined],
      ]);
      const tracker = JSON.parse((await run(folder, '--tracker')).out) as {
        clips: { code: string; timecode_in: string }[];
      };
      expect(tracker.clips[0]).toMatchObject({ code: 'A001', timecode_in: '01:00:00:00', reel: 'A001R1AB' });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test('sees by its content what no ending tells, and drops nothing', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'inspect-endings-'));
    const files = {
      'take.dat': makeMov({ timecode: TIMECODE }),
      noending: makeMov({ timecode: TIMECODE }),
      'words.xml': makeMov({ timecode: TIMECODE }),
      'new-camera.xyz': Buffer.from('\x00\x01\x02 nobody knows this \xff\xfe', 'latin1'),
      'read-me': 'words',
    };
    symlinkSync('/nowhere/at/all.mov', join(folder, 'link.mov'));
    for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
    try {
      const { out } = await run(folder, '--json');
      const told = Inspection.parse(JSON.parse(out));
      const seen = told.clips.map((c) => [c.files[0]!.path, c.fields.startTimecode?.value]);
      expect(seen).toEqual([
        ['new-camera.xyz', null],
        ['noending', '10:00:00:00'],
        ['take.dat', '10:00:00:00'],
        ['words.xml', '10:00:00:00'],
      ]);
      const codes = (path: string) =>
        told.clips.find((c) => c.files[0]!.path === path)!.findings.map((f) => f.code);
      expect(codes('new-camera.xyz')).toContain('content-unknown');
      expect(codes('words.xml')).toContain('content-mislabelled');
      expect((told as { unclaimed?: string[] }).unclaimed).toEqual(['read-me', 'link.mov']);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test('prints one document with every clip of a folder and what is wrong with them', async () => {
    const { code, out, err } = await run(card, '--json');
    const document = Inspection.parse(JSON.parse(out));
    expect(out.trim().split('\n')).toHaveLength(1);
    expect(err).toBe('');
    expect(code).toBe(10);
    expect(document.clips.map((c) => c.clipName).sort()).toEqual([
      'A001C001_240426_R1AB',
      'B001C001',
      'B009C001_180327_R1ZA',
    ]);
    const dpx = document.clips.find((c) => c.clipName === 'B001C001')!;
    expect(dpx.findings).toContainEqual(
      expect.objectContaining({
        code: 'frame-missing',
        technical: expect.objectContaining({ missing: [1003] }),
      }),
    );
    expect(dpx.files.map((f) => f.frame)).toEqual([0, 1, 3]);
  });

  test('lets the list on the card speak for its clip', async () => {
    const { out } = await run(join(card, 'A001R1AB'), '--json');
    const [clip] = Inspection.parse(JSON.parse(out)).clips;
    expect(clip!.fields.slate).toMatchObject({ value: { scene: '12A', take: '3' }, source: 'ale' });
    expect(clip!.fields.startTimecode).toMatchObject({ value: '10:00:00:00', source: 'mov-atoms' });
  });

  test('of one file is that file, with exit 0 when only warnings are told', async () => {
    const { code, out } = await run(join(card, 'A001R1AB/A001C001_240426_R1AB.mov'), '--json');
    const document = Inspection.parse(JSON.parse(out));
    expect(document.clips).toHaveLength(1);
    expect(code).toBe(0);
  });

  test('of one picture of a sequence is one frame and misses none', async () => {
    const { out } = await run(join(card, 'B001/B001C001.1002.dpx'), '--json');
    const [clip] = Inspection.parse(JSON.parse(out)).clips;
    expect(clip!.fields.frameCount?.value).toBe(1);
    expect(clip!.fields.firstFrame?.value).toBe(1002);
    expect(clip!.findings.map((f) => f.code)).not.toContain('frame-missing');
  });

  test('of a sidecar alone says what the sidecar says', async () => {
    const { out } = await run(join(card, 'notes/B009C001_180327_R1ZA.mov.csv'), '--json');
    const [clip] = Inspection.parse(JSON.parse(out)).clips;
    expect(clip).toMatchObject({
      clipName: 'B009C001_180327_R1ZA',
      fields: { reelName: { value: 'B009R1ZA' }, startTimecode: { value: '01:02:03:04' } },
    });
  });

  test("with --raw puts the tools' own words beside the record", async () => {
    const { out } = await run(join(card, 'A001R1AB/A001C001_240426_R1AB.mov'), '--json', '--raw');
    const [clip] = JSON.parse(out).clips;
    expect(clip.rawFacts[0].tools.map((t: { tool: string }) => t.tool)).toContain('ffprobe');
  });
});

describe('rushes inspect', () => {
  test('of what is not there is the failure not-found', async () => {
    const failed = await run(join(card, 'nowhere.mov')).catch((e: unknown) => e);
    expect((failed as PipelineError).code).toBe('not-found');
  });

  test('without a path, or with an option it does not know, tells its usage', async () => {
    const refusal = async (...args: string[]) => run(...args).catch((error: unknown) => error);
    for (const [said, args] of [
      ['The path is missing', []],
      ["Unknown option '--jason'", [card, '--jason']],
      ['--ale and --csv are several forms: ask for one', [card, '--ale', '--csv']],
    ] as const) {
      const refused = (await refusal(...args)) as PipelineError;
      expect(refused).toMatchObject({ code: 'input-invalid', exitCode: 2 });
      expect(refused.message).toContain(said);
      expect(refused.message).toContain('Usage: rushes inspect PATH');
    }
  });

  test('writes a list for Avid and a table for people', async () => {
    expect((await run(join(card, 'A001R1AB'), '--ale')).out).toMatch(
      /^Heading\r\n.*\r\nA001C001_240426_R1AB\tV\t10:00:00:00\t10:00:02:00\t/s,
    );
    expect((await run(card, '--csv')).out.split('\r\n')).toHaveLength(5);
  });

  test('writes nothing where it reads', async () => {
    const before = readdirSync(card, { recursive: true, encoding: 'utf8' }).map(
      (f) => `${f} ${statSync(join(card, f)).mtimeMs}`,
    );
    await run(card, '--json');
    expect(
      readdirSync(card, { recursive: true, encoding: 'utf8' }).map(
        (f) => `${f} ${statSync(join(card, f)).mtimeMs}`,
      ),
    ).toEqual(before);
  });

  test.skipIf(process.getuid?.() === 0)('goes on when one file may not be read, and says which', async () => {
    put('locked/a.mov', makeMov());
    chmodSync(join(card, 'locked/a.mov'), 0o000);
    const { out } = await run(join(card, 'locked'), '--json');
    expect(Inspection.parse(JSON.parse(out)).clips[0]!.findings.map((f) => f.code)).toContain('unreadable');
  });
});
