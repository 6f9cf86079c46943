import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { deliverAmf } from '../../standards/amf/deliver-amf.ts';
import { readAmf } from '../../standards/amf/read-amf.ts';
import { resolvePipeline } from '../../standards/amf/resolve-pipeline.ts';
import { writeTree } from '../../standards/amf/tree-edit.ts';
import { readXml, type XmlElement } from '../../standards/xml/element-tree.ts';

const ROOT = join(import.meta.dirname, '../../../shared/data/amf');

/** Ids that the examples made up; nothing else in them may stay unresolved. */
const MADE_UP = /\.(Acme|ACME)\./;

const FOLDERS = ['examples-v1', 'examples-v2', 'plate-pull'].filter((folder) =>
  existsSync(join(ROOT, folder)),
);
const EXAMPLES = FOLDERS.flatMap((folder) =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.amf'))
    .map((name): [string, string] => [folder, name]),
);

describe.skipIf(EXAMPLES.length === 0)(
  'the official AMF examples (skipped where the shared data is absent)',
  () => {
    it.each(EXAMPLES)('%s/%s resolves every id but a made-up one', async (folder, name) => {
      const { amf } = readAmf(text(folder, name), name);
      const files = {
        read: async (path: string) =>
          existsSync(join(ROOT, folder, path)) ? readFileSync(join(ROOT, folder, path)) : null,
      };
      const { steps, problems } = await resolvePipeline(amf!, 'display', files, name);
      for (const step of steps)
        expect(step.operations !== null, step.id ?? 'CDL').toBe(!MADE_UP.test(step.id ?? ''));
      const unknown = problems.filter((problem) => problem.severity === 'error');
      expect(
        unknown.every((problem) => problem.code === 'transform-unknown' && MADE_UP.test(problem.forPeople)),
      ).toBe(true);
    });

    it.each(EXAMPLES)('%s/%s means the same when it is written back', (folder, name) => {
      const root = readXml(text(folder, name), name);
      expect(meaning(readXml(writeTree(root), name))).toEqual(meaning(root));
    });

    it.each(EXAMPLES)('%s/%s makes a delivered AMF without a fault of ours', (folder, name) => {
      const { amf, problems } = readAmf(text(folder, name), name);
      const delivered = deliverAmf(amf!, {
        clip: { clipName: 'S_PL01_v001', pattern: 'S_PL01_v001.####.exr', min: 1001, max: 1010 },
        description: 'S_PL01_v001',
        at: '2026-02-01T12:00:00Z',
        uuids: {
          amf: 'urn:uuid:6f1d1f0e-6f0a-4d55-9a55-0e4a7a1f1001',
          pipeline: 'urn:uuid:6f1d1f0e-6f0a-4d55-9a55-0e4a7a1f1002',
        },
        baked: amf!.pipeline.transforms.flatMap(({ role }, index) => (role === 'input' ? [index] : [])),
        inputId: null,
        cdl: { slope: [1, 1, 1], offset: [0, 0, 0], power: [1, 1, 1], saturation: 0.5 },
      });
      const again = readAmf(delivered, 'delivered');
      expect(again.amf).not.toBeNull();
      expect(again.amf!.archivedPipelines).toBe(amf!.archivedPipelines + 1);
      // What the source had against the schema it keeps in its archive and in what was left as it was.
      if (problems.every((problem) => problem.severity !== 'error')) {
        expect(again.problems.filter((problem) => problem.severity === 'error')).toEqual([]);
      }
    });
  },
);

function text(folder: string, name: string): string {
  return readFileSync(join(ROOT, folder, name), 'utf8');
}

function meaning(element: XmlElement): unknown {
  const { uri, name, attributes, children } = element;
  const { schemaLocation: _hint, ...kept } = attributes;
  return {
    uri,
    name,
    attributes: kept,
    text: children.length > 0 ? '' : element.text.trim(),
    children: children.map(meaning),
  };
}
