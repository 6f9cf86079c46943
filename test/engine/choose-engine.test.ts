import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ART_EVIDENCE } from '../../engine/art/evidence.ts';
import { chooseEngine, engineFingerprint } from '../../engine/choose-engine.ts';
import type { EngineCapabilities } from '../../engine/engine.ts';
import { FLAPI_EVIDENCE } from '../../engine/flapi/evidence.ts';
import { REDLINE_EVIDENCE } from '../../engine/redline/evidence.ts';
import type { EngineIdentity } from '../../schemas/engine.ts';

const engine = (
  name: string,
  decodes: string[],
  other: Partial<EngineCapabilities> = {},
): EngineCapabilities => ({
  name,
  versions: { [name]: '1' },
  decodes,
  writes: ['exr:zip'],
  missing: [],
  ...other,
});
const wish = { codec: 'r3d', cameraMake: 'RED', recipe: 'vfx-plates', writes: 'exr:zip' };
const absent = engine('flapi', [], { missing: [{ what: 'flapid', why: '', fix: '' }] });

describe('the choice of engine', () => {
  it("makers' formats go to makers' software, with the reason why a preferred one is not taken", () => {
    expect(chooseEngine(wish, [absent, engine('redline', ['r3d'])])).toMatchObject({
      engine: { name: 'redline' },
      passedOver: [{ engine: 'flapi', why: 'flapid is missing' }],
    });
  });

  it('without any it is refused with every reason', () => {
    expect(() => chooseEngine(wish, [absent, engine('open', ['prores'])])).toThrow(
      /flapi: flapid is missing; redline: not at this site/,
    );
  });

  it('what free software reads stays there', () => {
    const engines = [engine('flapi', ['prores']), engine('open', ['prores'])];
    expect(chooseEngine({ ...wish, codec: 'prores' }, engines).engine.name).toBe('open');
  });

  it('a rule of a production goes first, by recipe and make', () => {
    const engines = [engine('flapi', ['prores']), engine('open', ['prores'])];
    const rules = [
      { codec: '*', recipe: 'finals', engines: ['flapi'] },
      { codec: '*', engines: ['open'] },
    ];
    expect(chooseEngine({ ...wish, codec: 'prores', recipe: 'finals' }, engines, rules).engine.name).toBe(
      'flapi',
    );
    expect(chooseEngine({ ...wish, codec: 'prores' }, engines, rules).engine.name).toBe('open');
  });

  it('where a production asks for a passed gate, another version is not taken', () => {
    const red = engine('redline', ['r3d']);
    const passed = (engine: EngineIdentity) => engineFingerprint(engine) === engineFingerprint(red);
    expect(chooseEngine(wish, [red], undefined, passed).engine.name).toBe('redline');
    const newer = { ...red, versions: { redline: '2' } };
    expect(() => chooseEngine(wish, [newer], undefined, passed)).toThrow('has not passed the gate');
  });
});

it('every method the FilmLight engine calls cites what it rests on', () => {
  const folder = join(import.meta.dirname, '../../engine/flapi');
  const text = readdirSync(folder)
    .filter((name) => name !== 'evidence.ts')
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n');
  const classes =
    'Utilities|Application|SequenceDescriptor|Scene|Shot|FormatSet|Format|RenderSetup|RenderProcessor';
  const called = [...text.matchAll(new RegExp(`'((?:${classes})\\.[a-z_]+)'`, 'g'))].map(([, name]) => name!);
  const asked = [...text.matchAll(/ask\([^']*'((?:get|is)_[a-z_]+)'/g)].map(
    ([, name]) => `SequenceDescriptor.${name}`,
  );
  const cited = FLAPI_EVIDENCE.map(({ what }) => what);
  expect(called.length).toBeGreaterThan(20);
  expect([...new Set([...called, ...asked])].filter((name) => !cited.includes(name))).toEqual([]);
});

it.each([
  ['art', 'engine/art/art-engine.ts', ART_EVIDENCE],
  ['redline', 'engine/redline/redline-engine.ts', REDLINE_EVIDENCE],
])('every option the %s engine sends cites what it rests on', (_, file, evidence) => {
  const text = readFileSync(join(import.meta.dirname, '../..', file), 'utf8');
  const sent = [...text.matchAll(/'(--[A-Za-z-]+)'/g)].map(([, option]) => option!);
  const cited = evidence.flatMap(({ what }) => what.split(' '));
  expect(sent.length).toBeGreaterThan(5);
  expect(sent.filter((option) => !cited.includes(option))).toEqual([]);
});
