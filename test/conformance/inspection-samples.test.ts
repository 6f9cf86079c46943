import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inspectPaths } from '../../cli/inspect-paths.ts';
import type { InspectedClip } from '../../schemas/clip.ts';
import { toolPaths } from '../support/tools.ts';
import { MOVIES } from './expected-movies.ts';
import { STILLS_AND_SIDECARS } from './expected-stills-and-sidecars.ts';

/** Camera files of other people's projects: they lie beside the repository and are never copied into it. */
const SAMPLES = join(import.meta.dirname, '../../../shared/data/camera');

const EXPECTED = [...MOVIES, ...STILLS_AND_SIDECARS];

const scratch = await mkdtemp(join(tmpdir(), 'inspection-samples-'));
const clips = new Map<string, InspectedClip>();

describe.skipIf(!existsSync(SAMPLES))(
  'camera files of the field (skipped where the sample folder is not beside the repository)',
  () => {
    const present = EXPECTED.filter((e) => existsSync(join(SAMPLES, e.file)));

    beforeAll(async () => {
      const { clips: found } = await inspectPaths(
        present.map((e) => join(SAMPLES, e.file)),
        { tools: toolPaths(), scratch },
      );
      // One clip for each path, in order: no sample here is a list of several clips.
      for (const [i, expected] of present.entries()) clips.set(expected.file, found[i]!);
    });
    afterAll(() => rm(scratch, { recursive: true, force: true }));

    test.each(present)('$file has the values its maker wrote', ({ file, fields }) => {
      const clip = clips.get(file)!;
      expect(Object.fromEntries(Object.keys(fields).map((name) => [name, clip.fields[name]?.value]))).toEqual(
        fields,
      );
    });

    test.each(present.filter((e) => e.findings || e.without))(
      '$file has the findings that its disagreements call for',
      ({ file, findings = [], without = [] }) => {
        const clip = clips.get(file)!;
        for (const [code, named] of findings)
          expect(clip.findings.filter((f) => f.code === code).map((f) => f.forPeople)).toContainEqual(
            expect.stringMatching(named),
          );
        for (const code of without) expect(clip.findings.map((f) => f.code)).not.toContain(code);
      },
    );
  },
);
