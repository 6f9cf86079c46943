import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Dependencies } from '../../activities/dependencies.ts';
import { parseTurnoverSubmission } from '../../activities/parse-turnover-submission.ts';
import { findRecipe } from '../../pipeline/delivery/recipes.ts';
import { PipelineError } from '../../schemas/failure.ts';
import { writeCc } from '../../standards/cdl/write-cdl.ts';
import { RUN, refusal } from './refusal.ts';

let root: string;
let outside: string;
let deps: Dependencies;
/** What was written down as a fact: `<kind> <file name>`. */
let written: string[];

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'rushes-refusals-'));
  outside = mkdtempSync(join(tmpdir(), 'rushes-outside-'));
  written = [];
  const facts = {
    putBytes: async (_production: string, kind: string, fileName: string) => {
      written.push(`${kind} ${fileName}`);
      return `facts/${kind}/${fileName}`;
    },
    getBytes: async (key: string) => {
      throw new PipelineError('not-found', `There is no object ${key}.`, { key });
    },
  };
  deps = { site: 'studio', sourceRoots: [root], facts } as unknown as Dependencies;
});

afterAll(() => {
  for (const folder of [root, outside]) rmSync(folder, { recursive: true, force: true });
});

const turnover = (input: unknown) => parseTurnoverSubmission.run(deps, input, RUN);
const LOOK = {
  fileName: 'a.cc',
  text: writeCc({ id: 'a', cdl: { slope: [1, 1, 1], offset: [0, 0, 0], power: [1, 1, 1], saturation: 1 } }),
};
const LIST = { text: 'TITLE: X\n', fileName: 'AGM_104.edl' };

describe('a turnover', () => {
  test('gets its defaults: name of the list, revision 1, handles of the recipe', async () => {
    expect(await turnover({ production: 'AGM', cutList: LIST })).toMatchObject({
      accepted: {
        name: 'AGM_104',
        revision: 1,
        recipe: 'vfx-plates',
        handles: 8,
        priority: 3,
        site: 'studio',
        fps: null,
        cutListFileName: 'AGM_104.edl',
      },
    });
    expect(written).toContain('cut-lists AGM_104.edl');
  });

  test('takes a list from a path under a listed folder', async () => {
    writeFileSync(join(root, 'reel 1 (final).edl'), 'TITLE: X\n');
    expect(
      await turnover({ production: 'AGM', cutList: { path: join(root, 'reel 1 (final).edl') } }),
    ).toMatchObject({
      accepted: { name: 'reel_1_final_', cutListFileName: 'reel 1 (final).edl' },
    });
  });

  test('takes the layers of a sequence, each a list of its own, with numbering and names for its shots', async () => {
    const layer = (fileName: string) => ({ text: `TITLE: ${fileName}\n`, fileName });
    expect(
      await turnover({
        production: 'AGM',
        cutList: [layer('V1.edl'), layer('V2.edl')],
        numbering: { first: 1009, at: 'cut-in' },
        shotTemplate: 'AGM_{number}',
      }),
    ).toMatchObject({
      accepted: {
        name: 'V1',
        cutListFileName: 'V1.edl',
        furtherLists: [{ fileName: 'V2.edl' }],
        numbering: { first: 1009, at: 'cut-in' },
        shotTemplate: 'AGM_{number}',
      },
    });
  });

  for (const [what, input, code, words] of [
    [
      'layers of one name',
      { production: 'AGM', cutList: [LIST, LIST] },
      'input-invalid',
      /Two cut lists are named/,
    ],
    ['no layer', { production: 'AGM', cutList: [] }, 'input-invalid', /cutList/],
    [
      'a template that gives every shot one name',
      { production: 'AGM', cutList: LIST, shotTemplate: 'shot' },
      'input-invalid',
      /\{number\}/,
    ],
    [
      'a template with an unknown word',
      { production: 'AGM', cutList: LIST, shotTemplate: '{scene}_{number}' },
      'input-invalid',
      /\{scene\}/,
    ],
    ['no cut list', { production: 'AGM' }, 'input-invalid', /cutList/],
    [
      'a recipe that does not exist, and lists those that do',
      { production: 'AGM', cutList: LIST, recipe: 'vfx' },
      'not-found',
      /There is no recipe "vfx"\. Recipes: vfx-plates/,
    ],
    [
      'a recipe of their own with faults, and tells each',
      {
        production: 'AGM',
        cutList: LIST,
        recipe: { ...findRecipe('vfx-plates'), name: 'mine', hands: 8, revision: 0 },
      },
      'input-invalid',
      /The recipe "mine" cannot be used\. (?=.*At revision: )(?=.*"hands" is not a field)/,
    ],
    [
      'a look that is no colour correction',
      { production: 'AGM', cutList: LIST, looks: [{ fileName: 'a.cc', text: '<x/>' }] },
      'input-invalid',
      /a\.cc, line 1: its root element is <x>/,
    ],
    [
      'two looks of one name',
      { production: 'AGM', cutList: LIST, looks: [LOOK, LOOK] },
      'input-invalid',
      /Two look files are named «a\.cc»/,
    ],
    [
      'a reference outside the listed folders',
      { production: 'AGM', cutList: LIST, references: ['/etc/hostname'] },
      'refused-by-rule',
      /\/etc\/hostname lies under none of the source folders/,
    ],
    [
      'a frame rate that is none',
      { production: 'AGM', cutList: LIST, fps: 'film' },
      'input-invalid',
      /«film» is no frame rate/,
    ],
    [
      'a list that is not in the store',
      { production: 'AGM', cutList: { key: 'facts/absent.edl' } },
      'not-found',
      /There is no object facts\/absent\.edl/,
    ],
    [
      'a list name that leads out of its folder',
      { production: 'AGM', cutList: { text: 'x', fileName: '../../x.edl' } },
      'input-invalid',
      /«\.\.\/\.\.\/x\.edl» is not a file name/,
    ],
    [
      'a list name that is a folder',
      { production: 'AGM', cutList: { text: 'x', fileName: '..' } },
      'input-invalid',
      /is not a file name/,
    ],
    [
      'a name that no folder could bear',
      { production: 'AGM', cutList: LIST, name: 'a/b' },
      'input-invalid',
      /name/,
    ],
    ['negative handles', { production: 'AGM', cutList: LIST, handles: -1 }, 'input-invalid', /handles/],
    [
      'a deadline that is no instant',
      { production: 'AGM', cutList: LIST, deadline: 'tomorrow' },
      'input-invalid',
      /deadline/,
    ],
    ['an FDL that is none', { production: 'AGM', cutList: LIST, fdl: '{}' }, 'input-invalid', /FDL/],
  ] as const)
    test(`is refused for ${what}`, async () => {
      const refused = await refusal(turnover(input));
      expect(refused.code).toBe(code);
      expect(refused.sentence).toMatch(words);
    });

  test('is refused for a list that is not there, is a folder, is no file, or lies elsewhere', async () => {
    execFileSync('mkfifo', [join(root, 'a-pipe.edl')]);
    writeFileSync(join(outside, 'x.edl'), '');
    const at = (path: string) => refusal(turnover({ production: 'AGM', cutList: { path } }));
    expect(await at(join(root, 'absent.edl'))).toMatchObject({ code: 'not-found' });
    expect((await at(root)).sentence).toContain('is not a file');
    expect((await at(join(root, 'a-pipe.edl'))).sentence).toContain('is not a file');
    expect(await at(join(outside, 'x.edl'))).toMatchObject({ code: 'refused-by-rule' });
  });
});
