import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { NO_FILES } from '../../standards/amf/amf-files.ts';
import { readAmf } from '../../standards/amf/read-amf.ts';
import { type AmfPoint, resolvePipeline } from '../../standards/amf/resolve-pipeline.ts';
import { inputById, makeAmf, outputById } from '../standards/amf/make-amf.ts';
import { carryOut, farthest, type Pixel } from './ocio-oracle.ts';

const DATA = join(import.meta.dirname, '../../../shared/data/amf/golden_pixels.json');
const golden = existsSync(DATA) ? JSON.parse(readFileSync(DATA, 'utf8')) : null;

type GoldenInput = { id: string; in: Pixel[]; aces2065_1: Pixel[] };
type GoldenOutput = { id: string; in_aces2065_1: Pixel[]; out: Pixel[] };

describe.skipIf(!golden)(
  'golden pixels of ACES 2 transforms (skipped where the shared data is absent)',
  () => {
    it('come out of every input transform', async () => {
      const cases: GoldenInput[] = golden.input;
      const jobs = await Promise.all(
        cases.map(async (one) => ({
          pixels: one.in,
          steps: await stepsOf(inputById(short(one.id)), 'aces'),
        })),
      );
      const got = await carryOut(jobs);
      for (const [i, one] of cases.entries())
        expect(farthest(got[i]!, one.aces2065_1), one.id).toBeLessThan(1e-5);
    });

    it('come out of every output transform', async () => {
      const cases: GoldenOutput[] = golden.output;
      const jobs = await Promise.all(
        cases.map(async (one) => ({
          pixels: one.in_aces2065_1,
          steps: await stepsOf(outputById(short(one.id)), 'display'),
        })),
      );
      const got = await carryOut(jobs);
      for (const [i, one] of cases.entries()) {
        // The goldens have six decimals.
        expect(farthest(got[i]!, one.out, 0.1), one.id).toBeLessThan(1e-5);
      }
    });
  },
);

async function stepsOf(pipeline: string, to: AmfPoint) {
  const { amf, problems } = readAmf(makeAmf({ pipeline }), 'golden.amf');
  expect(problems).toEqual([]);
  const resolved = await resolvePipeline(amf!, to, NO_FILES, 'golden.amf');
  expect(resolved.problems).toEqual([]);
  return resolved.operations!;
}

function short(id: string): string {
  return id.replace('urn:ampas:aces:transformId:', '');
}
