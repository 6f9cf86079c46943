import { describe, expect, test } from 'vitest';
import type { Grouping } from '../../../pipeline/ingest/clip-group.ts';
import { groupClips } from '../../../pipeline/ingest/group-clips.ts';

function group(paths: string[], sizes: Record<string, number> = {}): Grouping {
  return groupClips(paths.map((path) => ({ path, sizeBytes: sizes[path] ?? 1000 })));
}

function outline(grouping: Grouping): Record<string, string[]> {
  return Object.fromEntries(
    grouping.clips.map((c) => [c.clipName, c.files.map((f) => `${f.role} ${f.path}`)]),
  );
}

function numbered(prefix: string, numbers: number[], extension: string, digits = 4): string[] {
  return numbers.map((n) => `${prefix}${String(n).padStart(digits, '0')}.${extension}`);
}

describe('numbered sequences', () => {
  test('one prefix in one folder is one clip, its frames counted from its first', () => {
    const { clips, findings } = group(numbered('A001/A001C001.', [1001, 1002, 1003], 'dpx'));
    expect(clips).toMatchObject([
      {
        clipName: 'A001C001',
        sequence: { first: 1001, last: 1003, missingCount: 0 },
        files: [{ frame: 0 }, { frame: 1 }, { frame: 2 }],
      },
    ]);
    expect(findings).toEqual([]);
  });

  test('a missing frame is a finding with its number, and the frames behind the gap keep their index', () => {
    const { clips, findings } = group(numbered('c.', [1, 2, 5, 6, 9], 'exr'));
    expect(clips[0]!.files.map((f) => f.frame)).toEqual([0, 1, 4, 5, 8]);
    expect(findings).toMatchObject([
      { code: 'frame-missing', severity: 'error', technical: { missing: [3, 4, 7, 8], missingCount: 4 } },
    ]);
    expect(findings[0]!.forPeople).toContain('3 to 4, 7 to 8');
  });

  test('a gap of a million frames stays a short finding', () => {
    const { findings } = group(numbered('c.', [1, 1_000_000], 'dpx', 7));
    expect(findings[0]!.technical.missingCount).toBe(999_998);
    expect(JSON.stringify(findings).length).toBeLessThan(10_000);
  });

  test('other prefixes, endings and folders are other clips', () => {
    const paths = ['a/x.0001.dpx', 'a/y.0001.dpx', 'a/x.0001.exr', 'b/x.0001.dpx', 'a/x.0002.dpx'];
    expect(group(paths).clips).toHaveLength(4);
  });

  test('numbers that outgrow their padding are one sequence, two ways of padding are two', () => {
    expect(group(['f.0998.dpx', 'f.0999.dpx', 'f.1000.dpx', 'f.10000.dpx'])).toMatchObject({
      clips: [{ sequence: { first: 998, last: 10000 } }],
    });
    expect(group(['f9.dpx', 'f10.dpx', 'f11.dpx']).clips).toHaveLength(1);
    expect(group(['f01.dpx', 'f02.dpx', 'f1.dpx']).clips).toHaveLength(2);
  });

  test('bare numbers take the name of their folder', () => {
    expect(group(['R1/A001_C003/000001.dng', 'R1/A001_C003/000002.dng']).clips[0]!.clipName).toBe(
      'A001_C003',
    );
  });

  test('ARRIRAW frames keep the number of the frame in the day', () => {
    const { clips } = group(['A003R24Y/A003C001_190625_R24Y/A003C001_190625_R24Y.0049275.ari']);
    expect(clips).toMatchObject([
      { clipName: 'A003C001_190625_R24Y', cardRule: 'arri', sequence: { first: 49275 } },
    ]);
  });

  test('a picture without a number is a clip of one frame', () => {
    expect(group(['slate.dpx']).clips).toMatchObject([
      { clipName: 'slate', files: [{ role: 'frame', frame: 0 }], sequence: null },
    ]);
  });

  test('photographs of a stills camera are clips of their own', () => {
    expect(group(['DCIM/100APPLE/IMG_0001.DNG', 'DCIM/100APPLE/IMG_0002.DNG']).clips).toHaveLength(2);
    expect(group(['scan/p0001.tif', 'scan/p0002.tif']).clips).toHaveLength(2);
    expect(group(numbered('scan/p', [1, 2, 3, 4, 5, 6, 7, 8], 'tif')).clips).toHaveLength(1);
  });

  test('TIFF numbered behind a dot is a run of two already', () => {
    expect(group(['scan/p.0001.tif', 'scan/p.0003.tif']).clips).toMatchObject([
      { clipName: 'p', sequence: { first: 1, last: 3, missingCount: 1 } },
    ]);
    expect(group(['scan/p.0001.jpg', 'scan/p.0003.jpg']).clips).toHaveLength(2);
    expect(group(['scan/p.0001.tif']).clips).toMatchObject([{ sequence: null }]);
  });

  test('sound of the same name belongs to the sequence', () => {
    const { clips } = group([...numbered('c/A001_C001_', [0, 1], 'dng', 6), 'c/A001_C001.wav']);
    expect(clips).toHaveLength(1);
    expect(clips[0]!.files.at(-1)).toEqual({ path: 'c/A001_C001.wav', role: 'audio' });
  });
});

describe('cards of makers', () => {
  test('RED: an RDC folder is one take with all its files', () => {
    const rdc = 'A001.RDM/A001_C001_12046M.RDC';
    const files = ['_001.R3D', '_002.R3D', '.RMD', '.mov'].map((end) => `${rdc}/A001_C001_12046M${end}`);
    expect(outline(group(files))).toEqual({
      A001_C001_12046M: [
        `proxy ${files[3]}`,
        `sidecar ${files[2]}`,
        `segment ${files[0]}`,
        `segment ${files[1]}`,
      ].sort((a, b) => (a.split(' ')[1]! < b.split(' ')[1]! ? -1 : 1)),
    });
  });

  test('RED: a take that lacks a file is a finding, an RDC without R3D misses its media', () => {
    const lacking = group(['A.RDC/A_001.R3D', 'A.RDC/A_003.R3D']);
    expect(lacking.findings).toMatchObject([
      { code: 'segment-missing', technical: { missing: [2], present: 2 } },
    ]);
    expect(group(['B.RDC/B.RMD']).findings).toMatchObject([{ code: 'media-missing' }]);
  });

  test('XAVC-S and XDCAM: metadata, proxy and thumbnail join the clip they are named after', () => {
    const paths = [
      'PRIVATE/M4ROOT/CLIP/C0001.MP4',
      'PRIVATE/M4ROOT/CLIP/C0001M01.XML',
      'PRIVATE/M4ROOT/SUB/C0001S03.MP4',
      'PRIVATE/M4ROOT/THMBNL/C0001T01.JPG',
    ];
    expect(group(paths).clips).toMatchObject([
      { clipName: 'C0001', cardRule: 'xavc-s', files: paths.map((path) => ({ path })) },
    ]);
    const xd = [
      'XDROOT/Clip/D001C005_210716AG.MXF',
      'XDROOT/Clip/D001C005_210716AGM01.XML',
      'XDROOT/MEDIAPRO.XML',
    ];
    const grouping = group(xd);
    expect(grouping.clips).toMatchObject([{ clipName: 'D001C005_210716AG', cardRule: 'xdcam' }]);
    expect(grouping.unclaimed).toMatchObject([{ path: 'XDROOT/MEDIAPRO.XML', why: 'document' }]);
  });

  test('P2: the clip is its video and a sound file for each channel', () => {
    const paths = [
      'CONTENTS/AUDIO/0001AB00.MXF',
      'CONTENTS/AUDIO/0001AB01.MXF',
      'CONTENTS/CLIP/0001AB.XML',
      'CONTENTS/VIDEO/0001AB.MXF',
    ];
    expect(outline(group(paths))).toEqual({
      '0001AB': [`audio ${paths[0]}`, `audio ${paths[1]}`, `sidecar ${paths[2]}`, `essence ${paths[3]}`],
    });
  });

  test('Canon: numbered files of one take, and the proxy that is not a clip', () => {
    expect(
      group(['CONTENTS/CLIPS001/AA0001/AA000101.MXF', 'CONTENTS/CLIPS001/AA0001/AA000102.MXF']).clips,
    ).toMatchObject([{ clipName: 'AA0001', span: { count: 2, missing: [] } }]);
    expect(
      outline(group(['A_0001C001X230101_101500XX_CANON.CRM', 'A_0001C001X230101_101500XX_CANON_Proxy.MP4'])),
    ).toEqual({
      A_0001C001X230101_101500XX_CANON: [
        'essence A_0001C001X230101_101500XX_CANON.CRM',
        'proxy A_0001C001X230101_101500XX_CANON_Proxy.MP4',
      ],
    });
  });

  test('GoPro: the chapter stands before the take number', () => {
    const { clips } = group([
      'DCIM/100GOPRO/GX010184.MP4',
      'DCIM/100GOPRO/GX020184.MP4',
      'DCIM/100GOPRO/GX010185.MP4',
      'DCIM/100GOPRO/GL010184.LRV',
    ]);
    expect(clips.map((c) => [c.clipName, c.files.length])).toEqual([
      ['GX010184', 3],
      ['GX010185', 1],
    ]);
    expect(group(['GOPR0001.MP4', 'GP010001.MP4', 'GP020001.MP4']).clips).toMatchObject([
      { clipName: 'GOPR0001', span: { count: 3, missing: [] } },
    ]);
  });

  test('DJI: telemetry and proxy are no clips', () => {
    expect(
      group(['DCIM/DJI_001/DJI_0001.MP4', 'DCIM/DJI_001/DJI_0001.SRT', 'DCIM/DJI_001/DJI_0001.LRF']).clips,
    ).toHaveLength(1);
  });
});

describe('movies and what lies beside them', () => {
  test('sidecars named after a file or a clip belong to it', () => {
    const { clips, unclaimed } = group([
      'B001.mov',
      'B001.mov.csv',
      'B001.static.csv',
      'b001.XML',
      'notes.txt',
    ]);
    expect(clips).toHaveLength(1);
    expect(clips[0]!.files).toHaveLength(4);
    expect(unclaimed).toMatchObject([{ path: 'notes.txt', why: 'document' }]);
  });

  test('forms that a Codex volume only shows are proxies of the recorded take', () => {
    const name = 'A003R24Y/A003C001_190625_R24Y/A003C001_190625_R24Y';
    const listing = [
      `arx/${name}.0049275.arx`,
      `arx/${name}.0049276.arx`,
      `dpx/${name}.0049275.dpx`,
      `mov/${name}.mov`,
    ];
    const { clips, findings } = groupClips(listing.map((path) => ({ path, sizeBytes: 9 })));
    expect(clips.map((c) => [c.cardRule, c.files.map((f) => f.role)])).toEqual([
      ['arri', ['frame', 'frame', 'proxy', 'proxy']],
    ]);
    expect(findings).toEqual([]);
    const alone = groupClips([{ path: `dpx/${name}.0049275.dpx`, sizeBytes: 9 }]);
    expect(alone.clips.map((c) => c.files.map((f) => f.role))).toEqual([['frame']]);
  });

  test('a proxy folder beside the original holds no clips of its own', () => {
    const { clips } = group(['A001_0101_C001.braw', 'Proxy/A001_0101_C001.mp4']);
    expect(clips).toMatchObject([
      { cardRule: 'blackmagic', files: [{ role: 'essence' }, { role: 'proxy' }] },
    ]);
  });

  test('a sidecar without media is a clip that misses its media', () => {
    const { clips, findings } = group(['C0007M01.XML']);
    expect(clips).toMatchObject([{ clipName: 'C0007', cardRule: 'sidecar-only' }]);
    expect(findings).toMatchObject([{ code: 'media-missing' }]);
  });

  test('a list of several clips is shared by the clips of its folder', () => {
    expect(group(['A001/A001.ale', 'A001/A001C001.mxf']).shared).toEqual([
      { path: 'A001/A001.ale', folder: 'A001' },
    ]);
  });

  test('an empty movie is a finding', () => {
    expect(group(['a.mov'], { 'a.mov': 0 }).findings).toMatchObject([
      { code: 'file-empty', subject: { path: 'a.mov' } },
    ]);
  });

  test('equal names stay two clips and a finding', () => {
    const { clips, findings } = group(['card1/C0001.MP4', 'card2/C0001.MP4']);
    expect(clips).toHaveLength(2);
    expect(findings).toMatchObject([{ code: 'clip-name-shared' }]);
  });

  test('files of the system and of the chain of custody are never clips', () => {
    const { clips, unclaimed } = group([
      '._A001.mov',
      '.DS_Store',
      'ascmhl/0001_A001.mhl',
      'ascmhl/ascmhl_chain.xml',
    ]);
    expect(clips).toEqual([]);
    expect(unclaimed.map((u) => u.why)).toEqual(['system', 'system', 'system', 'system']);
  });
});

describe('every listing', () => {
  test('accounts for each file exactly once, in any order', () => {
    const words = [
      'A001',
      'C0001',
      'GX010001',
      'DJI_0001',
      'clip.0001',
      'clip.0002',
      'Clip',
      '0001AB',
      'x',
      'M4ROOT',
      'a b',
    ];
    const ends = [
      '.mov',
      '.MXF',
      'M01.XML',
      'S03.MP4',
      '.dpx',
      '.dng',
      '.wav',
      '.R3D',
      '.ale',
      '.csv',
      '.THM',
      '.JPG',
      '',
      '.',
    ];
    const folders = [
      '',
      'Clip/',
      'PRIVATE/M4ROOT/CLIP/',
      'A.RDM/B.RDC/',
      'CONTENTS/VIDEO/',
      'DCIM/100GOPRO/',
      'Proxy/',
      'BPAV/CLPR/T_01/',
    ];
    let seed = 12345;
    const next = (n: number) => {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
      return (seed >>> 8) % n;
    };
    for (let round = 0; round < 300; round++) {
      const paths = [
        ...new Set(
          Array.from(
            { length: 25 },
            () => folders[next(folders.length)]! + words[next(words.length)]! + ends[next(ends.length)]!,
          ),
        ),
      ];
      const forward = group(paths);
      const seen = [
        ...forward.clips.flatMap((c) => c.files.map((f) => f.path)),
        ...forward.shared.map((s) => s.path),
        ...forward.unclaimed.map((u) => u.path),
      ];
      expect(seen.sort()).toEqual([...paths].sort());
      expect(group([...paths].reverse())).toEqual(forward);
      expect(new Set(forward.clips.map((c) => c.clipKey)).size).toBe(forward.clips.length);
    }
  });

  test('of 100,000 frames is grouped in a second or two of processor time', () => {
    const paths = Array.from({ length: 100_000 }, (_, i) => `c${i % 10}/c.${String(i).padStart(7, '0')}.ari`);
    // Not of the clock: the machine may be busy. Ten times what it takes, and far from what the square of them would.
    const before = process.cpuUsage();
    expect(group(paths).clips).toHaveLength(10);
    expect(process.cpuUsage(before).user / 1e6).toBeLessThan(8);
  });
});
