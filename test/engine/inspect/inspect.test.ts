import { execFileSync } from 'node:child_process';
import { appendFileSync, chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RawFacts } from '../../../engine/engine.ts';
import { type Inspector, openInspector } from '../../../engine/open/inspect/inspect.ts';
import type { MovFacts } from '../../../engine/open/inspect/readers/mov.ts';
import { PipelineError } from '../../../schemas/failure.ts';
import { toolPaths } from '../../support/tools.ts';
import { makeMov } from './make-mov.ts';
import { makeMxf } from './make-mxf.ts';
import { serveRanges } from './serve-ranges.ts';

const folder = mkdtempSync(join(tmpdir(), 'inspect-'));
let inspector: Inspector;
const signal = new AbortController().signal;

beforeAll(() => {
  inspector = openInspector(toolPaths(), { scratch: join(folder, 'scratch'), parallel: 2 });
});
afterAll(async () => {
  await inspector.close();
  rmSync(folder, { recursive: true, force: true });
});

function put(name: string, bytes: Uint8Array): string {
  writeFileSync(join(folder, name), bytes);
  return join(folder, name);
}

function answer(facts: RawFacts, tool: string) {
  return facts.tools.find((t) => t.tool === tool);
}

const TIMECODE = { startFrame: 86400, timescale: 24, frameDuration: 1, numberOfFrames: 24, reel: 'A001R1AB' };

describe('inspection of files', () => {
  test('asks all three tools and our own reader, each with its version', async () => {
    const [facts] = await inspector.inspect([put('a.mov', makeMov({ timecode: TIMECODE }))], { signal });
    expect(facts!.sniffed).toBe('mov');
    expect(facts!.tools.map((t) => t.tool).sort()).toEqual(['exiftool', 'ffprobe', 'mediainfo', 'mov-atoms']);
    for (const told of facts!.tools)
      expect(told).toMatchObject({ output: expect.anything(), version: expect.stringMatching(/\d/) });
    expect((answer(facts!, 'mov-atoms')!.output as MovFacts).tracks[1]!.timecode).toMatchObject({
      startFrame: 86400,
      reelName: 'A001R1AB',
    });
  });

  test('goes by content, whatever a file is called', async () => {
    const [mxf, text, empty] = await inspector.inspect(
      [
        put('film.mp4', makeMxf()),
        put('notes.dpx', Buffer.from('hello\n')),
        put('empty.mov', Buffer.alloc(0)),
      ],
      { signal },
    );
    expect([mxf!.sniffed, text!.sniffed, empty!.sniffed]).toEqual(['mxf', 'text', 'empty']);
    expect(text!.tools).toEqual([]);
  });

  test('keeps the order of the files it was asked for', async () => {
    const paths = Array.from({ length: 6 }, (_, i) => put(`n${i}.mov`, makeMov({ width: 100 + i })));
    const facts = await inspector.inspect(paths, { signal });
    expect(facts.map((f) => f.path)).toEqual(paths);
  });

  test('leaves a playlist that names another file alone', async () => {
    const secret = put('secret.txt', Buffer.from('top secret'));
    const [facts] = await inspector.inspect(
      [
        put('list.mov', Buffer.from(`#EXTM3U\n#EXTINF:1,\n${secret}\n`)),
        put('concat.mov', Buffer.from(`ffconcat version 1.0\nfile '${secret}'\n`)),
      ],
      { signal },
    );
    expect(JSON.stringify(facts)).not.toContain('top secret');
  });

  test('of what is not there is the failure not-found', async () => {
    const failed = await inspector
      .inspect([join(folder, 'nowhere.mov')], { signal })
      .catch((e: unknown) => e);
    expect(failed).toBeInstanceOf(PipelineError);
    expect((failed as PipelineError).code).toBe('not-found');
  });

  test('that grows meanwhile is told as changed', async () => {
    const path = put('growing.mov', makeMov({ mediaBytes: 2_000_000 }));
    const told = inspector.inspect([path], { signal });
    const grow = setInterval(() => appendFileSync(path, 'more'), 1);
    try {
      expect((await told)[0]!.changed?.sizeBytes).toBeGreaterThan(2_000_000);
    } finally {
      clearInterval(grow);
    }
    expect((await inspector.inspect([path], { signal }))[0]).not.toHaveProperty('changed');
  });

  test('of a named pipe or a folder is a fact about it, and nothing waits', async () => {
    execFileSync('mkfifo', [join(folder, 'pipe.mov')]);
    const facts = await inspector.inspect([join(folder, 'pipe.mov'), folder], { signal });
    expect(facts.map((f) => f.tools[0]?.error)).toEqual([
      expect.stringContaining('is not a file'),
      expect.stringContaining('is not a file'),
    ]);
  });

  test('with a line ending in its name reaches no tool as an option', async () => {
    const [facts] = await inspector.inspect([put('a\n-ver\nb.mov', makeMov())], { signal });
    expect(answer(facts!, 'exiftool')!.error).toContain('control character');
    expect(answer(facts!, 'mov-atoms')!.output).toMatchObject({ damage: null });
  });

  test('without ffprobe is the failure tool-missing, before anything is guessed', async () => {
    const bare = openInspector({}, { scratch: folder, parallel: 1 });
    const failed = await bare.inspect([put('b.mov', makeMov())], { signal }).catch((e: unknown) => e);
    await bare.close();
    expect((failed as PipelineError).code).toBe('tool-missing');
  });

  test('stops when it is aborted', async () => {
    await expect(
      inspector.inspect([put('c.mov', makeMov())], { signal: AbortSignal.abort('enough') }),
    ).rejects.toBe('enough');
  });
});

describe("the maker's own program", () => {
  const r3d = Buffer.concat([Buffer.from([0, 0, 1, 0]), Buffer.from('RED2'), Buffer.alloc(248)]);

  test('that is not installed is told, not a failure', async () => {
    const [facts] = await inspector.inspect([put('A001_C001_0101AA_001.R3D', r3d)], { signal });
    expect(answer(facts!, 'redline')).toMatchObject({ error: 'not installed', output: null });
  });

  test('is asked for an MXF of its own maker, and of no other', async () => {
    const [arri, other] = await inspector.inspect(
      [put('arri.mxf', makeMxf({ company: 'ARRI' })), put('other.mxf', makeMxf({ company: 'Sony' }))],
      { signal },
    );
    expect(answer(arri!, 'art-cmd')).toMatchObject({ error: 'not installed' });
    expect(answer(other!, 'art-cmd')).toBeUndefined();
  });

  test('that is installed is asked, and its table is read', async () => {
    const program = put(
      'REDline',
      Buffer.from('#!/bin/sh\nprintf "Clip Name,Abs TC,Record FPS\\nA001_C001_0101AA,01:02:03:04,24\\n"\n'),
    );
    chmodSync(program, 0o755);
    const own = openInspector({ ...toolPaths(), redline: program }, { scratch: folder, parallel: 1 });
    const [facts] = await own.inspect([join(folder, 'A001_C001_0101AA_001.R3D')], { signal });
    await own.close();
    expect(answer(facts!, 'redline-clip-csv')).toMatchObject({
      version: 'redline',
      output: {
        columns: ['Clip Name', 'Abs TC', 'Record FPS'],
        first: ['A001_C001_0101AA', '01:02:03:04', '24'],
      },
    });
  });
});

describe('inspection behind a URL', () => {
  test('gives the same facts as the local file and never the signature', async () => {
    put('remote.mov', makeMov({ timecode: TIMECODE, mediaBytes: 5_000_000 }));
    put('remote.mxf', makeMxf({ tape: { name: 'T1', timecode: { start: 90, base: 24 } } }));
    const server = await serveRanges(folder);
    try {
      for (const name of ['remote.mov', 'remote.mxf']) {
        const [local, remote] = await inspector.inspect([join(folder, name), server.url(name)], { signal });
        expect(JSON.stringify(remote)).not.toContain('X-Amz');
        for (const told of local!.tools) {
          const there = answer(remote!, told.tool)!;
          if (told.tool === 'mov-atoms' || told.tool === 'mxf-metadata')
            expect(there.output).toEqual(told.output);
          expect(there.error).toBe(told.error);
        }
      }
    } finally {
      await server.close();
    }
  });

  test('of a file of 100 GB reads a few megabytes', async () => {
    const bytes = makeMov({ timecode: TIMECODE, moovFirst: true });
    const path = join(folder, 'huge.mov');
    const file = await open(path, 'w');
    // The media data claims 100 GB: a 64-bit length, and a hole where the pictures would be.
    const mdatAt = bytes.indexOf('mdat') - 4;
    await file.write(bytes.subarray(0, mdatAt));
    const size = 100_000_000_000;
    const head = Buffer.alloc(20);
    head.writeUInt32BE(1, 0);
    head.write('mdat', 4, 'latin1');
    head.writeBigUInt64BE(BigInt(size - mdatAt), 8);
    await file.write(head, 0, 20, mdatAt);
    await file.truncate(size);
    await file.close();
    const server = await serveRanges(folder);
    try {
      const [facts] = await inspector.inspect([server.url('huge.mov')], { signal });
      expect(facts!.sizeBytes).toBe(size);
      expect((answer(facts!, 'mov-atoms')!.output as MovFacts).truncated).toBeNull();
      expect(answer(facts!, 'mediainfo')!.error).toBeUndefined();
      expect(server.bytesServed()).toBeLessThan(16 * 1024 * 1024);
    } finally {
      await server.close();
    }
  });

  test('of what the store does not have is the failure not-found', async () => {
    const server = await serveRanges(folder);
    const failed = await inspector.inspect([server.url('gone.mov')], { signal }).catch((e: unknown) => e);
    await server.close();
    expect((failed as PipelineError).code).toBe('not-found');
    expect((failed as PipelineError).message).not.toContain('X-Amz');
  });
});
