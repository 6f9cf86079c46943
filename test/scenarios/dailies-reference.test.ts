import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeCard } from '../../footage/card.ts';
import type { MadeClip } from '../../footage/clip-spec.ts';
import { makeCutList } from '../../footage/cut-list.ts';
import { PackageManifest } from '../../schemas/package.ts';
import type { ReferenceCheck } from '../../schemas/plate-facts.ts';
import { isRefusal } from '../../workflows/refusal.ts';
import {
  cdlLook,
  cdlNodes,
  inputById,
  LOGC4,
  makeAmf,
  outputById,
  REC709,
} from '../standards/amf/make-amf.ts';
import { makeInstallation, type TestInstallation } from '../support/installation.ts';
import { toolPath, toolPaths } from '../support/tools.ts';

const PRODUCTION = 'REF';
const AMF = makeAmf({
  pipeline: `${inputById(LOGC4)}<aces:workingLocation/>${cdlLook({ nodes: cdlNodes({ slope: '1.2 1 0.9' }) })}${outputById(REC709)}`,
});

let at: TestInstallation;
let clip: MadeClip;
let list: string;
let amf: string;
/** What editorial has: the whole clip through the look, with its timecode, as ProRes. */
let dailies: string;

beforeAll(async () => {
  at = await makeInstallation('dailies');
  const card = await makeCard({
    ...{ dir: join(at.folder, 'card'), kind: 'prores', clips: 1, frames: 48, seed: 9, tools: toolPaths() },
    size: { width: 512, height: 288 },
  });
  clip = card.clips[0]!;
  await at.startWorker('control,io,media,render', 2);
  const report = await (await at.rushes.ingestRoll({ production: PRODUCTION, source: card.path })).result();
  if (isRefusal(report)) throw new Error(report.refused.sentence);
  list = cut('cut', 20, 8);
  amf = join(at.folder, 'show.amf');
  writeFileSync(amf, AMF);
  const all = cut('all', 0, 48);
  const proxies = await turnover('all', ['--recipe', 'editorial-proxy'], all);
  dailies = join(proxies, 'REF_010_0010_PL01_v001/REF_010_0010_PL01_v001_prores.mov');
});

afterAll(() => at?.close());

function cut(name: string, first: number, durationFrames: number): string {
  const file = join(at.folder, `${name}.edl`);
  const uses = [{ clip, first, durationFrames, shotName: 'REF_010_0010' }];
  writeFileSync(file, makeCutList({ title: name, rate: { num: 24, den: 1 }, uses }).edl);
  return file;
}

async function turnover(name: string, more: string[], edl = list): Promise<string> {
  const sent = await at.command(
    ...['turnover', 'submit', edl, '--production', PRODUCTION, '--name', name, '--handles', '0'],
    ...['--amf', amf, ...more],
  );
  expect(sent.code, sent.stderr).toBe(0);
  const folder = join(at.folder, `package-${name}`);
  expect((await at.command('package', 'export', `${PRODUCTION}/${name}/1`, folder)).code).toBe(0);
  return folder;
}

/** The dailies changed by filters of FFmpeg, under the clip's name in a folder of its own. */
function changed(name: string, filter: string): string {
  const folder = join(at.folder, name);
  mkdirSync(folder);
  const file = join(folder, `${clip.clipName}.mov`);
  const codec = ['-c:v', 'prores_ks', '-profile:v', '0'];
  const args = ['-v', 'error', '-i', dailies, '-vf', filter, '-an', ...codec];
  execFileSync(toolPath('ffmpeg'), [...args, '-timecode', '10:15:00:00', file].filter(Boolean));
  return folder;
}

async function compared(name: string, reference: string, more: string[] = []) {
  const folder = await turnover(name, ['--reference', reference, ...more]);
  const manifest = PackageManifest.parse(JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')));
  const page = readFileSync(join(folder, 'report/report.html'), 'utf8');
  const codes = manifest.findings
    .map(({ code }) => code)
    .filter((code) => /^(reference|document-unused)/.test(code));
  const [check] = manifest.plates[0]!.references ?? [];
  return { check: check as ReferenceCheck, codes, page, findings: manifest.findings };
}

test('a plate seen through its AMF is as the dailies show it, frame by frame, and the report says so', async () => {
  const { check, codes, page } = await compared('same', changed('same', 'null'));
  expect(codes).toEqual([]);
  expect(check).toMatchObject({
    kind: 'movie',
    frames: [20, 23, 27],
    slipFrames: 0,
    framingOffset: null,
    agrees: true,
  });
  expect(check.deltaItp.mean).toBeLessThan(3);
  expect(page).toContain(`as ${clip.clipName}.mov: ΔE ITP`);
});

test('dailies that run three frames late are found, by how much and which way', async () => {
  const late = changed('late', 'tpad=start=3:start_mode=clone');
  const { check, codes, findings } = await compared('late', late);
  expect(check.slipFrames).toBe(3);
  expect(codes).toEqual(['reference-slipped']);
  expect(findings.find(({ code }) => code === 'reference-slipped')!.forPeople).toMatch(/3 frames later/);
});

test('dailies that lie elsewhere are found, near and far', async () => {
  for (const [name, pixels] of [
    ['near', 4],
    ['far', 12],
  ] as const) {
    const filter = `crop=iw-${pixels}:ih:0:0,pad=iw+${pixels}:ih:${pixels}:0:color=gray`;
    const { check, codes } = await compared(name, changed(name, filter));
    expect(codes, JSON.stringify(check)).toEqual(['reference-framing-differs']);
    expect(Math.abs(check.framingOffset!.x - pixels), JSON.stringify(check)).toBeLessThan(pixels / 3);
    expect(Math.abs(check.framingOffset!.y)).toBeLessThan(2);
  }
});

test('log plates in DPX are compared too, through their log', async () => {
  const { check, codes } = await compared('dpx', changed('dpx', 'null'), ['--recipe', 'dpx-log']);
  expect(codes, JSON.stringify(check)).toEqual([]);
  expect(check).toMatchObject({ kind: 'movie', slipFrames: 0, framingOffset: null, agrees: true });
  const late = await compared('dpx-late', changed('dpx-late', 'tpad=start=2:start_mode=clone'), [
    ...['--recipe', 'dpx-log'],
  ]);
  expect([late.check.slipFrames, late.codes]).toEqual([2, ['reference-slipped']]);
});

test('a still of the dailies is found among the frames of the cut, and a still of another grade is told', async () => {
  const still = (name: string, filter: string) => {
    const folder = join(at.folder, name);
    mkdirSync(folder);
    const frame = `select=eq(n\\,27),${filter},zscale=matrixin=709:rangein=limited:matrix=170m:range=full,format=yuvj444p`;
    const to = ['-frames:v', '1', '-q:v', '2', join(folder, `${clip.clipName}.jpg`)];
    execFileSync(toolPath('ffmpeg'), ['-v', 'error', '-i', dailies, '-vf', frame, ...to]);
    return folder;
  };
  const same = await compared('still', still('still', 'null'));
  expect(same.codes, JSON.stringify(same.check)).toEqual([]);
  expect(same.check).toMatchObject({ kind: 'still', frames: [27], slipFrames: null, agrees: true });
  const graded = await compared('still-graded', still('still-graded', 'lutyuv=y=val*1.1'));
  expect(graded.codes, JSON.stringify(graded.check)).toEqual(['reference-colour-differs']);
});

test('dailies that are both enlarged and moved are told so', async () => {
  const filter = 'scale=iw*1.15:-2,crop=512:288:(iw-512)/2-14:(ih-288)/2';
  const { codes, check, findings } = await compared('zoomed', changed('zoomed', filter));
  expect(codes, JSON.stringify(check)).toEqual(['reference-framing-differs']);
  expect(Math.abs(check.scale! - 1.15), JSON.stringify(check)).toBeLessThan(0.03);
  expect(Math.abs(check.framingOffset!.x - 14)).toBeLessThan(6);
  expect(findings.find(({ code }) => code === 'reference-framing-differs')!.forPeople).toContain(
    'times as large',
  );
});

test('dailies with a letterbox are compared by their picture', async () => {
  const { codes, check } = await compared('letterbox', changed('letterbox', 'pad=iw:ih+64:0:32:color=black'));
  expect(codes, JSON.stringify(check)).toEqual([]);
});

test('dailies with another grade are found, and how they differ', async () => {
  const { codes, findings } = await compared('brighter', changed('brighter', 'lutyuv=y=val*1.08'));
  expect(codes).toEqual(['reference-colour-differs']);
  expect(findings.find(({ code }) => code === 'reference-colour-differs')!.forPeople).toMatch(/ΔE ITP/);
});
