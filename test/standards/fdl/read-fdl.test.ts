import { describe, expect, it } from 'vitest';
import { readFdl, writeFdl } from '../../../standards/fdl/read-fdl.ts';
import { makeFdl } from './make-fdl.ts';

/** The document with the value at a dotted path replaced, as text. */
function changed(path: string, value: unknown): string {
  const copy = structuredClone(makeFdl()) as Record<string, unknown>;
  const names = path.split('.');
  const last = names.pop()!;
  const parent = names.reduce<Record<string, unknown>>(
    (at, name) => at[name] as Record<string, unknown>,
    copy,
  );
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return JSON.stringify(copy);
}

const CANVAS = 'contexts.0.canvases.0';
const DECISION = `${CANVAS}.framing_decisions.0`;
const TEMPLATE = 'canvas_templates.0';

describe('an FDL', () => {
  it('is read, and written back with its own members', () => {
    const text = changed(`${CANVAS}._camera`, { serial: 1 });
    const { fdl, problems } = readFdl(text, 'a.fdl');
    expect(problems).toEqual([]);
    expect(JSON.parse(writeFdl(fdl!))).toEqual(JSON.parse(text));
  });

  it.each<[string, string, unknown, RegExp]>([
    ['an unknown member', `${CANVAS}.camera`, 1, /camera is not a member/],
    ['no uuid', 'uuid', undefined, /uuid/],
    ['another version', 'version.minor', 1, /only version 2\.0/],
    ['an id with a hyphen', `${CANVAS}.id`, 'C-V', /letters, digits/],
    ['an id of 33 characters', 'framing_intents.0.id', 'x'.repeat(33), /1 to 32/],
    ['a fractional canvas', `${CANVAS}.dimensions.width`, 4096.5, /dimensions\.width/],
    ['a canvas of no height', `${CANVAS}.dimensions.height`, 0, /dimensions\.height/],
    ['a negative anchor', `${DECISION}.anchor_point.y`, -1, /anchor_point\.y/],
    [
      'an effective area without its anchor',
      `${CANVAS}.effective_dimensions`,
      { width: 4000, height: 2000 },
      /effective_anchor_point/,
    ],
    [
      'protection without its anchor',
      `${DECISION}.protection_dimensions`,
      { width: 4096, height: 2000 },
      /protection_anchor_point/,
    ],
    ['a squeeze of 0 on a canvas', `${CANVAS}.anamorphic_squeeze`, 0, /anamorphic_squeeze/],
    ['a fit method that does not exist', `${TEMPLATE}.fit_method`, 'stretch', /fit_method/],
    ['half a rounding', `${TEMPLATE}.round`, { even: 'even' }, /round\.mode/],
    [
      'a clip by file and by sequence',
      'contexts.0.clip_id',
      { clip_name: 'a', file: 'a.mov', sequence: { value: 'a.#.exr', idx: '#', min: 1, max: 2 } },
      /not both/,
    ],
    ['a dangling default intent', 'default_framing_intent', 'XX', /"XX", which is no framing intent/],
    ['a dangling source canvas', `${CANVAS}.source_canvas_id`, 'XX', /"XX", which is no canvas/],
    ['a framing whose id is not of its canvas', `${DECISION}.id`, 'XX-FI', /must be "CV-FI"/],
    ['a framing larger than its canvas', `${DECISION}.dimensions.height`, 2400, /is not within/],
    ['a target of 0 that must be fitted', `${TEMPLATE}.target_dimensions.width`, 0, /target of 0/],
    ['protection above 1', 'framing_intents.0.protection', 1.5, /expected 0 to 1/],
  ])('with %s is not valid, and says where', (_what, path, value, message) => {
    const { problems } = readFdl(changed(path, value), 'a.fdl');
    expect(
      problems
        .filter((p) => p.severity === 'error')
        .map((p) => p.forPeople)
        .join('\n'),
    ).toMatch(message);
  });

  it('with two of one id, or with protection smaller than its framing, is not valid', () => {
    const twice = makeFdl();
    twice.canvas_templates!.push(twice.canvas_templates![0]!);
    expect(readFdl(JSON.stringify(twice), 'a').problems[0]!.forPeople).toMatch(/two of kind canvas template/);
    const tight = makeFdl({
      decision: {
        protection_dimensions: { width: 4000, height: 1700 },
        protection_anchor_point: { x: 48, y: 230 },
      },
    });
    expect(readFdl(JSON.stringify(tight), 'a').problems[0]!.forPeople).toMatch(
      /is not within its protection/,
    );
  });

  it('whose framing runs over the far edge of its canvas is told so, and left to the template', () => {
    const { problems } = readFdl(changed(`${DECISION}.anchor_point.y`, 500), 'a');
    expect(problems.map((p) => [p.severity, p.forPeople])).toEqual([
      ['warning', expect.stringMatching(/is not within/)],
    ]);
  });

  it('may keep the source squeeze by a target of 0, with a warning', () => {
    const { fdl, problems } = readFdl(changed(`${TEMPLATE}.target_anamorphic_squeeze`, 0), 'a');
    expect(fdl).not.toBeNull();
    expect(problems.map((p) => p.severity)).toEqual(['warning']);
  });

  it('that is no JSON, or no object, is told so', () => {
    expect(readFdl('{', 'a.fdl').problems[0]!.forPeople).toMatch(/a\.fdl: it is not JSON/);
    expect(readFdl('[]', 'a').fdl).toBeNull();
  });
});
