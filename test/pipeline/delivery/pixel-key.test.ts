import { describe, expect, it } from 'vitest';
import { plateColour } from '../../../pipeline/delivery/colour.ts';
import { fullSourceGeometry } from '../../../pipeline/delivery/geometry.ts';
import { frameObjectName, pixelKey } from '../../../pipeline/delivery/pixel-key.ts';
import { findRecipe } from '../../../pipeline/delivery/recipes.ts';
import { plateJob } from '../../../pipeline/delivery/segment-job.ts';
import { workKey } from '../../../pipeline/delivery/work-key.ts';
import type { PlateSpec } from '../../../schemas/recipe.ts';
import type { SegmentJob } from '../../../schemas/segment-job.ts';
import { makeClipSource, makePlannedPlate } from './clip-source-fixture.ts';

const source = makeClipSource();
const job: SegmentJob = plateJob({
  source,
  plate: makePlannedPlate(),
  spec: findRecipe('vfx-plates').deliverables[0] as PlateSpec,
  colour: plateColour(source, 'ACES2065-1').colour!,
  geometry: fullSourceGeometry(source).geometry,
});
const versions = { open: '1', ffmpeg: '5.1.9' };

function changed(change: (copy: any) => void): SegmentJob {
  const copy = structuredClone(job);
  change(copy);
  return copy;
}

describe('the pixel key', () => {
  it('is a lower-case sha256', () => expect(pixelKey(job, versions)).toMatch(/^[0-9a-f]{64}$/));

  it.each<[string, (copy: any) => void]>([
    ['frame range', (j) => (j.frames = { first: 0, last: 5 })],
    ['catalogue id', (j) => (j.clip.clipId = 'other')],
    ['frame count of the clip', (j) => (j.clip.frameCount = 7)],
    [
      'bucket, key, site and version of a source',
      (j) => Object.assign(j.sources[0], { bucket: 'b', key: 'k', site: 's', versionId: 'v' }),
    ],
  ])('does not depend on the %s', (_what, change) => {
    expect(pixelKey(changed(change), versions)).toBe(pixelKey(job, versions));
  });

  it.each<[string, (copy: any) => void]>([
    ['source bytes', (j) => (j.sources[0].xxh128 = 'b'.repeat(32))],
    ['source name', (j) => (j.sources[0].name = 'other.mov')],
    ['frame rate', (j) => (j.clip.frameRate = { num: 25, den: 1 })],
    ['decode range', (j) => (j.decode.range = 'full')],
    ['crop', (j) => (j.geometry.crop.y = 2)],
    ['config digest', (j) => (j.colour.configSha256 = 'c')],
    ['colour step', (j) => (j.colour.steps[0].from = 'ARRI LogC3 (EI800)')],
    ['header timecode', (j) => (j.output.header.startTimecode = '10:00:00:01')],
    ['header string', (j) => (j.output.header.strings.cameraMake = 'Sony')],
    ['compression', (j) => (j.output.compression = 'piz')],
    ['compressor level', (j) => (j.output.zipLevel = 5)],
    ['route', (j) => (j.route = 'reference')],
    ['engine', (j) => (j.engine = 'flapi')],
  ])('changes with the %s', (_what, change) => {
    expect(pixelKey(changed(change), versions)).not.toBe(pixelKey(job, versions));
  });

  it('changes with a tool version, not with the order in which versions are told', () => {
    expect(pixelKey(job, { ...versions, ffmpeg: '9' })).not.toBe(pixelKey(job, versions));
    expect(pixelKey(job, { ffmpeg: '5.1.9', open: '1' })).toBe(pixelKey(job, versions));
  });

  it('names a frame by its source frame in 8 digits', () => expect(frameObjectName(42)).toBe('00000042.exr'));
});

describe('the work key of what is made whole', () => {
  it('includes the range, but not where the sources lie', () => {
    const elsewhere = changed((j) => Object.assign(j.sources[0], { bucket: 'b', key: 'k' }));
    expect(workKey(elsewhere, versions)).toBe(workKey(job, versions));
    expect(
      workKey(
        changed((j) => (j.frames.last = 50)),
        versions,
      ),
    ).not.toBe(workKey(job, versions));
  });
});
