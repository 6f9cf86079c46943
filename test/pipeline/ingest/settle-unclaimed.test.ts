import { describe, expect, test } from 'vitest';
import { bytesSource } from '../../../engine/open/inspect/byte-source.ts';
import { readAvchdPlaylist } from '../../../engine/open/inspect/sidecars/avchd-playlist.ts';
import { groupClips } from '../../../pipeline/ingest/group-clips.ts';
import { type Look, pathsToLookAt, settleUnclaimed } from '../../../pipeline/ingest/settle-unclaimed.ts';
import { makeAvchdPlaylist } from '../../engine/inspect/make-recordings.ts';

const CARD = {
  'A001R1AB/A001C001_240426_R1AB.mov': 'mov',
  'A001R1AB/A001C002.dat': 'mxf',
  'A001R1AB/sound': 'wav',
  'A001R1AB/new-camera.xyz': 'unknown',
  'A001R1AB/INDEX.BDM': 'unknown',
  'A001R1AB/report.pdf': 'unknown',
  'A001R1AB/nothing.xyz': 'empty',
  'A001R1AB/notes.md': 'text',
  'A001R1AB/.DS_Store': 'unknown',
  'A001R1AB/THUMB.THM': 'jpeg',
};

function settled(sniffed: Record<string, string>, documents: Record<string, Look['document']> = {}) {
  const files = Object.entries(sniffed).map(([path, kind]) => ({
    path,
    sizeBytes: kind === 'empty' ? 0 : 9,
  }));
  const byName = groupClips(files);
  const looks = pathsToLookAt(byName).map((path) => ({
    path,
    sniffed: sniffed[path]!,
    document: documents[path] ?? null,
  }));
  return settleUnclaimed(byName, looks, new Set(Object.keys(sniffed)));
}

describe('what no name on a card claims', () => {
  test('is a generic clip where its content is media, whatever its ending, and where nobody knows it', () => {
    const { grouping } = settled(CARD);
    expect(grouping.clips.map((c) => [c.clipKey, c.cardRule, c.files.map((f) => f.role)])).toEqual([
      ['A001R1AB/A001C001_240426_R1AB.mov', 'arri', ['essence']],
      ['A001R1AB/A001C002.dat', 'generic', ['essence']],
      ['A001R1AB/new-camera.xyz', 'generic', ['essence']],
      ['A001R1AB/sound', 'generic', ['audio']],
    ]);
  });

  test("stays listed where it is a text, the card's own table, a picture of a clip or empty: nothing is dropped", () => {
    const { grouping } = settled(CARD);
    const placed = [
      ...grouping.clips.flatMap((c) => c.files.map((f) => f.path)),
      ...grouping.shared.map((s) => s.path),
      ...grouping.unclaimed.map((u) => u.path),
    ];
    expect(placed.sort()).toEqual(Object.keys(CARD).sort());
  });

  test('is a take without its media where it is a proxy alone', () => {
    const { grouping } = settled({ 'DCIM/100GOPRO/notes/GL019999.LRV': 'mov' });
    expect(grouping.clips.map((c) => c.files.map((f) => f.role))).toEqual([['proxy']]);
    expect(grouping.findings.map((f) => f.code)).toEqual(['media-missing']);
  });

  test('goes to the take it speaks of where a sidecar reader knows it', () => {
    const files = {
      'A001/A001C001.mov': 'mov',
      'A001/B007C002.mov.csv': 'text',
      'A001/A001C001.static.txt': 'text',
    };
    const csv = { tool: 'arri-ame-csv', output: {} };
    const { grouping } = settled(files, { 'A001/B007C002.mov.csv': csv, 'A001/A001C001.static.txt': csv });
    expect(grouping.clips.map((c) => [c.clipName, c.files.map((f) => f.path)])).toEqual([
      ['A001C001', ['A001/A001C001.mov', 'A001/A001C001.static.txt']],
      ['B007C002', ['A001/B007C002.mov.csv']],
    ]);
    expect(grouping.findings.map((f) => [f.code, f.subject.path])).toEqual([
      ['media-missing', 'A001/B007C002.mov.csv'],
    ]);
  });

  test("is held against the listing where it is the card's index", () => {
    const index = {
      tool: 'sony-mediapro-xml',
      output: { Contents: { Material: [{ '@uri': './Clip/C0001.MXF' }, { '@uri': './Clip/C0002.MXF' }] } },
    };
    const { indexFindings, grouping } = settled(
      { 'XDROOT/MEDIAPRO.XML': 'text', 'XDROOT/Clip/C0001.MXF': 'mxf' },
      { 'XDROOT/MEDIAPRO.XML': index },
    );
    expect(indexFindings.map((f) => [f.code, f.subject.path])).toEqual([
      ['media-missing', 'XDROOT/Clip/C0002.MXF'],
    ]);
    expect(grouping.unclaimed.map((u) => u.path)).toEqual(['XDROOT/MEDIAPRO.XML']);
  });
});

describe('streams of an AVCHD card', () => {
  const CARD = Object.fromEntries(
    ['00000', '00001', '00002', '00003'].flatMap((n) => [
      [`PRIVATE/AVCHD/BDMV/STREAM/${n}.MTS`, 'mts'],
      [`PRIVATE/AVCHD/BDMV/CLIPINF/${n}.CPI`, 'unknown'],
    ]),
  );
  const PLAYLIST = 'PRIVATE/AVCHD/BDMV/PLAYLIST/00000.MPL';
  const playlist = async (...items: [stream: string, condition: number][]) =>
    ({
      tool: 'avchd-playlist',
      output: await readAvchdPlaylist(bytesSource(makeAvchdPlaylist(items))),
    }) as const;

  test('that the playlist goes through without a gap are one clip', async () => {
    const list = await playlist(['00000', 1], ['00001', 6], ['00002', 6], ['00003', 1]);
    const { grouping } = settled({ ...CARD, [PLAYLIST]: 'mpls' }, { [PLAYLIST]: list });
    expect(
      grouping.clips.map((c) => [c.clipName, c.span, c.files.map((f) => `${f.role} ${f.path.slice(-9)}`)]),
    ).toEqual([
      [
        '00000',
        { count: 3, missing: [] },
        [
          'sidecar 00000.CPI',
          'segment 00000.MTS',
          'sidecar 00001.CPI',
          'segment 00001.MTS',
          'sidecar 00002.CPI',
          'segment 00002.MTS',
        ],
      ],
      ['00003', null, ['sidecar 00003.CPI', 'essence 00003.MTS']],
    ]);
    expect(grouping.findings).toEqual([]);
  });

  test('of which one is missing are a take with a hole, and a take that is missing is told', async () => {
    const list = await playlist(['00000', 1], ['00001', 6], ['00002', 6], ['00003', 1], ['00004', 1]);
    const {
      'PRIVATE/AVCHD/BDMV/STREAM/00001.MTS': _,
      'PRIVATE/AVCHD/BDMV/CLIPINF/00001.CPI': __,
      ...rest
    } = CARD;
    const { grouping } = settled({ ...rest, [PLAYLIST]: 'mpls' }, { [PLAYLIST]: list });
    expect(grouping.clips[0]?.span).toEqual({ count: 2, missing: [2] });
    expect(grouping.findings.map((f) => [f.code, f.subject.id])).toEqual([
      ['segment-missing', 'PRIVATE/AVCHD/BDMV/STREAM/00000'],
      ['media-missing', 'PRIVATE/AVCHD/BDMV/STREAM/00004'],
    ]);
  });

  test('stay apart without a playlist, and with one that is damaged', async () => {
    const whole = makeAvchdPlaylist([
      ['00000', 1],
      ['00001', 6],
    ]);
    for (let cut = 0; cut < whole.length; cut++)
      expect(await readAvchdPlaylist(bytesSource(whole.subarray(0, cut)))).toBeNull();
    const { grouping } = settled({ ...CARD, [PLAYLIST]: 'mpls' }, { [PLAYLIST]: null });
    expect(grouping.clips).toHaveLength(4);
    expect(grouping.unclaimed.map((u) => u.path)).toEqual([PLAYLIST]);
  });
});
