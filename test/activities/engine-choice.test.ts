import { describe, expect, test } from 'vitest';
import { type EnginesAtHand, engineChooser } from '../../activities/engine-choice.ts';
import { engineFingerprint } from '../../engine/choose-engine.ts';
import type { ClipSource } from '../../pipeline/delivery/clip-source.ts';
import type { GateVerdict, SiteEngine } from '../../schemas/engine.ts';
import type { SegmentJob } from '../../schemas/segment-job.ts';
import { REQUEST } from '../workflows/stand-in-activities.ts';

const EXR = ['exr:none', 'exr:zip', 'exr:piz', 'exr:st2065-4'];
const open: SiteEngine = {
  name: 'open',
  versions: { oiiotool: '3' },
  decodes: ['prores', 'dpx'],
  writes: [...EXR, 'prores-proxy'],
  missing: [],
  licences: null,
};
const flapi: SiteEngine = {
  ...open,
  name: 'flapi',
  versions: { baselight: '5.3' },
  decodes: ['r3d', 'arriraw', 'x-ocn', 'braw', 'prores'],
  writes: EXR,
};
const redline: SiteEngine = { ...flapi, name: 'redline', versions: { redline: '59' }, decodes: ['r3d'] };

const SOURCE = {
  clipId: 'c',
  clip: { fields: {} },
  objects: [],
  cameraFormat: null,
} as unknown as ClipSource;
const job = (
  codec: SegmentJob['decode']['codec'],
  output: object = { kind: 'exr', compression: 'zip', container: 'openexr' },
) => ({ decode: { codec, container: 'other' }, output }) as SegmentJob;
const PROXY = { kind: 'movie', codec: 'prores-proxy', container: 'mov' };

function choose(engines: SiteEngine[], more: Partial<EnginesAtHand> = {}, source: ClipSource = SOURCE) {
  const at = { engines, rules: [], requiresGate: [], verdicts: [], licences: {}, ...more };
  return engineChooser(at, REQUEST, source);
}

describe('which engine makes a deliverable', () => {
  test.each(['r3d', 'arriraw', 'x-ocn', 'braw'] as const)(
    '%s goes to the software that reads it',
    (codec) => {
      expect(choose([open, flapi])(job(codec))).toMatchObject({
        name: 'flapi',
        versions: { baselight: '5.3' },
      });
    },
  );

  test('what free programs read stays with them, and a movie never goes to an engine that writes none', () => {
    expect(choose([open, flapi])(job('prores'))).toMatchObject({ name: 'open' });
    const rules = [{ codec: 'prores', engines: ['flapi', 'open'] }];
    expect(choose([open, flapi], { rules })(job('prores'))).toMatchObject({ name: 'flapi' });
    expect(choose([open, flapi], { rules })(job('prores', PROXY))).toMatchObject({ name: 'open' });
  });

  test('where nothing at the site can, one sentence says what was asked and why each engine is not it', () => {
    expect(
      choose([open, { ...redline, decodes: [], missing: [{ what: 'redline', why: '', fix: '' }] }])(
        job('r3d'),
      ),
    ).toEqual({
      none: expect.stringMatching(
        /^No engine at this site can make exr:zip of r3d: flapi: not at this site; redline: redline is missing\./,
      ),
    });
  });
});

describe('a production that asks for a passed gate', () => {
  const verdict = (cameraFormat: string, passed: boolean, engine = flapi): GateVerdict => ({
    version: 1,
    kind: 'gate-verdict',
    production: 'AGM',
    engine: engineFingerprint(engine),
    reference: 'stills',
    cameraFormat,
    passed,
    factKey: 'facts/AGM/gates/0.json',
    who: 'Ada',
    at: '2026-09-30T09:00:00.000Z',
  });
  const chosen = (verdicts: GateVerdict[], cameraFormatId: string | null = 'f1') =>
    choose([open, flapi], { requiresGate: ['flapi'], verdicts }, { ...SOURCE, cameraFormatId })(job('r3d'));

  test('is not rendered by a version without one, and is told so', () => {
    expect(chosen([])).toEqual({
      none: expect.stringMatching(/has not passed the gate.*rushes validate --production AGM/),
    });
  });

  test.each<[string, GateVerdict[], boolean]>([
    ['its own camera format passed', [verdict('f1', true)], true],
    ['another camera format passed', [verdict('f2', true)], false],
    ['all camera formats passed at once', [verdict('all', true)], true],
    ['its own failed though all had passed', [verdict('f1', false), verdict('all', true)], false],
    ['another version passed', [verdict('f1', true, { ...flapi, versions: { baselight: '5.2' } })], false],
  ])('%s', (_, verdicts, isLet) => {
    expect('none' in chosen(verdicts)).toBe(!isLet);
  });

  test('engines that it does not name are free', () => {
    const at = choose([open, flapi], { requiresGate: ['flapi'] });
    expect(at(job('prores'))).toMatchObject({ name: 'open' });
  });
});
