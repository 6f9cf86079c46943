import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readAmf } from '../../standards/amf/read-amf.ts';
import { resolvePipeline } from '../../standards/amf/resolve-pipeline.ts';

const ROOT = join(import.meta.dirname, '../../../shared/data/amf');
const MADE_UP = /Acme|ACME/;

describe.skipIf(!existsSync(ROOT))(
  'the official AMF examples (skipped where the shared data is absent)',
  () => {
    for (const folder of ['examples-v1', 'examples-v2', 'plate-pull']) {
      const files = existsSync(join(ROOT, folder))
        ? readdirSync(join(ROOT, folder)).filter((name) => name.endsWith('.amf'))
        : [];
      it.each(files)(`${folder}/%s is read, and every id but a made-up one resolves`, async (file) => {
        const { amf, problems } = readAmf(readFileSync(join(ROOT, folder, file), 'utf8'), file);
        console.log(
          file,
          problems.map((p) => `${p.severity} ${p.forPeople}`),
        );
        expect(amf).not.toBeNull();
        const files = {
          read: async (path: string) =>
            existsSync(join(ROOT, folder, path)) ? readFileSync(join(ROOT, folder, path)) : null,
        };
        const resolved = await resolvePipeline(amf!, 'display', files, file);
        console.log(
          file,
          resolved.steps.map((s) => `${s.kind} ${s.applied} ${s.id} ${s.operations?.length}`),
          resolved.problems.map((p) => `${p.severity} ${p.code} ${p.forPeople}`),
        );
        for (const step of resolved.steps)
          if (!MADE_UP.test(step.id ?? '')) expect.soft(step.operations, step.id ?? '').not.toBeNull();
      });
    }
  },
);
