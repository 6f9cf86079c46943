import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { amfCalls, amfStackOf } from '../../../engine/flapi/amf-stack.ts';
import { readInstalledInterface } from '../../../engine/flapi/installed-interface.ts';
import { createOpenEngine } from '../../../engine/open/open-engine.ts';
import { type MadeCard, makeCard } from '../../../footage/card.ts';
import type { ColorStep, SegmentJob } from '../../../schemas/segment-job.ts';
import { readAmf } from '../../../standards/amf/read-amf.ts';
import { schemaOfLater } from '../../stand-ins/flapid/amf-calls.ts';
import type { Misbehaviour } from '../../stand-ins/flapid/misbehaviour.ts';
import { toolPaths } from '../../support/tools.ts';
import { clipJob } from '../clip-job.ts';
import { readPicture } from '../picture.ts';
import { NAMES, standInEngine, standInPlace } from './stand-in.ts';

const folder = mkdtempSync(join(tmpdir(), 'flapi-amf-'));
const schema = join(folder, 'schema.json');
writeFileSync(schema, JSON.stringify(schemaOfLater()));
let card: MadeCard;

beforeAll(async () => {
  const size = { width: 64, height: 36 };
  const common = { dir: folder, tools: toolPaths(), clips: 1, frames: 2, size, seed: 5, seal: false };
  card = await makeCard({ ...common, kind: 'dpx' });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const CDL: ColorStep = {
  kind: 'cdl',
  slope: [1.3, 1, 0.8],
  offset: [0.02, 0, -0.01],
  power: [1, 1.15, 0.9],
  saturation: 0.7,
  workingSpace: 'ACEScct',
};

/** The engine on an installation of 6.0 that takes AMFs in this way; `names` as somebody configured them. */
function later(amf: Misbehaviour['amf'], names: Record<string, string> = {}) {
  const wrong: Misbehaviour = { laterEnums: ['AMF_APPLY', 'AFFINE_TYPE'], ...(amf ? { amf } : {}) };
  return standInEngine(wrong, {}, { place: { ...standInPlace(wrong), schema }, colourNames: names });
}

function jobWith(look: ColorStep | null) {
  const { job, sources } = clipJob(card, card.clips[0]!);
  return {
    job: { ...job, colour: { ...job.colour, steps: [...job.colour.steps, ...(look ? [look] : [])] } },
    sources,
  };
}

async function firstPicture(engine: Pick<ReturnType<typeof later>, 'render'>, look: ColorStep | null) {
  const { job, sources } = jobWith(look);
  const workDir = mkdtempSync(join(folder, 'work-'));
  const options = { signal: new AbortController().signal, progress: () => {} };
  const only: SegmentJob = { ...job, frames: { first: 0, last: 0 } };
  const { frames } = await engine.render(only, sources, workDir, options);
  return readPicture(frames[0]!.file);
}

describe('a version that takes AMFs', () => {
  it('is told the whole colour by one, without a name for the camera, and says so in its provenance', async () => {
    const engine = later('taken');
    const { versions, offers } = await engine.capabilities();
    expect(versions.colour).toBe('Shot.insert_amf_stack');
    expect(offers?.join()).toMatch(/AMF, used/);
    for (const look of [null, CDL]) {
      const expected = await firstPicture(createOpenEngine({ tools: toolPaths() }), look);
      expectNear(await firstPicture(engine, look), expected);
    }
  });

  it('gives the picture that names and layers give on a version without', async () => {
    const names = { ...NAMES, ACEScct: 'Stand-in ACEScct' };
    const plain = standInEngine({}, {}, { colourNames: names });
    expect((await plain.capabilities()).versions.colour).toBe('names and layers');
    for (const look of [null, CDL])
      expectNear(await firstPicture(plain, look), await firstPicture(later('taken'), look));
  });

  it.each<[string, Misbehaviour['amf'], RegExp]>([
    ['refuses them', 'refused', /not used: Shot.insert_amf_stack: no AMF today/],
    ['passes over them', 'ignored', /not used: flapid was given an AMF for S-Log3/],
    ['passes over the look in them', 'without looks', /not used: a look in an AMF changes nothing/],
    ['has the enumeration and not the method', undefined, /not used: .*there is no method/],
  ])('one that %s is asked by names and layers, and people are told', async (_, amf, why) => {
    const engine = later(amf, NAMES);
    const { versions, offers, missing } = await engine.capabilities();
    expect(missing).toEqual([]);
    expect(versions.colour).toBe('names and layers');
    expect(offers?.join()).toMatch(why);
    await firstPicture(engine, null);
  });

  it('a colour that no AMF says goes by names', async () => {
    const other = { ...CDL, workingSpace: 'ACEScg' };
    await firstPicture(later('taken', NAMES), other);
    await expect(firstPicture(later('taken'), other)).rejects.toMatchObject({ code: 'unsupported' });
  });
});

describe('what an installation says of itself', () => {
  it.each<[string, string | null]>([
    ['is not there', null],
    ['is no JSON', '{"Classes": ['],
    ['has another form', '{"Classes": {"Shot": 1}}'],
  ])('changes nothing when it %s', async (_, text) => {
    const path = join(folder, 'other.json');
    if (text === null) rmSync(path, { force: true });
    else writeFileSync(path, text);
    expect(amfCalls(await readInstalledInterface({ ...standInPlace(), schema: path }))).toBeNull();
  });

  it('is not used where a method asks for what we do not have', async () => {
    const argument = (Name: string, Type: string, Nullable = 0) => ({ Name, Type, Nullable });
    const told = async (Args: unknown) => {
      const Methods = [
        { Name: 'insert_amf_stack', Args },
        { Name: 'aces_idt_for_input_colour_space', Args: null },
      ];
      const path = join(folder, 'asks.json');
      writeFileSync(path, JSON.stringify({ Classes: [{ Name: 'Shot', Methods }], ValueTypes: null }));
      return amfCalls(await readInstalledInterface({ ...standInPlace(), schema: path }))?.insertion('/a.amf');
    };
    expect(await told([argument('file', 'string')])).toEqual({ file: '/a.amf' });
    expect(await told({ client: { Type: 'context' }, file: { Type: 'string' } })).toEqual({ file: '/a.amf' });
    expect(await told([argument('file', 'string'), argument('eye', 'string', 1)])).toEqual({
      file: '/a.amf',
      eye: null,
    });
    expect(await told([argument('file', 'string'), argument('uuid', 'string')])).toBeUndefined();
    expect(await told([argument('layers', 'int'), argument('file', 'string')])).toBeUndefined();
    expect(await told([])).toBeUndefined();
  });
});

it('the AMF of a job says what is to be done and nothing else, and is a valid one', () => {
  const { job } = jobWith(CDL);
  const { amf, problems } = readAmf(amfStackOf(job)!.text, 'job.amf');
  expect(problems).toEqual([]);
  expect(amf!.pipeline.transforms.map(({ applied }) => applied)).toEqual([false, false]);
  expect(amfStackOf(jobWith({ ...CDL, workingSpace: 'ACEScc' }).job)).toBeNull();
  const native = { ...job, colour: { ...job.colour, decodedSpace: 'camera-native' } };
  expect(amfStackOf(native)).toBeNull();
});

function expectNear(a: Awaited<ReturnType<typeof readPicture>>, b: Awaited<ReturnType<typeof readPicture>>) {
  expect([a.width, a.height]).toEqual([b.width, b.height]);
  const worst = Math.max(
    ...a.pixels.map((value, k) => Math.abs(value - b.pixels[k]!) / (1e-3 + Math.abs(b.pixels[k]!))),
  );
  expect(worst).toBeLessThan(0.003);
}
