import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { deliverAmf } from '../../standards/amf/deliver-amf.ts';
import { readAmf } from '../../standards/amf/read-amf.ts';
import { countUpTo } from '../../standards/amf/resolve-pipeline.ts';
import { readXml, type XmlElement } from '../../standards/xml/element-tree.ts';

const FOLDER = join(import.meta.dirname, '../../../shared/data/amf/plate-pull');

describe.skipIf(!existsSync(FOLDER))(
  'the worked plate pull (skipped where the shared data is absent)',
  () => {
    const text = (name: string) => readFileSync(join(FOLDER, name), 'utf8');

    function pull(source: string, at = '2026-02-01T12:00:00Z') {
      const { amf } = readAmf(source, 'source.amf');
      const upTo = countUpTo(amf!, 'working');
      return deliverAmf(amf!, {
        clip: {
          clipName: 'SHOW_010_0100_pl01_v001',
          pattern: 'SHOW_010_0100_pl01_v001.####.exr',
          min: 1001,
          max: 1048,
        },
        description: 'SHOW_010_0100_pl01_v001 VFX plate',
        at,
        uuids: {
          amf: 'urn:uuid:6f1d1f0e-6f0a-4d55-9a55-0e4a7a1f1001',
          pipeline: 'urn:uuid:6f1d1f0e-6f0a-4d55-9a55-0e4a7a1f1002',
        },
        baked: amf!.pipeline.transforms.flatMap((transform, index) =>
          index < upTo && !transform.applied ? [index] : [],
        ),
        inputId: null,
        cdl: null,
      });
    }

    it('gives the very AMF that was worked out by hand', () => {
      expect(meaning(readXml(pull(text('source.amf')), 'made'))).toEqual(
        meaning(readXml(text('delivered.amf'), 'delivered')),
      );
    });

    it('pulled a second time adds a second archive, applies nothing twice, and keeps the first archive where it was', () => {
      const twice = readXml(pull(pull(text('source.amf')), '2026-03-01T12:00:00Z'), 'twice');
      const archives = twice.children.filter((child) => child.name === 'archivedPipeline');
      const [first] = readXml(text('delivered.amf'), 'delivered').children.filter(
        (child) => child.name === 'archivedPipeline',
      );
      expect(archives).toHaveLength(2);
      expect(meaning(archives[0]!)).toEqual(meaning(first!));
      expect(
        readAmf(pull(pull(text('source.amf'))), 'twice').amf!.pipeline.transforms.map((t) => t.applied),
      ).toEqual([true, true, false, false, false]);
    });
  },
);

function meaning(element: XmlElement): unknown {
  const { uri, name, attributes, children, text } = element;
  return {
    uri,
    name,
    attributes,
    text: children.length > 0 ? '' : text.trim(),
    children: children.map(meaning),
  };
}
