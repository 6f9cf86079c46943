import { copyFileSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type MadeCard, makeCard } from '../../footage/card.ts';
import type { MadeClip } from '../../footage/clip-spec.ts';
import { makeCutList } from '../../footage/cut-list.ts';
import type { Cdl } from '../../schemas/cut-list.ts';
import { writeCc } from '../../standards/cdl/write-cdl.ts';
import { isRefusal } from '../../workflows/refusal.ts';
import { evaluateInPython, farthest, type Pixel } from '../conformance/ocio-oracle.ts';
import { readPicture } from '../engine/picture.ts';
import { cdlLook, cdlNodes, inputById, makeAmf, outputById, REC709 } from '../standards/amf/make-amf.ts';
import { makeInstallation, type TestInstallation } from '../support/installation.ts';
import { toolPaths } from '../support/tools.ts';
import { receivedPlates } from './delivered-plate.ts';
import { deliveryOf } from './same-delivery.ts';

const PRODUCTION = 'ONE';
const SIZE = { width: 256, height: 144 };
const CROP = { width: 200, height: 100 };
const LOGC3 = 'v1.5:ACEScsc.Academy.LogC_EI800_AWG_to_ACES.a1.1.0';
const PLAIN: Cdl = { slope: [1, 1, 1], offset: [0, 0, 0], power: [1, 1, 1], saturation: 1 };

/** Everything that one number can change: of the first clip, unless said otherwise. */
type Choices = { slope: string; isApplied: boolean; anchorX: number; listed: Cdl };
const BASE: Choices = {
  slope: '1.2',
  isApplied: false,
  anchorX: 20,
  listed: { ...PLAIN, slope: [0.9, 1, 1] },
};

let at: TestInstallation;
let card: MadeCard;
let clips: [MadeClip, MadeClip];
let base: string;

beforeAll(async () => {
  at = await makeInstallation('one-change');
  card = await makeCard({
    ...{ dir: join(at.folder, 'card'), kind: 'dpx', clips: 2, frames: 8, seed: 5, size: SIZE },
    tools: toolPaths(),
  });
  clips = card.clips as [MadeClip, MadeClip];
  await at.startWorker('control,io,media,render', 2);
  const report = await (await at.rushes.ingestRoll({ production: PRODUCTION, source: card.path })).result();
  if (isRefusal(report)) throw new Error(report.refused.sentence);
  base = await deliver('base', BASE);
});

afterAll(() => at?.close());

/** Two shots, an AMF for each clip with its grade before the working location, an FDL with a framing for each. */
async function deliver(name: string, choices: Choices, more: string[] = []): Promise<string> {
  const folder = join(at.folder, `sent-${name}`);
  mkdirSync(folder);
  const put = (file: string, text: string) => {
    writeFileSync(join(folder, file), text);
    return join(folder, file);
  };
  const uses = clips.map((clip, i) => ({
    ...{ clip, first: 2, durationFrames: 3, shotName: `ONE_010_00${i + 1}0` },
    ...(i === 0 ? { cdl: choices.listed } : {}),
  }));
  const list = put('one.edl', makeCutList({ title: 'one', rate: { num: 24, den: 1 }, uses }).edl);
  const amfs = clips.map((clip, i) => put(`${clip.clipName}.amf`, amfOf(clip, i === 0 ? choices : BASE)));
  const fdl = put('one.fdl', fdlOf(choices));
  const sent = await at.command(
    ...['turnover', 'submit', list, '--production', PRODUCTION, '--name', name, '--handles', '0'],
    ...amfs.flatMap((amf) => ['--amf', amf]),
    ...['--fdl', fdl, ...more],
  );
  expect(sent.code, sent.stderr).toBe(0);
  const exported = join(at.folder, `package-${name}`);
  expect((await at.command('package', 'export', `${PRODUCTION}/${name}/1`, exported)).code).toBe(0);
  const verified = await at.command('package', 'verify', exported);
  expect(verified.code, verified.stdout + verified.stderr).toBe(0);
  return exported;
}

function amfOf(clip: MadeClip, { slope, isApplied }: Choices): string {
  const nodes = cdlNodes({
    slope: `${slope} 1 0.9`,
    offset: '0.01 0 0',
    power: '1 1.1 1',
    saturation: '0.8',
  });
  return makeAmf({
    systemVersion: [1, 3, 0],
    clipId: `<aces:clipId><aces:clipName>${clip.clipName}</aces:clipName><aces:file>${clip.clipName}.dpx</aces:file></aces:clipId>`,
    pipeline: `${inputById(LOGC3)}${cdlLook({ nodes, applied: String(isApplied) })}<aces:workingLocation/>${outputById(REC709)}`,
  });
}

function fdlOf({ anchorX }: Choices): string {
  const contexts = clips.map(({ clipName }, i) => ({
    label: clipName,
    clip_id: { clip_name: clipName },
    canvases: [
      {
        ...{ id: `C${i}`, source_canvas_id: `C${i}`, dimensions: SIZE },
        framing_decisions: [
          {
            ...{ id: `C${i}-F`, framing_intent_id: 'F', dimensions: CROP },
            anchor_point: { x: i === 0 ? anchorX : BASE.anchorX, y: 30 },
          },
        ],
      },
    ],
  }));
  return JSON.stringify({
    ...{ uuid: '3E9F94EF-A910-470D-8EC4-B14E551AC6AB', version: { major: 2, minor: 0 } },
    framing_intents: [{ id: 'F', aspect_ratio: { width: 2, height: 1 } }],
    contexts,
    canvas_templates: [
      {
        ...{ id: 'T', target_dimensions: CROP, target_anamorphic_squeeze: 1 },
        ...{ fit_source: 'framing_decision.dimensions', fit_method: 'fit_all' },
      },
    ],
  });
}

/** The source frame by its code values, cropped by hand, through transforms written by hand in Python. */
function evaluated(clip: MadeClip, frame: number, { slope, isApplied, anchorX }: Choices) {
  const folder = readdirSync(card.path, { recursive: true, encoding: 'utf8' });
  const source = folder.filter((path) => path.includes(clip.clipName) && path.endsWith('.dpx')).sort()[
    frame
  ]!;
  const codes = codesOf(join(card.path, source));
  const seen: Pixel[] = [];
  for (let y = 30; y < 30 + CROP.height; y++)
    for (let x = anchorX; x < anchorX + CROP.width; x++) seen.push(codes(x, y));
  const grade = `ocio.CDLTransform(slope=[${slope},1,0.9], offset=[0.01,0,0], power=[1,1.1,1], sat=0.8)`;
  return evaluateInPython(
    [
      "ocio.ColorSpaceTransform('ARRI LogC3 (EI800)','ACES2065-1')",
      ...(isApplied
        ? []
        : [
            "ocio.ColorSpaceTransform('ACES2065-1','ACEScct')",
            grade,
            "ocio.ColorSpaceTransform('ACEScct','ACES2065-1')",
          ]),
    ],
    seen,
  );
}

/** Ten-bit code values of a DPX as parts of one. Source: SMPTE ST 268-1, packing "filled, method A", big-endian. */
function codesOf(file: string): (x: number, y: number) => Pixel {
  const bytes = readFileSync(file);
  const start = bytes.readUInt32BE(4);
  return (x, y) => {
    const word = bytes.readUInt32BE(start + 4 * (y * SIZE.width + x));
    return [22, 12, 2].map((shift) => ((word >>> shift) & 1023) / 1023) as Pixel;
  };
}

/** Every frame of a plate is the independent evaluation of its source, rounded to half float. */
async function expectPixels(folder: string, shot: 0 | 1, choices: Choices): Promise<void> {
  const plate = receivedPlates(folder)[shot]!;
  expect(plate.size).toEqual(CROP);
  expect(plate.files).toHaveLength(3);
  for (const [i, file] of plate.files.entries()) {
    const { pixels } = await readPicture(file);
    const got = Array.from(
      { length: pixels.length / 3 },
      (_, k) => [...pixels.slice(3 * k, 3 * k + 3)] as Pixel,
    );
    const wanted = evaluated(clips[shot], 2 + i, choices);
    // A half has eleven bits: half of the last one is a relative error of 2^-11 at most.
    expect(farthest(got, wanted, 1e-3), file).toBeLessThan(2 ** -11 + 1e-4);
  }
}

/** Paths whose bytes differ between two packages, beside what differs from one publication to the next. */
function changed(folder: string): string[] {
  const [before, after] = [deliveryOf(base), deliveryOf(folder)];
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((path) => before[path] !== after[path])
    .filter((path) => !/^(manifest\.json|report\/|ascmhl\/|cut-list\/)/.test(path))
    .sort();
}

const FRAMES = ['1001', '1002', '1003'].map(
  (n) => `ONE_010_0010_PL01_v001/200x100/ONE_010_0010_PL01_v001.${n}.exr`,
);
const ofPlate = (...endings: string[]) =>
  endings.map((ending) => `ONE_010_0010_PL01_v001/ONE_010_0010_PL01_v001.${ending}`);
const STILL = 'thumbnails/ONE_010_0010_PL01.jpg';

test('both plates are what OpenColorIO makes of their sources, cropped where their framing lies', async () => {
  await expectPixels(base, 0, BASE);
  await expectPixels(base, 1, BASE);
});

test('the same work sent again under another name has the same bytes', async () => {
  expect(changed(await deliver('again', BASE))).toEqual([]);
});

test('one CDL number in the AMF of one clip changes the pixels of its plate and nothing of the other', async () => {
  const choices = { ...BASE, slope: '1.21' };
  const folder = await deliver('slope', choices);
  await expectPixels(folder, 0, choices);
  expect(changed(folder)).toEqual([...FRAMES, ...ofPlate('amf'), STILL].sort());
});

test('one applied flag takes that grade out of the pixels and nothing else', async () => {
  const choices = { ...BASE, isApplied: true };
  const folder = await deliver('applied', choices);
  await expectPixels(folder, 0, choices);
  expect(changed(folder)).toEqual([...FRAMES, ...ofPlate('amf'), STILL].sort());
});

test('one FDL anchor moves the crop of its plate by just that', async () => {
  const choices = { ...BASE, anchorX: 21 };
  const folder = await deliver('anchor', choices);
  await expectPixels(folder, 0, choices);
  expect(changed(folder)).toEqual([...FRAMES, ...ofPlate('fdl'), STILL].sort());
});

test('one CDL number of the cut list changes no plate pixel: the documents that carry it, and those only', async () => {
  const folder = await deliver('listed', { ...BASE, listed: { ...PLAIN, slope: [0.91, 1, 1] } });
  expect(changed(folder)).toEqual(['cdl/plates.ccc', ...ofPlate('cc', 'cdl')].sort());
});

test('a loose .cc for the shot goes before the cut list, and the report says that they differ', async () => {
  const look = join(at.folder, 'ONE_010_0010.cc');
  writeFileSync(look, writeCc({ id: 'ONE_010_0010', cdl: { ...PLAIN, slope: [0.8, 1, 1] } }));
  const folder = await deliver('loose', BASE, ['--look', look]);
  expect(changed(folder)).toEqual(
    ['cdl/given/ONE_010_0010.cc', 'cdl/plates.ccc', ...ofPlate('cc', 'cdl')].sort(),
  );
  expect(readFileSync(join(folder, ofPlate('cc')[0]!), 'utf8')).toContain('<Slope>0.8 1 1</Slope>');
  const report = JSON.parse(readFileSync(join(folder, 'report/report.json'), 'utf8'));
  const conflicts = JSON.stringify(report).match(
    /graded differently by the cut list and by ONE_010_0010\.cc/g,
  );
  expect(conflicts).not.toBeNull();
});

test('a revision with another AMF is delivered again although the cut is the same', async () => {
  const again = join(at.folder, 'sent-base');
  const amf = join(again, `${clips[0].clipName}.amf`);
  copyFileSync(amf, join(dirname(amf), 'before.amf'));
  writeFileSync(amf, amfOf(clips[0], { ...BASE, slope: '1.3' }));
  const sent = await at.command(
    ...['turnover', 'submit', join(again, 'one.edl'), '--production', PRODUCTION, '--name', 'base'],
    ...['--revision', '2', '--handles', '0', '--fdl', join(again, 'one.fdl')],
    ...clips.flatMap(({ clipName }) => ['--amf', join(again, `${clipName}.amf`)]),
  );
  expect(sent.code, sent.stderr).toBe(0);
  const folder = join(at.folder, 'package-base-2');
  expect((await at.command('package', 'export', `${PRODUCTION}/base/2`, folder)).code).toBe(0);
  await expectPixels(folder, 0, { ...BASE, slope: '1.3' });
  expect(receivedPlates(folder)[0]!.folder).toMatch(/_v002\//);
  expect(statSync(join(folder, 'report/delta.json')).isFile()).toBe(true);
});
