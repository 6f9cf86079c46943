import { describe, expect, test } from 'vitest';
import { main } from '../../cli/main.ts';

const run = async (...args: string[]) => {
  const said = { out: '', err: '' };
  const code = await main(
    args,
    {},
    {
      stdout: (text) => {
        said.out += text;
      },
      stderr: (text) => {
        said.err += text;
      },
    },
  );
  return { code, ...said };
};

const listed = async () =>
  [...(await run('help')).out.matchAll(/^ {2}rushes (\S+)/gm)].map(([, name]) => name!);

describe('asking how Rushes is called', () => {
  test('every command there is tells its usage when asked, on stdout, and does nothing else', async () => {
    const names = await listed();
    expect(names.length).toBeGreaterThan(25);
    for (const name of names) {
      const asked = await run(name, '--help');
      expect(asked, name).toMatchObject({ code: 0, err: '' });
      expect(asked.out, name).toContain(`rushes ${name}`);
      expect(await run('help', name), name).toEqual(asked);
      expect(await run(name, 'some', 'words', '-h'), name).toEqual(asked);
    }
  });

  test('the list of commands is an answer where it is asked for, and a refusal where a command is missing', async () => {
    for (const word of ['help', '--help', '-h']) expect(await run(word)).toMatchObject({ code: 0, err: '' });
    expect(await run()).toMatchObject({ code: 2, out: '' });
    for (const word of ['no-such', 'constructor', '__proto__'])
      expect(await run(word)).toMatchObject({
        code: 2,
        out: '',
        err: expect.stringContaining(`no command «${word}»`),
      });
  });
});

test.each([
  ['roll verify AGM/20260930', 'roll'],
  ['roll verify AGM/20260930/A001R1AA/ascmhl', 'roll'],
  ['transfer AGM//A001R1AA --to annex', 'roll'],
  ['turnover status AGM/CUT/one', 'turnover'],
  ['package export AGM/CUT DIR', 'package'],
])('«%s» is refused before any server is asked: that is not the id of a %s', async (line, what) => {
  const refused = await run(...line.split(' '));
  expect(refused).toMatchObject({ code: 2, out: '' });
  expect(refused.err).toMatch(new RegExp(`is not the id of a ${what}: <production>/<`));
});
