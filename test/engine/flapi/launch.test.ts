import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, test } from 'vitest';
import { launchFlapid } from '../../../engine/flapi/launch.ts';
import { FLAPI_TIMES, withFlapi } from '../../../engine/flapi/session.ts';
import { executable } from '../../stand-ins/executable.ts';

/** A flapid that is a line of shell; `$4` is the FIFO. */
function shellFlapid(line: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'launch-')), 'flapid');
  writeFileSync(path, `#!/bin/sh\n${line}\n`);
  chmodSync(path, 0o755);
  return path;
}

async function launch(line: string, portTimeoutMs = 60_000) {
  const folder = mkdtempSync(join(tmpdir(), 'launch-'));
  const signal = new AbortController().signal;
  const flapid = await launchFlapid(shellFlapid(line), { signal, folder, portTimeoutMs });
  await flapid.end(0);
  return flapid.port;
}

it.each([
  ['whole', 'echo 41234 > "$4"; exec sleep 900'],
  ['in two parts', 'exec 3> "$4"; printf 41 >&3; sleep 0.4; echo 234 >&3; exec sleep 900'],
  ['without a line ending', 'printf 41234 > "$4"; exec sleep 900'],
  ['with the line ending of another system', 'printf "41234\\r\\n" > "$4"; exec sleep 900'],
  ['late', 'sleep 1; echo 41234 > "$4"; exec sleep 900'],
  ['with more after it', 'printf "41234\\nready\\n" > "$4"; exec sleep 900'],
  ['after an opening that told nothing', ': > "$4"; sleep 0.2; echo 41234 > "$4"; exec sleep 900'],
])('a port that is told %s is taken', async (_, line) => {
  expect(await launch(line)).toBe(41_234);
});

it.each<[string, string, string, RegExp]>([
  ['never told', 'exec sleep 900', 'tool-stalled', /told no port in 600 ms/],
  ['half told for ever', 'exec 3> "$4"; printf 41 >&3; exec sleep 900', 'tool-stalled', /told no port/],
  ['0', 'echo 0 > "$4"; exec sleep 900', 'tool-failed', /told "0" for its port/],
  ['too large', 'echo 70000 > "$4"; exec sleep 900', 'tool-failed', /70000/],
  ['a word', 'echo many > "$4"; exec sleep 900', 'tool-failed', /many/],
  [
    'a megabyte',
    'head -c 1000000 /dev/zero | tr "\\0" 7 > "$4"; exec sleep 900',
    'tool-failed',
    /for its port/,
  ],
])('a port that is %s is told in words', async (_, line, code, words) => {
  await expect(launch(line, code === 'tool-stalled' ? 600 : 60_000)).rejects.toMatchObject({
    code,
    message: expect.stringMatching(words),
  });
});

it.each<[string, string, string, RegExp]>([
  ['0', 'exit 0', 'tool-failed', /ended by itself with exit code 0/],
  ['1', 'echo "cannot open display" >&2; exit 1', 'tool-failed', /exit code 1: cannot open display/],
  ['of a missing licence', 'echo "no licence for this product" >&2; exit 17', 'capacity', /no licence/],
  [
    'after megabytes of words',
    'yes "still starting" | head -c 3000000 >&2; exit 5',
    'tool-failed',
    /exit code 5/,
  ],
  ['by a signal', 'kill -SEGV $$', 'tool-failed', /SIGSEGV/],
])('an end with exit code %s before the port is told in words', async (_, line, code, words) => {
  await expect(launch(line)).rejects.toMatchObject({ code, message: expect.stringMatching(words) });
});

test('a server that listens only after it told its port is waited for', async () => {
  const path = executable('flapid', 'flapid/late-listener.ts');
  const folder = mkdtempSync(join(tmpdir(), 'launch-'));
  const options = { times: { ...FLAPI_TIMES, leaveMs: 500 }, signal: new AbortController().signal, folder };
  const { answer } = await withFlapi({ kind: 'launch', path }, options, (session) =>
    session.ask('Application.get_application_info'),
  );
  expect(answer).toBe('late');
});
