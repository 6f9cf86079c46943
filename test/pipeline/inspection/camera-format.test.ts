import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  attributesInForce,
  cameraFormatOf,
  missingAttributes,
} from '../../../pipeline/inspection/camera-format.ts';
import { inputColourSpaceOf } from '../../../pipeline/inspection/input-colour-space.ts';
import type { LearnedRule } from '../../../schemas/camera-format.ts';
import type { InspectedClip } from '../../../schemas/clip.ts';

/** A clip of the given values, each as surely as a maker's own word. */
function clip(values: Record<string, unknown>, confidence = 0.9): InspectedClip {
  const fields = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      { value, source: 'test', sourceTag: 'test', confidence },
    ]),
  );
  return { clipName: 'A001C001', files: [], fields, findings: [] };
}

const PRORES = { family: 'prores', profile: '4444' };

describe('the colour space of decoded pixels', () => {
  test.each([
    [
      { transferFunction: 'LOG-C', exposureIndex: 800, cameraModel: 'ALEXA Mini', codec: PRORES },
      'ARRI LogC3 (EI800)',
    ],
    [{ transferFunction: 'LogC4', exposureIndex: 1600, codec: PRORES }, 'ARRI LogC4'],
    [{ transferFunction: 'LOG-C', exposureIndex: 400, cameraModel: 'ALEXA 35', codec: PRORES }, 'ARRI LogC4'],
    [{ transferFunction: 's-log3-cine', codec: { family: 'h264' } }, 'S-Log3 S-Gamut3.Cine'],
    [
      { transferFunction: 's-log3', colorPrimaries: 's-gamut3', codec: { family: 'h264' } },
      'S-Log3 S-Gamut3',
    ],
    [
      { transferFunction: 's-log3-cine', cameraModel: 'VENICE 2 (MPC-3628)', codec: { family: 'h264' } },
      'S-Log3 Venice S-Gamut3.Cine',
    ],
    [
      { transferFunction: 'Log3G10', colorPrimaries: 'REDWideGamutRGB', codec: PRORES },
      'Log3G10 REDWideGamutRGB',
    ],
    [
      { transferFunction: 'Canon Log 2', colorPrimaries: 'Cinema Gamut', codec: { family: 'h264' } },
      'CanonLog2 CinemaGamut D55',
    ],
    [{ transferFunction: 'Blackmagic Design Film Gen 5', codec: PRORES }, 'BMDFilm WideGamut Gen5'],
    [{ transferFunction: 'V-Log', colorPrimaries: 'V-Gamut', codec: { family: 'h264' } }, 'V-Log V-Gamut'],
    [{ transferFunction: 'Linear', colorPrimaries: 'ACES AP0', codec: { family: 'exr' } }, 'ACES2065-1'],
    [{ codec: { family: 'cinemadng' } }, 'camera-native'],
    // Makers' engines develop straight to ACES2065-1, whatever was monitored.
    [{ codec: { family: 'redcode' }, transferFunction: 'Log3G10' }, 'camera-native'],
    [{ codec: { family: 'x-ocn' }, transferFunction: 'scene-linear' }, 'camera-native'],
  ])('%j is %s', (values, space) => {
    expect(inputColourSpaceOf(clip(values))).toEqual({ space, missing: null });
  });

  test.each([
    [
      { transferFunction: 'LOG-C', exposureIndex: 1600, cameraModel: 'ALEXA Mini', codec: PRORES },
      /EI 800, the clip EI 1600/,
    ],
    [{ transferFunction: 'LOG-C', codec: PRORES }, /none is recorded/],
    [{ transferFunction: 's-log3', codec: { family: 'h264' } }, /which/],
    [{ transferFunction: 'D-Log M', codec: { family: 'hevc' } }, /no space in the config/],
    [{ transferFunction: 'Printing density', codec: { family: 'dpx' } }, /no space in the config/],
    [{ codec: { family: 'dpx' } }, /records no encoding/],
    [{ codec: { family: 'prores-raw' }, transferFunction: 'LogC4' }, /raw/],
  ])('%j is not guessed', (values, why) => {
    expect(inputColourSpaceOf(clip(values))).toMatchObject({
      space: null,
      missing: expect.stringMatching(why),
    });
  });

  test('a tag for viewers decides nothing', () => {
    const tagged = clip({ transferFunction: 'Log3G10', codec: PRORES });
    tagged.fields.colorPrimaries = {
      value: 'BT.709',
      source: 'ffprobe',
      sourceTag: 'color_primaries',
      confidence: 0.25,
    };
    expect(inputColourSpaceOf(tagged).space).toBe('Log3G10 REDWideGamutRGB');
  });

  test('every space that can be named is in the pinned config', () => {
    const config = readFileSync(
      new URL('../../../engine/assets/studio-config-v4.0.0_aces-v2.0_ocio-v2.5.ocio', import.meta.url),
      'utf8',
    );
    const source = readFileSync(
      new URL('../../../pipeline/inspection/input-colour-space.ts', import.meta.url),
      'utf8',
    );
    const named = [...source.matchAll(/found\('([^']+)'\)/g)].map((m) => m[1]!);
    const made = [
      'S-Log3 Venice S-Gamut3.Cine',
      'S-Log3 Venice S-Gamut3',
      'S-Log3 S-Gamut3.Cine',
      'S-Log3 S-Gamut3',
      'CanonLog2 CinemaGamut D55',
      'CanonLog3 CinemaGamut D55',
    ];
    expect(named.length).toBeGreaterThan(6);
    for (const name of [...named, ...made].filter((n) => n !== 'camera-native'))
      expect(config).toContain(`name: ${name}\n`);
  });
});

describe('camera formats', () => {
  const base = {
    cameraLabel: 'A',
    cameraMake: 'ARRI',
    cameraModel: 'ALEXA Mini',
    imageSize: { width: 3200, height: 1800 },
    codec: PRORES,
    transferFunction: 'LOG-C',
    exposureIndex: 800,
  };
  const format = (over: Record<string, unknown> = {}, production = 'AGM') =>
    cameraFormatOf(clip({ ...base, ...over }), production);

  test('clips that decode alike are one', () => {
    expect(format({ whiteBalance: 3200, reelName: 'A001' }).formatId).toBe(
      format({ whiteBalance: 5600, reelName: 'A002' }).formatId,
    );
    expect(format().label).toBe('A: ARRI ALEXA Mini, 3200x1800, prores 4444');
  });

  test.each([
    [{ cameraLabel: 'B' }],
    [{ cameraModel: 'ALEXA LF' }],
    [{ imageSize: { width: 1920, height: 1080 } }],
    [{ codec: { family: 'prores', profile: '422' } }],
    [{ lensSqueeze: { num: 2, den: 1 } }],
    [{ transferFunction: 'LogC4' }],
  ])('%j is another', (over) => {
    expect(format(over).formatId).not.toBe(format().formatId);
  });

  test('another production has its own', () => {
    expect(format({}, 'OTHER').formatId).not.toBe(format().formatId);
  });

  test('an unknown camera gives a format that says what it lacks', () => {
    const unknown = clip({ imageSize: { width: 1920, height: 1080 }, codec: { family: 'h264' } });
    const made = cameraFormatOf(unknown, 'AGM');
    expect(made).toMatchObject({
      cameraMake: null,
      label: 'unknown camera, 1920x1080, h264',
      detected: { inputColorSpace: null },
    });
    expect(missingAttributes(unknown, made)).toMatchObject([
      { code: 'attribute-missing', subject: { kind: 'camera-format', id: made.formatId } },
    ]);
  });

  test('what a person said holds for the format, the last word last', () => {
    const unknown = clip({ codec: { family: 'h264' } });
    const made = cameraFormatOf(unknown, 'AGM');
    const rule = (inputColorSpace: string, at: string): LearnedRule => ({
      version: 1,
      kind: 'learned-rule',
      production: 'AGM',
      formatId: made.formatId,
      attributes: { inputColorSpace },
      who: 'data manager',
      at,
    });
    const rules = [
      rule('Camera Rec.709', '2026-02-02T10:00:00Z'),
      rule('D-Log D-Gamut', '2026-02-01T10:00:00Z'),
      { ...rule('ACEScg', '2026-03-01T10:00:00Z'), formatId: 'another' },
    ];
    expect(attributesInForce(made, rules).inputColorSpace).toBe('Camera Rec.709');
    expect(missingAttributes(unknown, made, rules)).toEqual([]);
  });
});
