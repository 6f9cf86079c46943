import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type MadeCard, makeCard } from '../../footage/card.ts';
import { type CardKind, frameTimecode } from '../../footage/clip-spec.ts';
import { makeCutList } from '../../footage/cut-list.ts';
import { isRefusal } from '../../workflows/refusal.ts';
import { readHeader } from '../engine/exr-info.ts';
import { makeInstallation, type TestInstallation } from '../support/installation.ts';
import { toolPaths } from '../support/tools.ts';
import { type ReceivedPlate, receivedPlates } from './delivered-plate.ts';

const PRODUCTION = 'HDR';
const KINDS = ['prores', 'dpx', 'mxf', 'cinemadng', 'exr'] as const satisfies CardKind[];

/** Attributes that the format itself asks for, and what says how light and time are meant. */
const STRUCTURE = ['channels', 'compression', 'dataWindow', 'displayWindow', 'lineOrder', 'pixelAspectRatio'];
/** By attribute, the field of the catalogue that it must repeat. Source: OpenEXR ImfStandardAttributes.h. */
const REPEATED = {
  cameraMake: 'cameraMake',
  cameraModel: 'cameraModel',
  cameraSerialNumber: 'cameraSerialNumber',
  cameraUuid: 'cameraUuid',
  lensMake: 'lensMake',
  lensModel: 'lensModel',
  lensSerialNumber: 'lensSerialNumber',
  isoSpeed: 'exposureIndex',
  shutterAngle: 'shutterAngle',
  expTime: 'exposureTime',
  nominalFocalLength: 'focalLength',
  tStop: 'tStop',
} as const;
/** What differs between two runs, two machines or two days must not be there; the firmware of the camera is of the source. */
const VARYING = /software|capdate|hostname|datetime|user|comment|history|(?<!firmware)version$/i;

let at: TestInstallation;
let cards: MadeCard[];
let plates: ReceivedPlate[];

beforeAll(async () => {
  at = await makeInstallation('headers');
  cards = await Promise.all(
    KINDS.map((kind) =>
      makeCard({
        ...{ dir: join(at.folder, kind), kind, clips: 1, frames: 6, seed: 21, tools: toolPaths() },
        size: { width: 256, height: 144 },
      }),
    ),
  );
  await at.startWorker('control,io,media,render', 2);
  for (const { path } of cards) {
    const report = await (await at.rushes.ingestRoll({ production: PRODUCTION, source: path })).result();
    if (isRefusal(report)) throw new Error(report.refused.sentence);
  }
  const known = await at.command('formats', '--production', PRODUCTION, '--json');
  const { formats } = JSON.parse(known.stdout) as { formats: { formatId: string; missing: string[] }[] };
  for (const { formatId } of formats.filter(({ missing }) => missing.includes('inputColorSpace'))) {
    const space = 'inputColorSpace=ARRI LogC3 (EI800)';
    expect((await at.command('formats', 'set', formatId, space, '--production', PRODUCTION)).code).toBe(0);
  }
  const uses = cards.map(({ clips }, i) => ({
    ...{ clip: clips[0]!, first: 1, durationFrames: 4, shotName: `HDR_010_00${i + 1}0` },
  }));
  const list = join(at.folder, 'hdr.edl');
  writeFileSync(list, makeCutList({ title: 'hdr', rate: { num: 24, den: 1 }, uses }).edl);
  const sent = await at.command('turnover', 'submit', list, '--production', PRODUCTION, '--handles', '0');
  expect(sent.code, sent.stderr).toBe(0);
  const folder = join(at.folder, 'package');
  expect((await at.command('package', 'export', `${PRODUCTION}/hdr/1`, folder)).code).toBe(0);
  plates = receivedPlates(folder);
});

afterAll(() => at?.close());

describe.each(KINDS)('the header of a plate from a %s card, as OpenEXR itself reads it', (kind) => {
  const plate = () => plates[KINDS.indexOf(kind)]!;
  const clip = () => cards[KINDS.indexOf(kind)]!.clips[0]!;

  test('tells reel, rate and the timecode of its own source frame, and what its light is', () => {
    for (const [i, file] of plate().files.entries()) {
      const header = readHeader(file);
      expect(header).toMatchObject({ reelName: clip().reel, framesPerSecond: '24 / 1' });
      expect(header.timecode).toBe(frameTimecode(clip(), 1 + i));
      expect(header.chromaticities).toBeDefined();
      expect(header.acesImageContainerFlag).toBeUndefined();
      expect(header.displayWindow).toBe(header.dataWindow);
      for (const name of STRUCTURE) expect(header[name], name).toBeDefined();
    }
  });

  test('repeats what the catalogue knows of camera and lens, and invents nothing', async () => {
    const found = await at.local.deps.catalogue.clipsForMatching(PRODUCTION);
    const id = found.find(({ clipName }) => clipName === clip().clipName)!.clipId;
    const { clip: known } = await at.local.deps.catalogue.clipSource(id);
    const header = readHeader(plate().files[0]!);
    for (const [attribute, field] of Object.entries(REPEATED)) {
      const value = known.fields[field]?.value ?? null;
      const got = header[attribute];
      if (value === null) expect(got, attribute).toBeUndefined();
      else if (typeof value === 'number') expect(Number(got), attribute).toBeCloseTo(value, 3);
      else expect(got, attribute).toBe(value);
    }
  });

  test('is small, and differs from frame to frame in its timecode alone', () => {
    const headers = plate().files.map(readHeader);
    const names = Object.keys(headers[0]!).filter((name) => !/^time[cC]ode$/.test(name));
    for (const name of names) {
      expect(name).not.toMatch(VARYING);
      expect(new Set(headers.map((header) => header[name])).size, name).toBe(1);
    }
    const length = names.reduce((sum, name) => sum + name.length + (headers[0]![name]?.length ?? 0), 0);
    expect(length).toBeLessThan(2000);
    expect(statSync(plate().files[0]!).size).toBeGreaterThan(length);
  });
});

test.each(KINDS)(
  'the bundle of a plate from a %s card, rendered on a workstation, gives the bytes that were delivered',
  async (kind) => {
    const plate = plates[KINDS.indexOf(kind)]!;
    const bundle = join(at.folder, `bundle-${kind}`);
    const packed = await at.command('bundle', `${PRODUCTION}/hdr/1`, plate.plateId, bundle);
    expect(packed.code, packed.stderr).toBe(0);
    const frames = join(bundle, 'frames');
    const rendered = await at.command('render', join(bundle, 'job.json'), '--out', frames);
    expect(rendered.code, rendered.stderr).toBe(0);
    const made = readdirSync(frames).sort();
    expect(made).toHaveLength(plate.files.length);
    for (const [i, file] of plate.files.entries())
      expect(readFileSync(join(frames, made[i]!)).equals(readFileSync(file)), made[i]).toBe(true);
  },
);
