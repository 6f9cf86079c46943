import { existsSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bundle } from '../../cli/bundle.ts';
import type { CommandContext } from '../../cli/context.ts';
import { renderCommand } from '../../cli/render.ts';
import { makeCard } from '../../footage/card.ts';
import { clipJob } from '../engine/clip-job.ts';
import { toolPaths } from '../support/tools.ts';

const io = { stdout: () => {}, stderr: () => {} };
const context = {
  io,
  env: {},
  signal: new AbortController().signal,
  tools: toolPaths,
} as unknown as CommandContext;

async function digests(job: string, out: string): Promise<string[]> {
  let text = '';
  const stdout = (more: string) => {
    text += more;
  };
  await renderCommand([job, '--out', out, '--json'], { ...io, stdout }, { tools: toolPaths() });
  return (JSON.parse(text) as { frames: { xxh128: string }[] }).frames.map(({ xxh128 }) => xxh128);
}

test.each(['dpx', 'prores'] as const)(
  'the job of a bundle gives the same bytes, from its own sources: %s',
  async (kind) => {
    const folder = mkdtempSync(join(tmpdir(), 'bundle-'));
    const size = { width: 64, height: 36 };
    const card = await makeCard({
      dir: folder,
      kind,
      tools: toolPaths(),
      clips: 1,
      frames: 6,
      size,
      seed: 4,
      seal: false,
    });
    const { job, sources } = clipJob(card, card.clips[0]!);
    const located = job.sources.map((source, k) => {
      const { location } = sources[k]!;
      return { ...source, location, sizeBytes: statSync(location).size };
    });
    const file = join(folder, 'job.json');
    writeFileSync(file, JSON.stringify({ ...job, sources: located }));
    const made = join(folder, 'bundle');
    expect(await bundle([file, made, '--frames', '2-4'], context)).toBe(0);
    expect(readdirSync(join(made, 'sources'))).toHaveLength(kind === 'dpx' ? 3 : 1);
    expect(readFileSync(join(made, 'job.json'), 'utf8')).not.toContain(folder);
    expect(readFileSync(join(made, 'colour/job.ocio'), 'utf8')).toContain('rushes pipeline');
    expect(readFileSync(join(made, 'colour/pipeline.ctf'), 'utf8')).toContain('<ProcessList');
    expect(existsSync(join(made, 'README.txt'))).toBe(true);
    const whole = await digests(file, join(folder, 'whole'));
    expect(await digests(join(made, 'job.json'), join(folder, 'again'))).toEqual(whole.slice(2, 5));
    await expect(bundle([file, made], context)).rejects.toMatchObject({ code: 'input-invalid' });
  },
);
