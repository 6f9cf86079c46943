import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { cutlistCommand } from '../../cli/cutlist.ts';
import { CutList } from '../../schemas/cut-list.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'rushes-cutlist-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, text: string): string {
  const place = path.join(folder, name);
  writeFileSync(place, text);
  return place;
}

async function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const said = { stdout: '', stderr: '' };
  const io = {
    stdout: (text: string) => {
      said.stdout += text;
    },
    stderr: (text: string) => {
      said.stderr += text;
    },
  };
  return { code: await cutlistCommand(args, io), ...said };
}

const GOOD =
  'TITLE: good\nFCM: NON-DROP FRAME\n001  A001 V C 10:00:00:00 10:00:01:00 01:00:00:00 01:00:01:00\n';
const BAD = `${GOOD}002  A001 V C 10:00:00:00\n`;

describe('rushes cutlist', () => {
  it('show prints one JSON document of the agreed form and nothing else', async () => {
    const { code, stdout, stderr } = await run('show', file('bad.edl', BAD), '--fps', '24', '--json');
    const list = CutList.parse(JSON.parse(stdout));
    expect([code, stderr]).toEqual([0, '']);
    expect(list).toMatchObject({
      version: 1,
      kind: 'cut-list',
      title: 'good',
      events: [
        {
          index: 0,
          number: '001',
          reel: 'A001',
          sourceFrames: { first: 864000, last: 864023 },
          shotName: null,
          transition: null,
        },
      ],
      problems: [{ line: 4, code: 'cut-list-line-unreadable' }],
    });
  });

  it('show tells people the events on stdout and the problems on stderr', async () => {
    const { stdout, stderr } = await run('show', file('bad.edl', BAD), '--fps', '24');
    expect(stdout).toContain('[864000-864023]');
    expect(stderr).toMatch(/warning.*Line 4.*Expected/s);
  });

  it('lint answers 0 for a good list and 10 for problems', async () => {
    expect(await run('lint', file('good.edl', GOOD), '--fps', '24')).toMatchObject({
      code: 0,
      stdout: 'no problems\n',
    });
    expect((await run('lint', file('bad.edl', BAD), '--fps', '24')).code).toBe(10);
  });

  it('counts sources at their own rate', async () => {
    const { stdout } = await run(
      'show',
      file('good.edl', GOOD),
      '--fps',
      '24',
      '--source-fps',
      '48',
      '--json',
    );
    expect(JSON.parse(stdout).events[0].sourceFrames).toEqual({ first: 1728000, last: 1728047 });
  });

  it('refuses a file that is not there, a rate that is none, and an unknown action', async () => {
    await expect(run('show', path.join(folder, 'none.edl'))).rejects.toMatchObject({ code: 'not-found' });
    await expect(run('show', file('good.edl', GOOD), '--fps', 'film')).rejects.toMatchObject({
      code: 'input-invalid',
    });
    await expect(run('eat', file('good.edl', GOOD))).rejects.toMatchObject({ code: 'input-invalid' });
  });
});
