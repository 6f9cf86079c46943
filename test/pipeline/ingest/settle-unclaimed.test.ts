import { describe, expect, test } from 'vitest';
import { groupClips } from '../../../pipeline/ingest/group-clips.ts';
import { type Look, pathsToLookAt, settleUnclaimed } from '../../../pipeline/ingest/settle-unclaimed.ts';

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
