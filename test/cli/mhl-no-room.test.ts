import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { mhlCommand } from '../../cli/mhl.ts';
import { checkoutDir } from '../../setup/places.mjs';

let folder = '';
let card = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rushes-no-room-'));
  card = join(folder, 'A001');
  mkdirSync(join(card, 'Clips'), { recursive: true });
  writeFileSync(join(card, 'Clips/a.mov'), 'first');
  writeFileSync(join(card, 'b.txt'), 'second');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function run(...args: string[]) {
  let stderr = '';
  const code = await mhlCommand(args, {
    stdout: () => undefined,
    stderr: (text) => {
      stderr += text;
    },
  });
  return { code, stderr };
}

describe('an ascmhl folder that nobody can look into is not the same as none', () => {
  for (const [at, told] of [
    ['ascmhl', /^error +unreadable +ascmhl cannot be looked into/],
    ['Clips/ascmhl', /^error +unreadable +Clips\/ascmhl cannot be looked into/],
  ] as const)
    test(`${at}: every command says so with exit 31, and nothing is written`, async () => {
      for (const scope of ['Clips', '.']) expect((await run('create', join(card, scope))).code).toBe(0);
      const away = join(folder, 'history');
      renameSync(join(card, at), away);
      // A folder that cannot be listed is told in the same way; as root there is none.
      execFileSync('mkfifo', [join(card, at)]);
      const before = readdirSync(card, { recursive: true }).sort();
      for (const args of [['verify'], ['verify', '--record'], ['diff'], ['info'], ['flatten'], ['create']]) {
        const { code, stderr } = await run(args[0]!, card, ...args.slice(1));
        expect([args, code]).toEqual([args, 31]);
        expect(stderr.split('\n').find((line) => line.startsWith('error'))).toMatch(told);
        expect(stderr).not.toContain('was removed');
      }
      expect(readdirSync(card, { recursive: true }).sort()).toEqual(before);
    });
});

/** What a shell script printed in a file system of its own that holds 64 KiB; null where this machine allows nobody to mount one. */
function inSmallVolume(script: string): string | null {
  const volume = join(folder, 'volume');
  mkdirSync(volume);
  const mounted = `mount -t tmpfs -o size=64k tmpfs "${volume}" && echo mounted && cd "${volume}" && ${script}`;
  const shell = spawnSync('unshare', ['-rm', 'sh', '-c', mounted], { encoding: 'utf8' });
  return shell.stdout?.startsWith('mounted') ? `${shell.stdout}${shell.stderr}` : null;
}

describe('a volume that is full', () => {
  test('costs one sentence and exit 28, leaves nothing behind, and the next run goes on as if nothing had been', ({
    skip,
  }) => {
    const rushes = join(checkoutDir, 'bin/rushes');
    const fill = 'cat /dev/zero > fill 2>/dev/null';
    const told = inSmallVolume(
      `cp -r "${card}" . && ${fill}; "${rushes}" mhl create A001 2>&1; echo "exit $?"; ls -A A001
      rm fill; "${rushes}" mhl create A001 2>&1; echo "exit $?"
      ${fill}; "${rushes}" mhl verify --record A001 2>&1; echo "exit $?"; ls -A A001/ascmhl
      rm fill; "${rushes}" mhl verify --record A001 2>&1; echo "exit $?"; "${rushes}" mhl verify A001 2>&1; echo "exit $?"`,
    );
    if (told === null) skip('this machine allows nobody to mount a file system');
    const full = /^rushes: There is no room to write "[^"]*"\n +free space.*\nexit 28\n/;
    const [, first, afterRoom, again, last] = told!.split(/(?=rushes: There)|(?=wrote )/);
    expect(first).toMatch(full);
    expect(first!.split('\n').slice(3)).toEqual(['Clips', 'b.txt', '']);
    expect(afterRoom).toMatch(/^wrote ascmhl\/0001_.*\n2 files recorded\n(.*\n)?good: .*\nexit 0\n$/);
    expect(again).toMatch(full);
    expect(again!.split('\n').slice(3)).toEqual([
      expect.stringMatching(/^0001_.*\.mhl$/),
      'ascmhl_chain.xml',
      '',
    ]);
    expect(last).toMatch(/^wrote ascmhl\/0002_.*\ngood: 2 verified.*\nexit 0\ngood: 2 verified.*\nexit 0\n$/);
  });
});
