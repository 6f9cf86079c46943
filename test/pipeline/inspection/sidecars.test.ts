import { describe, expect, test } from 'vitest';
import { inspectBytes, values } from './inspect-bytes.ts';

const r = (num: number, den = 1) => ({ num, den });

describe('DJI captions', () => {
  const caption = (n: number, settings: string) =>
    `${n}\n00:00:0${n},000 --> 00:00:0${n},033\n<font size="36">FrameCnt : ${n}\n2022-08-07 13:40:4${n},774\n${settings}</font>\n`;

  test('tell the first frame, and the range of what changes over the take', async () => {
    const srt = [
      caption(1, '[iso : 100] [shutter : 1/80.0] [fnum : 280] [ct : 5744] [focal_len : 240]'),
      caption(2, '[iso : 100] [shutter : 1/160.0] [fnum : 280] [ct : 5744] [focal_len : 240]'),
      caption(3, '[iso : 400] [shutter : 1/160.0] [fnum : 280] [ct : 5744] [focal_len : 240]'),
    ].join('\n');
    const clip = await inspectBytes({ 'DJI_0001.SRT': Buffer.from(srt) });
    expect(clip.fields.isoSpeed).toMatchObject({ value: 100, range: { min: 100, max: 400 } });
    expect(clip.fields.exposureTime).toMatchObject({ value: 1 / 80, range: { min: 1 / 160, max: 1 / 80 } });
    expect(values(clip, 'fStop', 'focalLength', 'whiteBalance')).toEqual({
      fStop: 2.8,
      focalLength: 24,
      whiteBalance: 5744,
    });
    expect(clip.fields.fStop).not.toHaveProperty('range');
  });

  test.each([
    ['GPS(131.1660,-25.2088,14) BAROMETER:0.0\nISO:100 Shutter:60 EV: Fnum:2.2', -25.2088, 131.166],
    ['GPS(36.6146,-6.1120,0.0M) BAROMETER:0.3M', 36.6146, -6.112],
    ['[iso : 100] [latitude : 0.5] [longtitude : -1.9] [altitude: 12.5]', 0.5, -1.9],
  ])('place of %s', async (words, latitude, longitude) => {
    const clip = await inspectBytes({ 'DJI_0001.SRT': Buffer.from(caption(1, words)) });
    expect(clip.fields.gps?.value).toMatchObject({ latitude, longitude });
  });
});

describe('an OpenTrackIO sample beside a clip', () => {
  const sample = {
    protocol: { name: 'OpenTrackIO', version: [0, 9, 3] },
    static: {
      camera: {
        make: 'Maker',
        model: 'M1',
        captureFrameRate: { num: 24000, denom: 1001 },
        anamorphicSqueeze: { num: 2, denom: 1 },
        isoSpeed: 800,
      },
      lens: { model: 'L50', nominalFocalLength: 50 },
    },
    lens: { tStop: 2.8, focusDistance: 3.5 },
    timing: {
      timecode: {
        hours: 23,
        minutes: 59,
        seconds: 58,
        frames: 2,
        frameRate: { num: 30000, denom: 1001 },
        dropFrame: true,
      },
    },
  };

  test('gives camera, lens and timecode with its own rate and counting', async () => {
    const clip = await inspectBytes({ 'A001C001.json': Buffer.from(JSON.stringify(sample)) });
    expect(
      values(
        clip,
        'cameraModel',
        'captureRate',
        'lensSqueeze',
        'isoSpeed',
        'focalLength',
        'tStop',
        'focusDistance',
      ),
    ).toEqual({
      cameraModel: 'M1',
      captureRate: r(24000, 1001),
      lensSqueeze: r(2),
      isoSpeed: 800,
      focalLength: 50,
      tStop: 2.8,
      focusDistance: 3.5,
    });
    expect(clip.fields.startTimecode).toMatchObject({ value: '23:59:58;02', dropFrame: true });
  });

  test('that leaves out or spoils its parts gives what is left', async () => {
    const spoiled = {
      ...sample,
      static: { camera: { isoSpeed: 'x', captureFrameRate: { num: 1, denom: 0 } } },
      timing: 4,
    };
    const clip = await inspectBytes({ 'A001C001.json': Buffer.from(JSON.stringify(spoiled)) });
    expect(values(clip, 'isoSpeed', 'captureRate', 'startTimecode', 'tStop')).toEqual({
      isoSpeed: null,
      captureRate: null,
      startTimecode: null,
      tStop: 2.8,
    });
  });
});

test("RED's look file speaks of the look alone: what a person set is no value of the camera", async () => {
  const rmd = '<RMD version="1"><Color><Kelvin value="5600"/><Tint>1.5</Tint><ISO>800</ISO></Color></RMD>';
  const clip = await inspectBytes({ 'A001_C001_0101AA.RMD': Buffer.from(rmd) });
  expect(values(clip, 'look', 'whiteBalance', 'exposureIndex')).toEqual({
    look: { rmd: { kelvin: 5600, tint: 1.5, iso: 800 } },
    whiteBalance: null,
    exposureIndex: null,
  });
});

test('a P2 clip that goes on in another says so by the id of its shot and its neighbours', async () => {
  const xml = `<P2Main><ClipContent><ClipName>0002CD</ClipName><GlobalClipID>${'0a'.repeat(32)}</GlobalClipID><Duration>100</Duration><EditUnit>1/25</EditUnit><Relation><OffsetInShot>250</OffsetInShot><GlobalShotID>${'0b'.repeat(32)}</GlobalShotID><Connection><Top><GlobalClipID>${'0c'.repeat(32)}</GlobalClipID></Top><Previous><GlobalClipID>${'0c'.repeat(32)}</GlobalClipID></Previous></Connection></Relation></ClipContent></P2Main>`;
  const clip = await inspectBytes({ 'CONTENTS/CLIP/0002CD.XML': Buffer.from(xml) });
  expect(clip.fields.spanning?.value).toEqual({
    shotId: '0b'.repeat(32),
    offsetFrames: 250,
    previous: '0c'.repeat(32),
    next: null,
  });
  expect(clip.fields.umid?.value).toBe('0a'.repeat(32));
});
