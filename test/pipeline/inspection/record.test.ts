import { describe, expect, test } from 'vitest';
import { FIELDS } from '../../../pipeline/inspection/fields.ts';
import { InspectedClip } from '../../../schemas/clip.ts';
import { makeMov } from '../../engine/inspect/make-mov.ts';
import { codes, inspectBytes } from './inspect-bytes.ts';

const NTSC = { timescale: 30000, frameDuration: 1001, numberOfFrames: 30 };

describe('every record', () => {
  test('holds each field of the schema, absent ones null with a reason, and is a valid document', async () => {
    const clip = await inspectBytes({ 'a.mov': makeMov() });
    expect(Object.keys(clip.fields).sort()).toEqual(Object.keys(FIELDS).sort());
    for (const field of Object.values(clip.fields))
      if (field.value === null) expect(field.reason).toBeDefined();
    expect(InspectedClip.parse(JSON.parse(JSON.stringify(clip)))).toEqual(JSON.parse(JSON.stringify(clip)));
  });

  test('of two clips with one name and different content has two identities', async () => {
    const one = await inspectBytes({ 'card1/C0001.mov': makeMov() });
    const other = await inspectBytes({ 'card2/C0001.mov': makeMov({ width: 1280 }) });
    expect(one.fields.clipId?.value).not.toBe(other.fields.clipId?.value);
  });

  test('keeps the other candidates with the raw value of each', async () => {
    const ffprobe = {
      streams: [
        {
          codec_type: 'video',
          codec_name: 'prores',
          width: 2048,
          height: 1080,
          avg_frame_rate: '24/1',
          r_frame_rate: '24/1',
        },
      ],
      format: { format_name: 'mov,mp4,m4a,3gp,3g2,mj2' },
    };
    const clip = await inspectBytes(
      { 'a.mov': makeMov() },
      { 'a.mov': [{ tool: 'ffprobe', output: ffprobe }] },
    );
    expect(clip.fields.imageSize).toMatchObject({
      value: { width: 1920, height: 1080 },
      source: 'mov-atoms',
      alternatives: [{ value: { width: 2048, height: 1080 }, source: 'ffprobe', sourceTag: 'width,height' }],
    });
    expect(clip.findings.find((f) => f.code === 'image-size-conflict')!.forPeople).toMatch(
      /1920×1080.*2048×1080/,
    );
  });

  test("never takes a demuxer's invented 25 frames a second for a picture file", async () => {
    const ffprobe = {
      streams: [
        {
          codec_type: 'video',
          codec_name: 'prores',
          width: 1920,
          height: 1080,
          avg_frame_rate: '25/1',
          r_frame_rate: '25/1',
        },
      ],
      format: { format_name: 'dpx_pipe' },
    };
    const clip = await inspectBytes(
      { 'a.mov': makeMov() },
      { 'a.mov': [{ tool: 'ffprobe', output: ffprobe }] },
    );
    expect(codes(clip)).not.toContain('frame-rate-conflict');
  });

  test('names the reels that disagree, and not a short form of one', async () => {
    const timecode = { startFrame: 0, ...NTSC, reel: 'A001R1AB' };
    const fits = await inspectBytes({ 'A001C003_251121_R1AB.mov': makeMov({ timecode }) });
    expect(codes(fits)).not.toContain('reel-conflict');
    const differs = await inspectBytes({ 'B002C003_251121_R1AB.mov': makeMov({ timecode }) });
    expect(differs.findings.find((f) => f.code === 'reel-conflict')!.forPeople).toMatch(/A001R1AB.*B002R1AB/);
  });

  test('of a file that ends early says how much is missing', async () => {
    const whole = makeMov({ mediaBytes: 100_000, moovFirst: true });
    const clip = await inspectBytes({ 'a.mov': whole.subarray(0, whole.length - 50_000) });
    expect(clip.findings.find((f) => f.code === 'file-truncated')).toMatchObject({
      technical: { expectedBytes: whole.length, actualBytes: whole.length - 50_000 },
    });
  });
});
