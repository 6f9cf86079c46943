import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { isRefusal } from '../../workflows/refusal.ts';
import { makeMov } from '../engine/inspect/make-mov.ts';
import { makeAvchdPlaylist } from '../engine/inspect/make-recordings.ts';
import { footageFolder } from '../support/footage.ts';
import { withInstallation } from '../support/installation.ts';
import { PRODUCTION } from './interrupted.ts';

const TIMECODE = { startFrame: 864000, timescale: 24, frameDuration: 1, numberOfFrames: 24 };
const CARD: Record<string, Uint8Array | string> = {
  'A001/A001C001_240426_R1AB.mov': makeMov({ timecode: TIMECODE }),
  'A001/take.dat': makeMov({ timecode: { ...TIMECODE, startFrame: 864100 } }),
  'A001/new-camera.xyz': Buffer.from('\x00\x01\x02 nobody knows this \xff\xfe', 'latin1'),
  'A001/B009C001_180327_R1ZA.mov.csv':
    'Master TC\tCamera Clip Name\tReel\tProject FPS\tMaster TC Time Base\n01:02:03:04\tB009C001_180327_R1ZA\tB009R1ZA\t24.000\t24.000\n',
  'A001/seq.0001.dpx': Buffer.concat([Buffer.from('SDPX'), Buffer.alloc(2044)]),
  'A001/seq.0003.dpx': Buffer.concat([Buffer.from('SDPX'), Buffer.alloc(2044)]),
  'XDROOT/Clip/C0001.MXF': makeMov({ timecode: TIMECODE }),
  'XDROOT/MEDIAPRO.XML':
    '<MediaProfile><Contents><Material uri="./Clip/C0001.MXF"/><Material uri="./Clip/C0002.MXF"/></Contents></MediaProfile>',
  'AVCHD/BDMV/STREAM/00000.MTS': Buffer.alloc(1920, 0x47),
  'AVCHD/BDMV/STREAM/00001.MTS': Buffer.alloc(1920, 0x47),
  'AVCHD/BDMV/PLAYLIST/00000.MPL': makeAvchdPlaylist([
    ['00000', 1],
    ['00001', 6],
  ]),
  'AVCHD/notes.md': 'words',
};

test('a card of strange files is taken in whole: content tells what no name does, and every hole is in the report', () =>
  withInstallation('strange-card', async (at) => {
    const source = join(footageFolder(), 'strange-card', '20260930', 'A001R1AB');
    for (const [path, bytes] of Object.entries(CARD)) {
      mkdirSync(dirname(join(source, path)), { recursive: true });
      writeFileSync(join(source, path), bytes);
    }
    await at.startWorker('control,io,media');
    const report = await (await at.rushes.ingestRoll({ production: PRODUCTION, source })).result();
    if (isRefusal(report)) throw new Error(report.refused.sentence);

    const clips = await at.local.deps.catalogue.clipsOfRoll(report.rollId);
    const timecodes = Object.fromEntries(clips.map((c) => [c.clipName, c.fields.startTimecode?.value]));
    expect(timecodes).toEqual({
      '00000': null,
      A001C001_240426_R1AB: '10:00:00:00',
      B009C001_180327_R1ZA: '01:02:03:04',
      C0001: '10:00:00:00',
      'new-camera': null,
      seq: null,
      take: '10:00:04:04',
    });
    expect(clips.find((c) => c.clipName === '00000')?.files.map((f) => f.role)).toEqual([
      'segment',
      'segment',
    ]);

    const told = report.findings.map((f) => [f.code, f.subject.path ?? f.subject.id]);
    for (const expected of [
      ['content-unknown', 'A001/new-camera.xyz'],
      ['content-mislabelled', 'XDROOT/Clip/C0001.MXF'],
      ['media-missing', 'A001/B009C001_180327_R1ZA.mov.csv'],
      ['media-missing', 'XDROOT/Clip/C0002.MXF'],
      ['frame-missing', 'A001/seq.#.dpx'],
    ])
      expect(told).toContainEqual(expected);
    expect(report.state).toBe('incomplete');

    const tracker = await at.command('clips', 'clip:take', '--production', PRODUCTION, '--tracker');
    expect(JSON.parse(tracker.stdout)).toMatchObject({
      kind: 'clip-list',
      clips: [{ code: 'take', timecode_in: '10:00:04:04' }],
    });
    const { formats } = JSON.parse(
      (await at.command('formats', '--production', PRODUCTION, '--json')).stdout,
    ) as { formats: { formatId: string; missing: string[] }[] };
    const { formatId } = formats.find(({ missing }) => missing.length > 0)!;
    const set = (value: string) =>
      at.command(
        'formats',
        'set',
        formatId,
        `inputColorSpace=${value}`,
        '--production',
        PRODUCTION,
        '--who',
        'ana',
      );
    const refused = await set('S-Log 3');
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('«S-Log 3» is no colour space of the pinned OpenColorIO config');
    expect((await set('S-Log3 S-Gamut3.Cine')).code).toBe(0);
    const said = await at.command('formats', '--production', PRODUCTION);
    expect(said.stderr).toMatch(/inputColorSpace = S-Log3 S-Gamut3\.Cine, said by ana on \d{4}-/);
  }));
