import { describe, expect, it } from 'vitest';
import { plateColour } from '../../../pipeline/delivery/colour.ts';
import { fullSourceGeometry } from '../../../pipeline/delivery/geometry.ts';
import { pixelKey } from '../../../pipeline/delivery/pixel-key.ts';
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

/** The job with the value at a dotted path replaced. */
function changed(changes: Record<string, unknown>): SegmentJob {
  const copy = structuredClone(job);
  for (const [path, value] of Object.entries(changes)) {
    const names = path.split('.');
    const last = names.pop()!;
    const parent = names.reduce<Record<string, unknown>>(
      (at, name) => at[name] as Record<string, unknown>,
      copy,
    );
    parent[last] = value;
  }
  return copy;
}

describe('the pixel key', () => {
  it('is a lower-case sha256', () => expect(pixelKey(job, versions)).toMatch(/^[0-9a-f]{64}$/));

  it.each<[string, Record<string, unknown>]>([
    ['frame range', { frames: { first: 0, last: 5 } }],
    ['catalogue id', { 'clip.clipId': 'other' }],
    ['frame count of the clip', { 'clip.frameCount': 7 }],
    [
      'bucket, key, site and version of a source',
      { 'sources.0.bucket': 'b', 'sources.0.key': 'k', 'sources.0.site': 's', 'sources.0.versionId': 'v' },
    ],
  ])('does not depend on the %s', (_what, change) => {
    expect(pixelKey(changed(change), versions)).toBe(pixelKey(job, versions));
  });

  it.each<[string, Record<string, unknown>]>([
    ['source bytes', { 'sources.0.xxh128': 'b'.repeat(32) }],
    ['source name', { 'sources.0.name': 'other.mov' }],
    ['frame rate', { 'clip.frameRate': { num: 25, den: 1 } }],
    ['decode range', { 'decode.range': 'full' }],
    ['crop', { 'geometry.crop.y': 2 }],
    ['config digest', { 'colour.configSha256': 'c' }],
    ['colour step', { 'colour.steps.0.from': 'ARRI LogC3 (EI800)' }],
    ['header timecode', { 'output.header.startTimecode': '10:00:00:01' }],
    ['header string', { 'output.header.strings.cameraMake': 'Sony' }],
    ['compression', { 'output.compression': 'piz' }],
    ['compressor level', { 'output.zipLevel': 5 }],
    ['route', { route: 'reference' }],
    ['engine', { engine: 'flapi' }],
  ])('changes with the %s', (_what, change) => {
    expect(pixelKey(changed(change), versions)).not.toBe(pixelKey(job, versions));
  });

  it('changes with a tool version, not with the order in which versions are told', () => {
    expect(pixelKey(job, { ...versions, ffmpeg: '9' })).not.toBe(pixelKey(job, versions));
    expect(pixelKey(job, { ffmpeg: '5.1.9', open: '1' })).toBe(pixelKey(job, versions));
  });
});

describe('the work key of what is made whole', () => {
  it('includes the range, but not where the sources lie', () => {
    const elsewhere = changed({ 'sources.0.bucket': 'b', 'sources.0.key': 'k' });
    expect(workKey(elsewhere, versions)).toBe(workKey(job, versions));
    expect(workKey(changed({ 'frames.last': 50 }), versions)).not.toBe(workKey(job, versions));
  });
});
