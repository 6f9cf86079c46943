import { describe, expect, it } from 'vitest';
import { fromFloat } from '../../../standards/cutlist/otio/node.ts';
import { looksLikeOtio, parseOtio } from '../../../standards/cutlist/otio/parse.ts';

type Node = Record<string, unknown>;
const time = (value: number, rate = 24): Node => ({ OTIO_SCHEMA: 'RationalTime.1', value, rate });
const range = (start: number, duration: number, rate = 24): Node => ({
  OTIO_SCHEMA: 'TimeRange.1',
  start_time: time(start, rate),
  duration: time(duration, rate),
});
const clip = (name: string, start: number, duration: number, more: Node = {}, rate = 24): Node => ({
  OTIO_SCHEMA: 'Clip.2',
  name,
  source_range: range(start, duration, rate),
  effects: [],
  markers: [],
  metadata: {},
  media_references: {
    DEFAULT_MEDIA: {
      OTIO_SCHEMA: 'ExternalReference.1',
      name: '',
      target_url: `file:///vol/day%201/${name}.mov`,
      metadata: {},
    },
  },
  active_media_reference_key: 'DEFAULT_MEDIA',
  ...more,
});
const gap = (duration: number): Node => ({ OTIO_SCHEMA: 'Gap.1', source_range: range(0, duration) });
const dissolve = (before: number, after: number): Node => ({
  OTIO_SCHEMA: 'Transition.1',
  transition_type: 'SMPTE_Dissolve',
  in_offset: time(before),
  out_offset: time(after),
});
const track = (children: Node[], kind = 'Video', more: Node = {}): Node => ({
  OTIO_SCHEMA: 'Track.1',
  kind,
  children,
  ...more,
});
const timeline = (...tracks: Node[]): string =>
  JSON.stringify({
    OTIO_SCHEMA: 'Timeline.1',
    name: 'made',
    global_start_time: time(86400),
    tracks: { OTIO_SCHEMA: 'Stack.1', children: tracks },
  });
const warp = (scalar: number): Node => ({
  effects: [{ OTIO_SCHEMA: 'LinearTimeWarp.1', time_scalar: scalar, metadata: {} }],
});

const events = (text: string) =>
  parseOtio(text).events.map(({ clipName, source, record, sourceFrames, speed }) => ({
    clipName,
    source: `${source.in} ${source.out}`,
    record: `${record.in} ${record.out}`,
    frames: sourceFrames && [sourceFrames.first, sourceFrames.last],
    speed: `${speed.num}/${speed.den}`,
  }));

describe('an OpenTimelineIO document', () => {
  it('has its clips in record order from the global start, gaps counted', () => {
    expect(events(timeline(track([clip('a', 1000, 24), gap(12), clip('b', 2000, 48)])))).toEqual([
      {
        clipName: 'a',
        source: '00:00:41:16 00:00:42:16',
        record: '01:00:00:00 01:00:01:00',
        frames: [1000, 1023],
        speed: '1/1',
      },
      {
        clipName: 'b',
        source: '00:01:23:08 00:01:25:08',
        record: '01:00:01:12 01:00:03:12',
        frames: [2000, 2047],
        speed: '1/1',
      },
    ]);
  });

  it('has retimes over the record length, reverse mirrored, a freeze as one frame', () => {
    const list = events(
      timeline(
        track([
          clip('fast', 1000, 24, warp(2)),
          clip('slow', 1000, 24, warp(0.5)),
          clip('back', 1000, 24, warp(-1)),
          clip('still', 1000, 24, { effects: [{ OTIO_SCHEMA: 'FreezeFrame.1', time_scalar: 0 }] }),
        ]),
      ),
    );
    expect(list.map(({ frames, speed }) => [frames, speed])).toEqual([
      [[1000, 1047], '2/1'],
      [[1000, 1011], '1/2'],
      [[1023, 1000], '-1/1'],
      [[1000, 1000], '0/1'],
    ]);
  });

  it('writes a dissolve as an EDL does: the incoming clip begins at its first frame, the outgoing ends there', () => {
    const list = parseOtio(timeline(track([clip('a', 1000, 24), dissolve(6, 6), clip('b', 2000, 48)])));
    expect(
      events(timeline(track([clip('a', 1000, 24), dissolve(6, 6), clip('b', 2000, 48)]))).map(
        ({ frames, record }) => [frames, record],
      ),
    ).toEqual([
      [[1000, 1017], '01:00:00:00 01:00:00:18'],
      [[1994, 2047], '01:00:00:18 01:00:03:00'],
    ]);
    expect(list.events[1]).toMatchObject({
      kind: 'dissolve',
      transition: {
        durationFrames: 12,
        from: { reel: 'a', source: { in: '00:00:42:10', out: '00:00:42:10' } },
      },
    });
  });

  it('reaches into nested compositions, trims them, and follows the speed around them', () => {
    const nest = (more: Node) => ({
      OTIO_SCHEMA: 'Stack.1',
      children: [track([clip('a', 1000, 24), clip('b', 2000, 24)])],
      effects: [],
      ...more,
    });
    expect(
      events(timeline(track([nest({ source_range: range(12, 24) })]))).map(({ clipName, frames, record }) => [
        clipName,
        frames,
        record,
      ]),
    ).toEqual([
      ['a', [1012, 1023], '01:00:00:00 01:00:00:12'],
      ['b', [2000, 2011], '01:00:00:12 01:00:01:00'],
    ]);
    expect(
      events(timeline(track([{ ...nest({ source_range: range(0, 12) }), ...warp(2) }]))).map(
        ({ clipName, frames, record }) => [clipName, frames, record],
      ),
    ).toEqual([['a', [1000, 1023], '01:00:00:00 01:00:00:12']]);
  });

  it('counts sources in their own rate', () => {
    expect(events(timeline(track([clip('a', 100, 48, {}, 48)])))).toMatchObject([
      { source: '00:00:02:04 00:00:03:04', record: '01:00:00:00 01:00:01:00', frames: [100, 147] },
    ]);
  });

  it('has reel, file, CDL, shot names and tracks', () => {
    const metadata = {
      cmx_3600: { reel: 'A001C002', comments: ['VFX AGM_010_0010 remove rig'] },
      cdl: { asc_sat: 0.9, asc_sop: { slope: [1, 1, 1.1], offset: [0, 0, 0], power: [1, 1, 1] } },
    };
    const list = parseOtio(
      timeline(
        track([clip('one', 0, 24, { metadata })]),
        track([clip('two', 0, 24, { markers: [{ OTIO_SCHEMA: 'Marker.2', name: 'AGM_010_0020' }] })]),
        track([clip('sound', 0, 24)], 'Audio'),
      ),
    );
    expect(list.events).toMatchObject([
      {
        reel: 'A001C002',
        sourceFile: 'one.mov',
        shotName: 'AGM_010_0010',
        cdl: { slope: [1, 1, 1.1], saturation: 0.9 },
        tracks: ['V'],
        class: 'picture',
        number: '001',
      },
      { reel: 'two', shotName: 'AGM_010_0020', tracks: ['V2'], number: '002' },
      { tracks: ['A1'], class: 'audio' },
    ]);
  });

  it('bounds a ramp by all the source that the clip carries, and says so', () => {
    const list = parseOtio(
      timeline(
        track([
          clip('a', 1000, 24, {
            effects: [{ OTIO_SCHEMA: 'TimeEffect.1', effect_name: 'Unknown Time Warp Effect' }],
          }),
        ]),
      ),
    );
    expect(list).toMatchObject({
      events: [{ sourceFrames: { first: 1000, last: 1023 } }],
      problems: [{ code: 'speed-ramp' }],
    });
  });

  it('reads a constant time remap that the Final Cut adapter leaves in metadata, its in point in retimed frames', () => {
    const remap = (speed: string, variable: string) => ({
      effects: [
        {
          OTIO_SCHEMA: 'Effect.1',
          name: 'Time Remap',
          metadata: {
            fcp_xml: {
              effectid: 'timeremap',
              parameter: [
                { parameterid: 'speed', value: speed },
                { parameterid: 'variablespeed', value: variable },
                { parameterid: 'reverse', value: 'FALSE' },
              ],
            },
          },
        },
      ],
    });
    expect(events(timeline(track([clip('a', 1000, 24, remap('200', '0'))])))[0]).toMatchObject({
      frames: [2000, 2047],
      speed: '2/1',
    });
    expect(
      parseOtio(timeline(track([clip('a', 1000, 24, remap('200', '1'))]))).problems.map(({ code }) => code),
    ).toEqual(['speed-ramp']);
  });

  it('that is none, or empty, is an empty list with a problem', () => {
    for (const text of ['{', '[]', '{"OTIO_SCHEMA":"Marker.2"}', timeline()])
      expect(
        parseOtio(text).problems.map(({ code }) => code),
        text,
      ).toEqual(['cut-list-empty']);
    expect(
      parseOtio(
        timeline(track([{ OTIO_SCHEMA: 'Clip.2', name: 'x', media_references: {} }, clip('a', 0, 24)])),
      ),
    ).toMatchObject({ events: [{ clipName: 'a' }] });
    expect([looksLikeOtio(timeline()), looksLikeOtio('TITLE: x'), looksLikeOtio('{"a":1}')]).toEqual([
      true,
      false,
      false,
    ]);
  });
});

it('floats of a document become the fractions they were written for', () => {
  expect([24, 23.976023976023978, 29.97, 0.3333333333333333, -0.5, 0, 1e-12].map(fromFloat)).toEqual([
    { num: 24, den: 1 },
    { num: 24000, den: 1001 },
    { num: 2997, den: 100 },
    { num: 1, den: 3 },
    { num: -1, den: 2 },
    { num: 0, den: 1 },
    { num: 0, den: 1 },
  ]);
});
