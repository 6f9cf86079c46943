import { describe, expect, it } from 'vitest';
import { plateColour, proxyColour } from '../../../pipeline/delivery/colour.ts';
import { fullSourceGeometry } from '../../../pipeline/delivery/geometry.ts';
import { findRecipe } from '../../../pipeline/delivery/recipes.ts';
import { cutJob, plateJob, proxyJob, proxySize } from '../../../pipeline/delivery/segment-job.ts';
import type { PlateSpec, ProxySpec } from '../../../schemas/recipe.ts';
import { SegmentJob } from '../../../schemas/segment-job.ts';
import { makeClipSource, makePlannedPlate } from './clip-source-fixture.ts';

const spec = findRecipe('vfx-plates').deliverables[0] as PlateSpec;
const DISPLAY = { display: 'Rec.1886 Rec.709 - Display', view: 'ACES 2.0 - SDR 100 nits (Rec.709)' };

function job(fields: Record<string, unknown> = {}) {
  const source = makeClipSource(fields);
  const { colour } = plateColour(source, 'ACES2065-1');
  const { geometry } = fullSourceGeometry(source);
  return plateJob({ source, plate: makePlannedPlate(), spec, colour: colour!, geometry });
}

describe('the job of a plate', () => {
  it('is a segment job by its schema, over the plate with its handles', () => {
    const parsed = SegmentJob.parse(job());
    expect(parsed.frames).toEqual({ first: 20, last: 51 });
    expect(parsed.decode).toMatchObject({
      codec: 'prores',
      container: 'mov',
      matrix: 'bt709',
      range: 'limited',
    });
    expect(parsed.colour.steps).toEqual([{ kind: 'convert', from: 'ARRI LogC4', to: 'ACES2065-1' }]);
    expect(parsed.output).toMatchObject({
      kind: 'exr',
      compression: 'zip',
      header: { reelName: 'A001R1AB' },
    });
  });

  it('never names the shot, so that two shots share a frame', () => {
    expect(JSON.stringify(job())).not.toMatch(/SHOT_010|PL01/);
  });

  it('refuses a clip without frame rate or frame count', () => {
    expect(() => job({ frameRate: null })).toThrow(/has no frameRate/);
    expect(() => job({ frameCount: null })).toThrow(/has no frameCount/);
  });

  it('cuts to a segment within its range only', () => {
    expect(cutJob(job(), { first: 24, last: 47 }).frames).toEqual({ first: 24, last: 47 });
    expect(() => cutJob(job(), { first: 0, last: 47 })).toThrow(/not within/);
  });
});

describe('colour where nobody sent an AMF', () => {
  it('is the camera input transform alone, and says so', () => {
    const { findings } = plateColour(makeClipSource(), 'ACES2065-1');
    expect(findings.map((f) => f.code)).toEqual(['colour-default']);
  });

  it('is refused where nobody knows the input transform: bt709 tags and an S-Log3 without gamut decide nothing', () => {
    for (const fields of [
      { transferFunction: 'bt709' },
      { transferFunction: 'S-Log3' },
      { transferFunction: null },
    ]) {
      const { colour, findings } = plateColour(makeClipSource(fields), 'ACES2065-1');
      expect(colour).toBeNull();
      expect(findings.map((f) => f.code)).toEqual(['input-transform-missing']);
    }
  });

  it('takes the camera format before what the clip records', () => {
    const source = { ...makeClipSource(), cameraFormat: { inputColorSpace: 'ARRI LogC3 (EI800)' } };
    expect(plateColour(source, 'ACEScg').colour?.steps).toEqual([
      { kind: 'convert', from: 'ARRI LogC3 (EI800)', to: 'ACEScg' },
    ]);
  });

  it('applies nothing to pixels that are in the delivered space already', () => {
    const source = makeClipSource({ transferFunction: 'linear', colorPrimaries: 'AP0' });
    expect(plateColour(source, 'ACES2065-1').colour?.steps).toEqual([]);
  });

  it('starts at ACES2065-1 for raw that is developed there', () => {
    const source = makeClipSource({ transferFunction: 'linear', colorPrimaries: 'camera native' });
    expect(plateColour(source, 'ACEScg').colour).toMatchObject({
      decodedSpace: 'camera-native',
      steps: [{ kind: 'convert', from: 'ACES2065-1', to: 'ACEScg' }],
    });
  });

  it('shows a proxy through the recipe display and view', () => {
    expect(proxyColour(makeClipSource(), DISPLAY).colour).toMatchObject({
      steps: [{ kind: 'display', from: 'ARRI LogC4', ...DISPLAY }],
      outputSpace: DISPLAY.display,
    });
  });
});

describe('the job of a proxy', () => {
  const proxy: ProxySpec = {
    kind: 'proxy',
    name: 'proxy',
    codec: 'prores-proxy',
    container: 'mov',
    maxWidth: 1920,
    ...DISPLAY,
    burnIns: true,
    naming: '{shot}_{plate}_v{version}',
  };

  it('carries timecode, reel and burn-ins, in even square pixels', () => {
    const source = makeClipSource({ lensSqueeze: { num: 2, den: 1 } });
    const { geometry } = fullSourceGeometry(source);
    const made = proxyJob({
      source,
      plate: makePlannedPlate(),
      spec: proxy,
      colour: proxyColour(source, DISPLAY).colour!,
      geometry,
      startTimecode: '10:00:00:20',
    });
    expect(SegmentJob.parse(made).output).toMatchObject({
      kind: 'movie',
      reelName: 'A001R1AB',
      startTimecode: '10:00:00:20',
      size: { width: 1920, height: 506 },
    });
  });

  it('is never larger than its picture', () => {
    const { geometry } = fullSourceGeometry(makeClipSource({ imageSize: { width: 1280, height: 720 } }));
    expect(proxySize(geometry, 1920)).toEqual({ width: 1280, height: 720 });
  });
});
