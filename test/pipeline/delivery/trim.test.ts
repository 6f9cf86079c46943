import { describe, expect, it } from 'vitest';
import { composePackage } from '../../../pipeline/delivery/compose-package.ts';
import { forecastTrims } from '../../../pipeline/delivery/forecast-trim.ts';
import { packageContent, packageManifest } from '../../../pipeline/delivery/package.ts';
import { preparePlate } from '../../../pipeline/delivery/prepare-plate.ts';
import { findRecipe } from '../../../pipeline/delivery/recipes.ts';
import { verifyTrims } from '../../../pipeline/delivery/verify-trims.ts';
import type { MadeTrim } from '../../../schemas/trim.ts';
import type { TurnoverPlan } from '../../../schemas/turnover.ts';
import { makeClipSource, makePlannedPlate } from './clip-source-fixture.ts';
import { makePackageInput } from './packaged-plate-fixture.ts';

type Source = ReturnType<typeof makeClipSource>;

const recipe = findRecipe('trimmed-ocf');

/** A clip of frame files 0 to 99 with a sidecar, `without` some of them. */
function sequence(without: number[] = []): Source {
  const source = makeClipSource({ container: 'DPX' });
  const frames = Array.from({ length: 100 }, (_, frame) => frame).filter((frame) => !without.includes(frame));
  const name = (frame: number) => `B001/CLIP/B001.${String(86400 + frame).padStart(7, '0')}.dpx`;
  const files = [
    ...frames.map((frame) => ({ path: name(frame), role: 'frame' as const, frame })),
    { path: 'B001/CLIP/B001.xml', role: 'sidecar' as const },
    { path: 'B001/PROXY/B001.mov', role: 'proxy' as const },
  ];
  const objects = files.map(({ path }, i) => ({
    path,
    object: {
      site: 'local',
      bucket: 'local-ocf',
      key: `p/20240101/${path}`,
      versionId: `v${i}`,
      sizeBytes: 10 + i,
      xxh128: String(i).padStart(32, '0'),
    },
  }));
  return { ...source, clip: { ...source.clip, files }, objects };
}

function packaged(source: Source, made: Partial<MadeTrim> = {}) {
  const planned = makePlannedPlate();
  const prepared = preparePlate({
    turnover: 't',
    plate: planned,
    source,
    recipe,
    amfs: [],
    fingerprint: {},
  });
  const [plate] = makePackageInput().plates;
  const trims = [{ name: 'trim', made: null, findings: [], ...made }];
  const input = makePackageInput({
    recipe,
    plates: [{ planned, source, prepared, made: { ...plate!.made, sequences: [], movies: [], trims } }],
  });
  const content = packageContent(input);
  return { prepared, input, content, manifest: packageManifest(input, content, input.documents) };
}

describe('a trim of a numbered sequence', () => {
  it('hands over the frames of the range and the sidecar as they lie, under the names the camera gave', () => {
    const { prepared, content, manifest } = packaged(sequence());
    expect(prepared.deliverables).toEqual([]);
    expect(prepared.trims?.[0]?.job).toBeNull();
    const frames = content.entries.filter(({ role }) => role === 'trim');
    expect(frames).toHaveLength(32);
    expect(frames[0]).toEqual({
      path: 'SHOT_010_PL01_v001/B001.0086420.dpx',
      bucket: 'local-ocf',
      key: 'p/20240101/B001/CLIP/B001.0086420.dpx',
      versionId: 'v20',
      sizeBytes: 30,
      xxh128: '20'.padStart(32, '0'),
      role: 'trim',
    });
    expect(content.entries.map(({ path }) => path)).toContain('SHOT_010_PL01_v001/B001.xml');
    expect(content.entries).toHaveLength(33);
    expect(content.trims[0]).toMatchObject({
      method: 'frames',
      frames: { count: 32, firstSourceFrame: 20 },
      startTimecode: '10:00:00:20',
    });
    expect(content.findings).toEqual([]);
    expect(verifyTrims(manifest)).toEqual([]);
  });

  it('names the frames that the clip does not have, and the check of the package sees it too', () => {
    const { content, manifest } = packaged(sequence([30, 31]));
    expect(content.findings).toMatchObject([{ code: 'frame-missing', technical: { missing: [30, 31] } }]);
    expect(verifyTrims(manifest)).toMatchObject([{ code: 'frame-count-mismatch' }]);
  });

  it('is found out when a file of it is not the original it says it is', () => {
    const { manifest } = packaged(sequence());
    const entry = manifest.entries.find(({ role }) => role === 'trim')!;
    entry.xxh128 = 'f'.repeat(32);
    expect(verifyTrims(manifest)).toMatchObject([{ code: 'hash-mismatch', subject: { path: entry.path } }]);
  });

  it('is refused when an original of the range is not in the store', () => {
    const source = sequence();
    const objects = source.objects.filter(({ path }) => !path.includes('0086425'));
    expect(() => packaged({ ...source, objects })).toThrow(/0086425.dpx .*not in the store/);
  });
});

describe('the forecast of a finishing pull', () => {
  it('counts the bytes of the originals in the range, and nothing to render', () => {
    const plan = { plates: [makePlannedPlate()] } as TurnoverPlan;
    const files = forecastTrims(plan, () => sequence());
    const bytes = Array.from({ length: 32 }, (_, i) => 30 + i).reduce((sum, size) => sum + size, 0);
    expect(files).toMatchObject({ frames: 32, framesToRender: 0, coreHours: 0, bytes });
    const movie = makeClipSource();
    movie.objects[0]!.object.sizeBytes = 1000;
    expect(forecastTrims(plan, () => movie).bytes).toBe(320);
  });
});

describe('a trim of a movie', () => {
  it('is one stream copy of the range, with the timecode of its first frame', () => {
    const { prepared } = packaged(makeClipSource());
    expect(prepared.trims?.[0]?.job).toMatchObject({
      frames: { first: 20, last: 51 },
      startTimecode: '10:00:00:20',
      clip: { startTimecode: '10:00:00:00' },
    });
  });

  it('has another work key for another range, and the same for the same', () => {
    const key = (last: number) => {
      const plate = { ...makePlannedPlate(), sourceFrames: { first: 20, last } };
      const source = makeClipSource();
      const { trims } = preparePlate({ turnover: 't', plate, source, recipe, amfs: [], fingerprint: {} });
      return trims![0]!.contentKey;
    };
    expect(key(51)).toBe(key(51));
    expect(key(52)).not.toBe(key(51));
  });

  it('is delivered under the original file name, from where the cut was made', () => {
    const made = { key: 'made/k/x.mov', sizeBytes: 7, xxh128: 'c'.repeat(32), frameCount: 32 };
    const { content, manifest, input } = packaged(makeClipSource(), { made });
    expect(content.entries).toEqual([
      {
        path: 'SHOT_010_PL01_v001/A001C001_240101_R1AB.mov',
        bucket: 'local-work',
        key: 'made/k/x.mov',
        sizeBytes: 7,
        xxh128: 'c'.repeat(32),
        role: 'trim',
      },
    ]);
    expect(verifyTrims(manifest)).toEqual([]);
    const page = composePackage(input).documents.find(({ path }) => path === 'report/report.html');
    expect(String(page?.text)).toContain('cut without decoding');
  });

  it('goes whole where its container cannot be cut, and where it was recorded as several files', () => {
    const raw = packaged(makeClipSource({ container: 'R3D' }));
    expect(raw.prepared.trims?.[0]).toMatchObject({ job: null, why: expect.stringContaining('R3D') });
    expect(raw.content.trims[0]).toMatchObject({
      method: 'whole-file',
      frames: { count: 100, firstSourceFrame: 0 },
    });
    expect(raw.content.entries[0]).toMatchObject({ bucket: 'local-ocf', role: 'trim' });
  });

  it('is the original itself where the range is all of it', () => {
    const source = makeClipSource({ frameCount: 32 });
    const plate = { ...makePlannedPlate(), sourceFrames: { first: 0, last: 31 } };
    const { trims } = preparePlate({ turnover: 't', plate, source, recipe, amfs: [], fingerprint: {} });
    expect(trims?.[0]).toMatchObject({ job: null, why: null });
  });
});
