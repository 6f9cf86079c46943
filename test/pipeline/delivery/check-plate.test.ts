import { describe, expect, it } from 'vitest';
import { checkPlate, framesToSample, type SampledFrame } from '../../../pipeline/delivery/check-plate.ts';
import type { FrameFacts } from '../../../pipeline/delivery/frame-facts.ts';
import { packageContent } from '../../../pipeline/delivery/package.ts';
import { makeClipSource, makePlannedPlate } from './clip-source-fixture.ts';
import { makePackageInput } from './packaged-plate-fixture.ts';

const LIGHT = { min: 0, max: 3 };
const BLACK = { min: 0, max: 0 };
const PICTURE = { min: 0.1, max: 0.7 };

function header(timecode: string, width = 4096, height = 2160): FrameFacts {
  return {
    format: 'exr',
    size: `${width}x${height}`,
    timecode,
    ...{
      compression: null,
      reelName: null,
      framesPerSecond: null,
      chromaticities: null,
      pixelAspectRatio: null,
    },
  };
}

function sample(frame: number, timecode: string, other: Partial<SampledFrame> = {}): SampledFrame {
  return { frame, header: header(timecode), made: LIGHT, original: null, ...other };
}

/** The fixture's plate: source frames 20 to 51 of a clip that starts at 10:00:00:00, 24 frames a second. */
function checked(samples: SampledFrame[], without: number[] = []) {
  const [plate] = makePackageInput().plates;
  const frames = plate!.made.sequences[0]!.frames.filter(({ frame }) => !without.includes(frame));
  return checkPlate(makePlannedPlate(), makeClipSource(), plate!.prepared.deliverables[0]!, frames, samples);
}

const GOOD = [sample(20, '10:00:00:20'), sample(36, '10:00:01:12'), sample(51, '10:00:02:03')];

describe('the check of a made plate against its source', () => {
  it('has nothing to say of a good one', () => {
    expect(checked(GOOD)).toEqual([]);
  });

  it('finds a plate that is one frame late by its timecode, and says which must stand there', () => {
    const late = checked([sample(20, '10:00:00:21'), sample(51, '10:00:02:04')]);
    expect(late.map(({ code }) => code)).toEqual(['header-mismatch', 'header-mismatch']);
    expect(late[0]!.technical).toMatchObject({ wanted: '10:00:00:20', got: '10:00:00:21', frame: 20 });
  });

  it('finds a picture of another size', () => {
    const [found] = checked([{ ...GOOD[0]!, header: header('10:00:00:20', 2048, 1080) }]);
    expect(found).toMatchObject({
      code: 'header-mismatch',
      technical: { wanted: '4096x2160', got: '2048x1080' },
    });
  });

  it('finds a hole, and names its first frame', () => {
    expect(checked(GOOD, [33])).toMatchObject([
      { code: 'frame-count-mismatch', technical: { missing: [33] } },
    ]);
  });

  it('finds a plate that is black though its source is not', () => {
    const black = GOOD.map((one) => ({ ...one, made: BLACK, original: PICTURE }));
    expect(checked(black)).toMatchObject([{ code: 'plate-black', subject: { id: 'SHOT_010_PL01' } }]);
  });

  it('lets a plate be black where the camera saw nothing, where one frame is not, and where nobody can tell', () => {
    const capped = GOOD.map((one) => ({ ...one, made: BLACK, original: { min: 0.093, max: 0.098 } }));
    expect(checked(capped)).toEqual([]);
    expect(checked([{ ...GOOD[0]!, made: BLACK, original: PICTURE }, GOOD[1]!])).toEqual([]);
    expect(checked(GOOD.map((one) => ({ ...one, made: null })))).toEqual([]);
  });

  it('is told in the package that the plate goes into', () => {
    const late = checked([sample(20, '10:00:00:21')]);
    const input = makePackageInput();
    input.plates[0]!.made.findings = late;
    expect(packageContent(input).findings).toContainEqual(late[0]);
  });

  it('looks at the first, the middle and the last frame, and at one frame once', () => {
    const frames = [3, 1, 2, 0, 4].map((frame) => ({ frame, key: 'k', sizeBytes: 1, xxh128: 'x' }));
    expect(framesToSample(frames).map(({ frame }) => frame)).toEqual([0, 2, 4]);
    expect(framesToSample(frames.slice(0, 1)).map(({ frame }) => frame)).toEqual([3]);
    expect(framesToSample([])).toEqual([]);
  });
});
