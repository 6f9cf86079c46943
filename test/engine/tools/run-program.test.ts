import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { runProgram, startProgram } from '../../../engine/tools/run-program.ts';
import { PipelineError } from '../../../schemas/failure.ts';
import { until } from '../../support/until.ts';

const sh = { tool: 'sh', path: '/bin/sh' };

async function failure(promise: Promise<unknown>): Promise<PipelineError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(PipelineError);
  return error as PipelineError;
}

function isAlive(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}

describe('a program that ends by itself', () => {
  test('gives its output, the end of its standard error and its exit code', async () => {
    const result = await runProgram({ ...sh, args: ['-c', 'echo out; echo err >&2'] });
    expect(result).toMatchObject({ exitCode: 0, stderrTail: 'err\n' });
    expect(result.stdout.toString()).toBe('out\n');
  });

  test('receives its arguments without a shell', async () => {
    const result = await runProgram({ tool: 'echo', path: '/bin/echo', args: ['$HOME; rm -rf "x y"'] });
    expect(result.stdout.toString()).toBe('$HOME; rm -rf "x y"\n');
  });

  test('does not see the environment of the worker', async () => {
    process.env.RUSHES_TEST_SECRET = 'hunter2';
    const result = await runProgram({
      ...sh,
      args: ['-c', 'echo "[$RUSHES_TEST_SECRET] $EXTRA"'],
      env: { EXTRA: 'given' },
    });
    delete process.env.RUSHES_TEST_SECRET;
    expect(result.stdout.toString()).toBe('[] given\n');
  });

  test('that fails is tool-failed with its last line, its exit code and no presigned query', async () => {
    const error = await failure(
      runProgram({
        ...sh,
        args: ['-c', 'echo "cannot read http://s3/a.mov?X-Amz-Signature=abc" >&2; exit 3'],
      }),
    );
    expect(error.code).toBe('tool-failed');
    expect(error.message).toBe('sh ended with exit code 3: cannot read http://s3/a.mov?…');
    expect(JSON.stringify(error.facts)).not.toContain('Amz');
  });

  test('may answer with another exit code where the caller says so', async () => {
    expect((await runProgram({ ...sh, args: ['-c', 'exit 3'], goodExitCodes: [0, 3] })).exitCode).toBe(3);
  });

  test('killed from outside is tool-failed and names the signal', async () => {
    const error = await failure(runProgram({ ...sh, args: ['-c', 'kill -KILL $$'] }));
    expect(error.facts).toMatchObject({ signal: 'SIGKILL', outOfMemoryLikely: true });
  });

  test('keeps only the last 64 KB of a long standard error', async () => {
    const result = await runProgram({
      ...sh,
      args: ['-c', 'i=0; while [ $i -lt 20000 ]; do echo "line $i"; i=$((i+1)); done >&2'],
    });
    expect(result.stderrTail.length).toBeLessThanOrEqual(64 * 1024);
    expect(result.stderrTail.endsWith('line 19999\n')).toBe(true);
  });

  test('reads bytes and streams from its standard input', async () => {
    const bytes = await runProgram({ tool: 'cat', path: '/bin/cat', args: [], stdin: Buffer.from('abc') });
    const stream = await runProgram({
      tool: 'cat',
      path: '/bin/cat',
      args: [],
      stdin: Readable.from(['a', 'b']),
    });
    expect([bytes.stdout.toString(), stream.stdout.toString()]).toEqual(['abc', 'ab']);
  });

  test('hands chunks to a slow reader in order and waits for the last', async () => {
    const seen: string[] = [];
    await runProgram({
      ...sh,
      args: ['-c', 'echo a; sleep 0.05; echo b'],
      stdout: async (chunk) => {
        await sleep(30);
        seen.push(chunk.toString());
      },
    });
    expect(seen.join('')).toBe('a\nb\n');
  });

  test('that writes without end is stopped at the limit', async () => {
    const error = await failure(
      runProgram({ tool: 'yes', path: '/usr/bin/yes', args: [], maxStdoutBytes: 1_000_000 }),
    );
    expect(error.message).toContain('more than 1000000 bytes');
  });

  test('leaves no child of its own behind that holds its output open', async () => {
    const result = await runProgram({ ...sh, args: ['-c', 'sleep 60 & echo $!'] });
    await expect.poll(() => isAlive(Number(result.stdout.toString()))).toBe(false);
  });
});

describe('a program that is not there', () => {
  test('is tool-missing, with its path', async () => {
    const error = await failure(
      (async () => runProgram({ tool: 'art-cmd', path: '/nowhere/art-cmd', args: [] }))(),
    );
    expect(error.code).toBe('tool-missing');
    expect(error.facts).toMatchObject({ path: '/nowhere/art-cmd' });
  });
});

describe('a program that is stopped', () => {
  test('ends with its whole process group, and the run rejects with the reason of the abort', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'run-program-'));
    const controller = new AbortController();
    const run = runProgram({
      ...sh,
      args: ['-c', `sleep 60 & echo $! > ${folder}/part; mv ${folder}/part ${folder}/pid; sleep 60`],
      signal: controller.signal,
    });
    await until('a grandchild', () => existsSync(`${folder}/pid`));
    const grandchild = Number(readFileSync(`${folder}/pid`, 'utf8'));
    expect(isAlive(grandchild)).toBe(true);
    const reason = new Error('cancelled by a person');
    controller.abort(reason);
    await expect(run).rejects.toBe(reason);
    await expect.poll(() => isAlive(grandchild)).toBe(false);
  });

  test('is never started when the abort came before', async () => {
    await expect(
      (async () => runProgram({ ...sh, args: ['-c', 'true'], signal: AbortSignal.abort('before') }))(),
    ).rejects.toBe('before');
  });

  test('that ignores SIGTERM is killed after its grace', async () => {
    const said: string[] = [];
    const controller = new AbortController();
    const run = runProgram({
      ...sh,
      args: ['-c', 'trap "" TERM; echo deaf; while :; do sleep 0.1; done'],
      signal: controller.signal,
      stdout: (chunk) => {
        said.push(chunk.toString());
      },
    });
    await until('a program that does not hear', () => said.join('').includes('deaf'));
    const before = performance.now();
    controller.abort('stop');
    await expect(run).rejects.toBe('stop');
    // It had its five seconds; that it ends at all shows that it was killed.
    expect(performance.now() - before).toBeGreaterThan(4500);
  });

  test('says nothing for too long: tool-stalled', async () => {
    const error = await failure(
      runProgram({ ...sh, args: ['-c', 'echo begun; sleep 60'], stallAfterMs: 200 }),
    );
    expect(error.code).toBe('tool-stalled');
  });

  test('talks but makes no progress by the mark it was given: tool-stalled', async () => {
    const error = await failure(
      runProgram({
        ...sh,
        args: ['-c', 'while :; do echo busy; sleep 0.02; done'],
        stallAfterMs: 300,
        progressMark: () => 0,
      }),
    );
    expect(error.code).toBe('tool-stalled');
  });

  test('dies with the process that started it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'run-program-'));
    const script = join(folder, 'starter.ts');
    const module = new URL('../../../engine/tools/run-program.ts', import.meta.url).href;
    writeFileSync(
      script,
      `import { startProgram } from ${JSON.stringify(module)}; const run = startProgram({ tool: 'sleep', path: '/bin/sleep', args: ['60'] }); run.done.catch(() => undefined); console.log(run.pid);`,
    );
    let pid = 0;
    const starter = startProgram({
      tool: 'node',
      path: process.execPath,
      args: [script],
      stdout: (chunk) => {
        pid = Number(chunk.toString().trim());
      },
    });
    starter.done.catch(() => undefined);
    await until('a started program', () => pid > 0);
    expect(isAlive(pid)).toBe(true);
    process.kill(starter.pid, 'SIGKILL');
    await expect.poll(() => isAlive(pid)).toBe(false);
  });
});
