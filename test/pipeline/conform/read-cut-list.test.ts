import { describe, expect, it } from 'vitest';
import { formOf, readCutList, readCutListWith } from '../../../pipeline/conform/read-cut-list.ts';
import { PipelineError } from '../../../schemas/failure.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const EDL = 'TITLE: x\n001  A V C 01:00:00:00 01:00:01:00 02:00:00:00 02:00:01:00\n';
const OTIO = JSON.stringify({
  OTIO_SCHEMA: 'Timeline.1',
  name: 'converted',
  tracks: { OTIO_SCHEMA: 'Stack.1', children: [] },
});

describe('a cut list', () => {
  it('is what its content says, whatever its name', () => {
    expect([
      formOf('x.txt', bytes(EDL)),
      formOf('x.edl', bytes('Heading\nFPS\t24\nColumn\nName\nData\n')),
      formOf('x.edl', bytes(OTIO)),
      formOf('x.xml', bytes('<?xml version="1.0"?>\n<!DOCTYPE xmeml>\n<xmeml version="5">')),
      formOf('x.xml', bytes('<?xml version="1.0"?><fcpxml version="1.9">')),
      formOf('x', new Uint8Array([0xd0, 0xcf, 0x11, 0xe0])),
      formOf('x.otio', bytes('')),
      formOf('x', Buffer.from(`\uFEFF${EDL}`, 'utf16le')),
    ]).toEqual(['edl', 'ale', 'otio', 'fcp7-xml', 'fcpxml', 'aaf', 'otio', 'edl']);
    expect(readCutList('x', Buffer.from(`\uFEFF${EDL}`, 'utf16le')).events).toHaveLength(1);
  });

  it('of a form that needs a converter is refused by name without one, and read with one', async () => {
    const xml = bytes('<xmeml version="5"></xmeml>');
    expect(() => readCutList('cut.xml', xml)).toThrow(
      expect.objectContaining({ code: 'unsupported', message: expect.stringContaining('otioconvert') }),
    );
    const asked: string[] = [];
    const list = await readCutListWith(
      async (name) => {
        asked.push(name);
        return OTIO;
      },
      'cut.XML',
      xml,
    );
    expect([list.title, asked]).toEqual(['converted', ['cut.XML']]);
    await expect(
      readCutListWith(
        async () => {
          throw new PipelineError('tool-missing', 'otio-aaf-adapter is not installed');
        },
        'cut.aaf',
        new Uint8Array([0xd0, 0xcf, 0x11, 0xe0]),
      ),
    ).rejects.toMatchObject({ code: 'tool-missing' });
  });
});
