import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { ResolvedSource } from '../../engine/engine.ts';
import { createOpenEngine } from '../../engine/open/open-engine.ts';
import { createRedlineEngine } from '../../engine/redline/redline-engine.ts';
import { decodedBytes, decodeInParts, PART_BYTES } from '../../engine/vendor/decoded-parts.ts';
import { isAcesPlate } from '../../engine/vendor/program-engine.ts';
import { withSecondStage } from '../../engine/vendor/second-stage.ts';
import type { SegmentJob } from '../../schemas/segment-job.ts';
import { executable } from '../stand-ins/executable.ts';
import { toolPaths } from '../support/tools.ts';
import { vendorClip } from './vendor-job.ts';

const folder = mkdtempSync(join(tmpdir(), 'decoded-parts-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const FRAMES = 20;
const clip = { frameCount: FRAMES };

function movieJob(): { job: SegmentJob; sources: ResolvedSource[] } {
  const at = mkdtempSync(join(folder, 'clip-'));
  const { job, sources } = vendorClip(at, ['A001_C001_001.R3D'], 'r3d', clip);
  const display = 'Rec.1886 Rec.709 - Display';
  const view = 'ACES 2.0 - SDR 100 nits (Rec.709)';
  const shown: SegmentJob = {
    ...job,
    clip: { ...job.clip, frameCount: FRAMES },
    frames: { first: 0, last: FRAMES - 1 },
    colour: {
      ...job.colour,
      steps: [{ kind: 'display', from: 'ACES2065-1', display, view }],
      outputSpace: display,
    },
    output: {
      kind: 'movie',
      codec: 'prores-proxy',
      container: 'mov',
      size: { width: 32, height: 16 },
      burnIns: [],
    },
  };
  return { job: shown, sources };
}

const options = () => ({ signal: new AbortController().signal, progress: () => {} });

describe('pictures of a movie on their way from a maker’s program', () => {
  const tools = { ...toolPaths(), redline: executable('redline', 'redline.ts') };
  const maker = createRedlineEngine(tools);

  test('come in parts: one is decoded when it is wanted, and the one before it is gone then', async () => {
    const { job, sources } = movieJob();
    const workDir = mkdtempSync(join(folder, 'work-'));
    const parts = await decodeInParts(maker, job, sources, workDir, { ...options(), partBytes: 1 });
    expect(parts.pictures.map(({ frame }) => frame)).toEqual(
      Array.from({ length: FRAMES }, (_, frame) => frame),
    );
    const there = () =>
      parts.pictures.filter(({ location }) => existsSync(location)).map(({ frame }) => frame);
    expect(there()).toEqual([]);
    await Promise.all(parts.pictures.slice(0, 16).map(({ make }) => make!()));
    expect(there()).toEqual(Array.from({ length: 16 }, (_, frame) => frame));
    await parts.pictures[16]!.make!();
    expect(there()).toEqual([16, 17, 18, 19]);
    await parts.end();
    expect(readdirSync(workDir)).toEqual([]);
  });

  test('in parts or at once, the movie has the same bytes', async () => {
    const { job, sources } = movieJob();
    const open = createOpenEngine({ tools });
    const digests = [];
    for (const partBytes of [1, PART_BYTES]) {
      const engine = withSecondStage(maker, open, isAcesPlate, partBytes);
      const workDir = mkdtempSync(join(folder, 'whole-'));
      const { movie } = await engine.render(job, sources, workDir, options());
      expect(movie!.frameCount).toBe(FRAMES);
      expect(readdirSync(workDir)).toEqual(['A001C001.mov']);
      digests.push(movie!.xxh128);
    }
    expect(digests[0]).toBe(digests[1]);
    await open.close();
  });

  test('that break in a later part are told as the program tells it, and nothing stays', async () => {
    const { job, sources } = movieJob();
    const open = createOpenEngine({ tools });
    const broken = {
      ...maker,
      render: async (...[asked, ...rest]: Parameters<typeof maker.render>) => {
        // The camera file is damaged while the movie is made.
        if (rest[2].only?.includes(16)) rmSync(sources[0]!.location);
        return maker.render(asked, ...rest);
      },
    };
    const engine = withSecondStage(broken, open, isAcesPlate, 1);
    const workDir = mkdtempSync(join(folder, 'broken-'));
    await expect(engine.render(job, sources, workDir, options())).rejects.toMatchObject({
      name: 'PipelineError',
      facts: { tool: 'redline' },
    });
    expect(readdirSync(workDir).filter((name) => name.startsWith('.'))).toEqual([]);
    await open.close();
  });

  test('take the room of one part, however long the movie is; a segment that of its frames', () => {
    const { job } = movieJob();
    const size = { width: 4096, height: 2160 };
    const large = { ...job, geometry: { ...job.geometry, source: size } };
    const picture = 4096 * 2160 * 6;
    expect(decodedBytes(large, 10)).toBe(10 * picture);
    expect(decodedBytes(large, 5000)).toBe(32 * picture);
    expect(decodedBytes(large, 5000)).toBeLessThanOrEqual(PART_BYTES);
    const dpx: SegmentJob = {
      ...large,
      output: { kind: 'dpx', bits: 10, header: { strings: {}, numbers: {} } },
    };
    expect(decodedBytes(dpx, 24)).toBe(24 * picture);
    const engine = withSecondStage(maker, maker, isAcesPlate);
    expect(engine.scratchBytes!(large, 5000)).toBe(32 * picture);
  });
});
