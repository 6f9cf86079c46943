import { describe, expect, it } from 'vitest';
import { readCutList } from '../../../pipeline/conform/read-cut-list.ts';
import { parseFcpxml } from '../../../standards/cutlist/fcpxml/parse.ts';
import { rational } from '../../../standards/time/rational.ts';

/** Frames of 23.976 as FCPXML writes a time. */
const f = (frames: number) => `${frames * 1001}/24000s`;
const START = 864000;
const HOUR = 86400;

/** A project at 23.976 from 01:00:00:00 over a clip of ten seconds from 10:00:00:00 and one at 25. */
function document(story: string, media = ''): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE fcpxml>
<fcpxml version="1.10"><resources>
<format id="r1" frameDuration="1001/24000s" width="1920" height="1080"/><format id="r9" frameDuration="100/2500s"/>
<asset id="r2" name="A001C003_240101_R1AB" start="${f(START)}" duration="${f(240)}" hasVideo="1" format="r1"><media-rep kind="original-media" src="file:///media/A001C003_240101_R1AB.mov"/><metadata><md key="com.apple.proapps.studio.reel" value="A001"/></metadata></asset>
<asset id="r3" name="B001C001_240101_R1AB" src="file:///media/B001C001_240101_R1AB.mov" start="36000s" duration="10s" hasVideo="1" format="r9"/>
<asset id="r4" name="MUSIC" src="file:///media/music.wav" start="0s" duration="60s" hasAudio="1"/>${media}
</resources><library><event name="e"><project name="Cut 7"><sequence format="r1" tcStart="${f(HOUR)}" tcFormat="NDF" duration="${f(240)}"><spine>
${story}
</spine></sequence></project></event></library></fcpxml>`;
}

const clip = (offset: number, first: number, frames: number, inner = '', ref = 'r2') =>
  `<asset-clip ref="${ref}" name="use" offset="${f(HOUR + offset)}" start="${f(START + first)}" duration="${f(frames)}">${inner}</asset-clip>`;

function events(story: string, media = '') {
  const list = parseFcpxml(document(story, media));
  return list.events.map((event) => ({
    track: event.tracks[0],
    frames: event.sourceFrames && [event.sourceFrames.first - START, event.sourceFrames.last - START],
    record: [event.recordFrames!.in - HOUR, event.recordFrames!.duration],
    speed: `${event.speed.num}/${event.speed.den}`,
    kind: event.kind,
    ...(event.curve ? { curve: event.curve.points.map(({ source }) => source.num - START) } : {}),
  }));
}

describe('an FCPXML', () => {
  it('is read to the frame at 23.976, with reel, file, project and markers', () => {
    const list = parseFcpxml(
      document(clip(0, 48, 24, '<marker start="0s" duration="0s" value="VFX ABC_010_0020"/>')),
    );
    expect(list).toMatchObject({ title: 'Cut 7', rate: rational(24000, 1001), problems: [] });
    expect(list.events).toMatchObject([
      {
        reel: 'A001',
        clipName: 'use',
        sourceFile: 'A001C003_240101_R1AB.mov',
        shotName: 'ABC_010_0020',
        source: { in: '10:00:02:00', out: '10:00:03:00' },
        record: { in: '01:00:00:00', out: '01:00:01:00' },
      },
    ]);
  });

  it('plays a time map of one speed at that speed, reversed and frozen ones too', () => {
    const map = (...points: [number, number][]) =>
      `<timeMap>${points.map(([at, value]) => `<timept time="${f(at)}" value="${f(value)}" interp="linear"/>`).join('')}</timeMap>`;
    const twice = `<asset-clip ref="r2" offset="${f(HOUR)}" start="${f(20)}" duration="${f(24)}">${map([0, START], [120, START + 240])}</asset-clip>`;
    const back = `<asset-clip ref="r2" offset="${f(HOUR + 24)}" start="${f(10)}" duration="${f(24)}">${map([0, START + 240], [240, START])}</asset-clip>`;
    const still = `<asset-clip ref="r2" offset="${f(HOUR + 48)}" start="${f(0)}" duration="${f(24)}">${map([0, START + 30], [240, START + 30])}</asset-clip>`;
    expect(events(twice + back + still)).toMatchObject([
      { frames: [40, 87], speed: '2/1', record: [0, 24] },
      { frames: [229, 206], speed: '-1/1', record: [24, 24] },
      { frames: [30, 30], speed: '0/1', record: [48, 24] },
    ]);
  });

  it('carries a ramp as a bound and a curve', () => {
    const ramp = `<asset-clip ref="r2" offset="${f(HOUR)}" start="${f(0)}" duration="${f(24)}"><timeMap><timept time="0s" value="${f(START + 10)}" interp="linear"/><timept time="${f(12)}" value="${f(START + 22)}" interp="linear"/><timept time="${f(24)}" value="${f(START + 58)}" interp="linear"/></timeMap></asset-clip>`;
    expect(events(ramp)).toMatchObject([{ frames: [10, 57], curve: [10, 22, 58], record: [0, 24] }]);
    expect(parseFcpxml(document(ramp)).problems.map(({ code }) => code)).toEqual(['speed-ramp']);
  });

  it('has connected clips and secondary storylines on tracks above and below', () => {
    const above = `<asset-clip ref="r2" lane="1" offset="${f(START + 58)}" start="${f(START + 100)}" duration="${f(8)}"/>`;
    const below = `<asset-clip ref="r4" lane="-1" offset="${f(START + 48)}" duration="${f(24)}"/>`;
    const story = `<spine lane="2" offset="${f(START + 60)}"><asset-clip ref="r2" start="${f(START + 120)}" duration="${f(4)}"/><asset-clip ref="r2" start="${f(START + 140)}" duration="${f(6)}"/></spine>`;
    expect(events(clip(0, 0, 24) + clip(24, 48, 24, above + below + story))).toMatchObject([
      { track: 'A1', record: [24, 24] },
      { track: 'V', frames: [0, 23], record: [0, 24] },
      { track: 'V', frames: [48, 71], record: [24, 24] },
      { track: 'V2', frames: [100, 107], record: [34, 8] },
      { track: 'V3', frames: [120, 123], record: [36, 4] },
      { track: 'V3', frames: [140, 145], record: [40, 6] },
    ]);
  });

  it('has both sources of a transition, with the overlap', () => {
    const transition = `<transition name="Cross Dissolve" offset="${f(HOUR + 18)}" duration="${f(12)}"/>`;
    expect(events(clip(0, 30, 24) + transition + clip(24, 100, 24))).toMatchObject([
      { frames: [30, 47], record: [0, 18], kind: 'cut' },
      { frames: [94, 123], record: [18, 30], kind: 'dissolve' },
    ]);
  });

  it('looks into clips, compound clips and multicams, and leaves out what is switched off', () => {
    const inner = `<clip name="c" offset="${f(HOUR)}" start="${f(START + 5)}" duration="${f(10)}"><video ref="r2" offset="${f(START)}" start="${f(START)}" duration="${f(240)}"/></clip>`;
    const compound = `<ref-clip ref="r7" name="comp" offset="${f(HOUR + 10)}" start="${f(6)}" duration="${f(10)}"/>`;
    const multicam = `<mc-clip ref="r8" name="multi" offset="${f(HOUR + 20)}" start="${f(START + 12)}" duration="${f(10)}"><mc-source angleID="b" srcEnable="all"/></mc-clip>`;
    const off = `<asset-clip ref="r2" enabled="0" offset="${f(HOUR + 30)}" start="${f(START)}" duration="${f(10)}"/>`;
    const media = `<media id="r7"><sequence format="r1" tcStart="0s"><spine><asset-clip ref="r2" offset="0s" start="${f(START + 60)}" duration="${f(8)}"/><asset-clip ref="r2" offset="${f(8)}" start="${f(START + 80)}" duration="${f(20)}"/></spine></sequence></media>
<media id="r8"><multicam format="r1" tcStart="${f(START)}"><mc-angle angleID="a"><asset-clip ref="r2" offset="0s" start="${f(START)}" duration="${f(100)}"/></mc-angle><mc-angle angleID="b"><gap offset="${f(START)}" duration="${f(5)}"/><asset-clip ref="r2" offset="${f(START + 5)}" start="${f(START + 150)}" duration="${f(60)}"/></mc-angle></multicam></media>`;
    expect(events(inner + compound + multicam + off, media)).toMatchObject([
      { frames: [5, 14], record: [0, 10] },
      { frames: [66, 67], record: [10, 2] },
      { frames: [80, 87], record: [12, 8] },
      { frames: [157, 166], record: [20, 10] },
    ]);
  });

  it('believes a writer that counts the start of a clip in the time of its media', () => {
    const story = `<clip name="c" offset="${f(HOUR)}" start="${f(START + 48)}" duration="${f(24)}"><video ref="r2" offset="0s" duration="${f(240)}"/></clip>`;
    expect(events(story)).toMatchObject([{ frames: [48, 71] }]);
  });

  it('counts media of another rate at its own', () => {
    const other = `<asset-clip ref="r3" offset="${f(HOUR)}" start="36001s" duration="${f(24)}"><conform-rate srcFrameRate="25"/></asset-clip>`;
    const list = parseFcpxml(document(other));
    expect(list.events[0]).toMatchObject({ source: { in: '10:00:01:00' }, recordFrames: { duration: 24 } });
    expect(list.problems.map(({ code }) => code)).toContain('cut-list-unsupported');
  });

  it('is told by its content; one without a sequence, or damaged, is refused in a sentence', () => {
    expect(readCutList('cut.xml', Buffer.from(document(clip(0, 0, 24)))).events).toHaveLength(1);
    expect(() => parseFcpxml('<fcpxml version="1.9"><resources/></fcpxml>')).toThrow(/holds no sequence/);
    expect(() => parseFcpxml('<fcpxml version="1.9"><resources></fcpxml>')).toThrow(/FCPXML/);
  });
});
