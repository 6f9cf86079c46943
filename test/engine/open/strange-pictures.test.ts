import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCard } from '../../../footage/card.ts';
import { toolPaths } from '../../support/tools.ts';
import { type Picture, readPicture } from '../picture.ts';
import { inspected, made, meanDifference, pfmOf, plateOf, prepared, ramps, run } from './made-picture.ts';

const SIZE = { width: 160, height: 90 };
const FRAMES = 3;
/** Of half floats and of 10-bit codes; another picture is farther off. */
const SAME = 0.001;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'strange-pictures-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const truth = (frame: number) => ramps(SIZE.width, SIZE.height, frame);

/** A sequence of three pictures; `commands` are oiiotool's between reading the n-th picture and writing it. */
function sequence(
  name: string,
  ending: 'exr' | 'dpx',
  commands: (pfm: string, frame: number) => string[],
): string {
  const dir = join(folder, name.replaceAll(/\W/g, '-'));
  mkdirSync(dir);
  for (let frame = 0; frame < FRAMES; frame++) {
    const pfm = join(folder, 'picture.pfm');
    writeFileSync(pfm, pfmOf(truth(frame)));
    run('oiiotool', pfm, ...commands(pfm, frame), '-o', fileOf(dir, frame, ending));
  }
  return dir;
}

function fileOf(dir: string, frame: number, ending: string): string {
  return join(dir, `A001C001_240101_R1AB.${String(1000 + frame).padStart(7, '0')}.${ending}`);
}

async function jobOf(dir: string) {
  return prepared(await inspected(dir, folder), dir).deliverables[0]!.job;
}

/** Alone and in a run; DPX by both routes, OpenEXR has one. */
async function expectPictures(dir: string, wanted: (frame: number) => Picture): Promise<void> {
  const job = await jobOf(dir);
  expect(meanDifference(await plateOf(job, 1, folder), wanted(1))).toBeLessThan(SAME);
  const route = job.decode.codec === 'dpx' ? 'reference' : job.route;
  const { frames } = await made({ ...job, route }, { first: 0, last: FRAMES - 1 }, folder);
  for (const { frame, file } of frames)
    expect(meanDifference(await readPicture(file), wanted(frame)), `frame ${frame}`).toBeLessThan(SAME);
}

/** Every value from a pixel and channel of the made picture. */
function from(frame: number, value: (x: number, y: number, channel: number, at: Picture) => number): Picture {
  const source = truth(frame);
  const pixels = source.pixels.map((_, at) => {
    const pixel = Math.floor(at / 3);
    return value(pixel % SIZE.width, Math.floor(pixel / SIZE.width), at % 3, source);
  });
  return { ...source, pixels };
}

const sample = ({ pixels }: Picture, x: number, y: number, channel: number) =>
  pixels[(y * SIZE.width + x) * 3 + channel]!;

const grey = (frame: number) => from(frame, (x, y, _, at) => sample(at, x, y, 1));

describe('OpenEXR of other kinds than cameras write', () => {
  it.each([
    ['in tiles', ['-d', 'half', '--tile', '32', '32']],
    ['of float samples', ['-d', 'float']],
    ['with alpha', ['--ch', 'R,G,B,A=0.5', '-d', 'half']],
    ['with channels in small letters', ['--chnames', 'r,g,b', '-d', 'half']],
    ['with its picture in a layer', ['--chnames', 'beauty.R,beauty.G,beauty.B', '-d', 'half']],
    ['stored from below', ['--attrib', 'openexr:lineOrder', 'decreasingY', '-d', 'half']],
    ['away from pixel 0, 0', ['--origin', '+10-20', '--fullpixels', '-d', 'half']],
    ['with overscan', ['--fullsize', '100x50+30+20', '-d', 'half']],
  ])('%s gives its picture', async (name, commands) => {
    await expectPictures(
      sequence(name, 'exr', () => commands),
      truth,
    );
  });

  it('of luminance alone gives it in all three channels', async () => {
    await expectPictures(
      sequence('luminance', 'exr', () => ['--ch', 'Y=G', '-d', 'half']),
      grey,
    );
  });

  it('that stores a part of its display window is black around it', async () => {
    const cut = ['--crop', '100x50+30+20', '-d', 'half'];
    const isIn = (x: number, y: number) => x >= 30 && x < 130 && y >= 20 && y < 70;
    await expectPictures(
      sequence('cropped', 'exr', () => cut),
      (frame) => from(frame, (x, y, channel, at) => (isIn(x, y) ? sample(at, x, y, channel) : 0)),
    );
  });

  it('of several parts gives the first that has a picture', async () => {
    const parts = (pfm: string) => [
      ...['--ch', 'Z=0.9', '--attrib', 'oiio:subimagename', 'depth'],
      ...[pfm, '--attrib', 'oiio:subimagename', 'picture', '--siappend', '-d', 'half'],
    ];
    await expectPictures(sequence('parts', 'exr', parts), truth);
  });

  it.each([
    [
      'two layers',
      ['--ch', 'left.R=R,left.G=G,left.B=B,right.R=R,right.G=G,right.B=B'],
      /layers left\., right\./,
    ],
    ['luminance and chroma', ['--ch', 'Y=G,RY=R,BY=B'], /luminance and chroma/],
    ['depth alone', ['--ch', 'Z=G'], /no red, green and blue/],
  ])('of %s is refused in one sentence', async (name, commands, sentence) => {
    const dir = sequence(`refused ${name}`, 'exr', () => [...commands, '-d', 'half']);
    await expect(plateOf(await jobOf(dir), 0, folder)).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringMatching(sentence),
    });
  });
});

describe('DPX of other kinds than cameras write', () => {
  it.each([
    ['of 8 bits', 'uint8', 0.003],
    ['of 12 bits', 'uint12', SAME],
    ['of 16 bits', 'uint16', SAME],
  ])('%s gives its picture in both byte orders', async (name, depth, most) => {
    for (const order of ['little', 'big']) {
      const dir = sequence(`${name} ${order}`, 'dpx', () => ['-d', depth, '--attrib', 'oiio:Endian', order]);
      expect(meanDifference(await plateOf(await jobOf(dir), 2, folder), truth(2)), order).toBeLessThan(most);
    }
  });

  it('with alpha gives its picture as exactly as without', async () => {
    const made = async (name: string, commands: string[]) =>
      plateOf(await jobOf(sequence(name, 'dpx', () => [...commands, '-d', 'uint10'])), 0, folder);
    expect(await made('alpha', ['--ch', 'R,G,B,A=0.5'])).toEqual(await made('no alpha', []));
  });

  it.each(['uint8', 'uint16'])('of luminance alone (%s) gives it in all three channels', async (depth) => {
    const dir = sequence(`grey ${depth}`, 'dpx', () => ['--ch', 'Y=G', '-d', depth]);
    expect(meanDifference(await plateOf(await jobOf(dir), 0, folder), grey(0))).toBeLessThan(0.003);
  });

  it.each([
    [1, ['--flop']],
    [2, ['--flip']],
    [3, ['--rotate180']],
    [4, ['--transpose']],
    [5, ['--rotate270']],
    [6, ['--rotate90']],
    [7, ['--transpose', '--rotate180']],
  ])('whose lines run otherwise (orientation %d) is delivered upright', async (orientation, store) => {
    const dir = sequence(`orientation ${orientation}`, 'dpx', () => [...store, '-d', 'uint16']);
    for (let frame = 0; frame < FRAMES; frame++) turn(fileOf(dir, frame, 'dpx'), orientation);
    await expectPictures(dir, truth);
  });

  it('tells rate and timecode only where its header has them', async () => {
    const dir = join(folder, 'short-header');
    mkdirSync(dir);
    for (let frame = 0; frame < FRAMES; frame++) {
      const noise = `nullsrc=s=160x90:r=24,geq=r='random(1)*255':g='random(2)*255':b='random(3)*255'`;
      run(
        'ffmpeg',
        ...['-v', 'error', '-f', 'lavfi', '-i', noise],
        ...['-frames:v', '1', fileOf(dir, frame, 'dpx')],
      );
    }
    const bytes = readFileSync(fileOf(dir, 0, 'dpx'));
    expect(
      bytes.subarray(0, 4).toString() === 'XPDS' ? bytes.readUInt32LE(4) : bytes.readUInt32BE(4),
      'where FFmpeg puts the picture',
    ).toBeLessThan(2048);
    const { fields } = await inspected(dir, folder);
    for (const name of ['frameRate', 'startTimecode', 'keycode', 'userBits', 'shutterAngle'])
      expect(fields[name]?.value ?? null, name).toBeNull();
  });
});

function turn(file: string, orientation: number): void {
  const bytes = readFileSync(file);
  if (bytes.toString('latin1', 0, 4) === 'XPDS') bytes.writeUInt16LE(orientation, 768);
  else bytes.writeUInt16BE(orientation, 768);
  writeFileSync(file, bytes);
}

describe.each(['exr', 'dpx'] as const)('a sequence (%s) with a picture of another size', (ending) => {
  it.each([
    ['lower', '160x80+0+0'],
    ['turned', '90x90+0+0'],
  ])('is refused at it, with its name: %s', async (name, cut) => {
    const dir = sequence(`${ending} ${name}`, ending, (_, frame) => [
      ...(frame === 1 ? ['--cut', cut, '--fullpixels'] : []),
      ...['-d', ending === 'exr' ? 'half' : 'uint10'],
    ]);
    const job = await jobOf(dir);
    await expect(made(job, { first: 0, last: 2 }, folder)).rejects.toMatchObject({
      code: 'unreadable',
      message: expect.stringMatching(/\.0001001\.\w+ is \d+x\d+, its clip is 160x90/),
    });
    expect(meanDifference(await plateOf(job, 2, folder), truth(2))).toBeLessThan(SAME);
  });
});

it('a raw frame of another size is refused with the name of its file, and the others are taken', async () => {
  const card = (name: string, size: { width: number; height: number }) =>
    makeCard({
      ...{ dir: join(folder, name), kind: 'cinemadng', clips: 1, frames: 3, size, seed: 5 },
      ...{ tools: toolPaths(), seal: false },
    });
  const mine = await card('raw', { width: 256, height: 144 });
  const other = await card('raw-other', { width: 320, height: 180 });
  const name = mine.clips[0]!.files[1]!;
  copyFileSync(join(other.path, other.clips[0]!.files[1]!), join(mine.path, name));
  const job = prepared(await inspected(mine.path, folder), mine.path).deliverables[0]!.job;
  await expect(made(job, { first: 0, last: 2 }, folder)).rejects.toMatchObject({
    code: 'unreadable',
    message: expect.stringContaining(`${basename(name)} is 320x180, its clip is 256x144`),
  });
  expect((await made(job, { first: 2, last: 2 }, folder)).frames).toHaveLength(1);
});
