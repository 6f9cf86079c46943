import { describe, expect, test } from 'vitest';
import { makeWav } from '../../engine/inspect/make-headers.ts';
import { makeMov } from '../../engine/inspect/make-mov.ts';
import { inspectBytes, values } from './inspect-bytes.ts';

describe('sound', () => {
  const ixml = (rate: string, flag: string) =>
    `<BWFXML><PROJECT>P</PROJECT><SCENE>12A</SCENE><TAKE>3</TAKE><TAPE>SR01</TAPE><SPEED><TIMECODE_RATE>${rate}</TIMECODE_RATE><TIMECODE_FLAG>${flag}</TIMECODE_FLAG></SPEED><TRACK_LIST><TRACK><CHANNEL_INDEX>1</CHANNEL_INDEX><NAME>Boom</NAME></TRACK></TRACK_LIST></BWFXML>`;

  test.each([
    ['24/1', 'NDF', 48000 * 3600, '01:00:00:00'],
    // An hour of clock is 3.6 s short of an hour of 23.976 timecode.
    ['24000/1001', 'NDF', 48048 * 3600, '01:00:00:00'],
    ['30000/1001', 'DF', 48048 * 60, '00:01:00;02'],
    ['25/1', 'NDF', 48000 * 86399 + 46080, '23:59:59:24'],
  ])('samples since midnight at %s %s are timecode', async (rate, flag, timeReference, expected) => {
    const clip = await inspectBytes({ 'T01.WAV': makeWav({ timeReference, ixml: ixml(rate, flag) }) });
    expect(clip.fields.startTimecode?.value).toBe(expected);
  });

  test('scene, take, sound roll and track names are kept', async () => {
    const clip = await inspectBytes({ 'T01.WAV': makeWav({ ixml: ixml('24/1', 'NDF') }) });
    expect(values(clip, 'slate', 'reelName')).toMatchObject({
      slate: { scene: '12A', take: '3', production: 'P' },
      reelName: 'SR01',
    });
    expect(clip.fields.audio?.value).toMatchObject([
      { channels: 2, sampleRate: 48000, bitDepth: 24, tracks: [{ index: 1, name: 'Boom' }] },
    ]);
  });

  test('without a rate there is no timecode to be told', async () => {
    expect((await inspectBytes({ 'T01.WAV': makeWav() })).fields.startTimecode?.value).toBeNull();
  });
});

describe('an ALE on the card', () => {
  const list = Buffer.from(
    'Heading\r\nFIELD_DELIM\tTABS\r\nFPS\t24\r\n\r\nColumn\r\nName\tStart\tEnd\tReel_name\tScene\tTake\tASC_SOP\tASC_SAT\tExposure_index\r\n\r\nData\r\nB\t02:00:00:00\t02:00:01:00\tX001\t\t\t\t\t\r\nA001C001_240426_R1AA\t10:00:00:00\t10:00:02:00\tA001R1AA\t12A\t3\t(1.1 1 0.9)(0 0.01 0)(1 1 1)\t0.9\t800\r\n',
  );

  test('speaks for the clip by its row', async () => {
    const clip = await inspectBytes({ 'A001C001_240426_R1AA.mov': makeMov(), 'A001R1AA.ale': list });
    expect(values(clip, 'reelName', 'startTimecode', 'exposureIndex', 'slate')).toEqual({
      reelName: 'A001R1AA',
      startTimecode: '10:00:00:00',
      exposureIndex: 800,
      slate: { scene: '12A', take: '3' },
    });
    expect(clip.fields.look?.value).toEqual({
      cdl: { slope: [1.1, 1, 0.9], offset: [0, 0.01, 0], power: [1, 1, 1], saturation: 0.9 },
    });
  });

  test('whose timecode differs from the media is a disagreement that the media wins', async () => {
    const clip = await inspectBytes({
      'A001C001_240426_R1AA.mov': makeMov({
        timecode: { startFrame: 24, timescale: 24, frameDuration: 1, numberOfFrames: 24 },
      }),
      'A001R1AA.ale': list,
    });
    expect(clip.fields.startTimecode?.value).toBe('00:00:01:00');
    expect(clip.findings.find((f) => f.code === 'timecode-conflict')!.forPeople).toContain('10:00:00:00');
  });
});
