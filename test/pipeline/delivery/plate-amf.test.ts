import { describe, expect, it } from 'vitest';
import { readAmfSource } from '../../../pipeline/delivery/amf-source.ts';
import { chooseAmf } from '../../../pipeline/delivery/choose-amf.ts';
import { type LookDocuments, plateColour, proxyColour } from '../../../pipeline/delivery/colour.ts';
import { composePackage } from '../../../pipeline/delivery/compose-package.ts';
import { preparePlate } from '../../../pipeline/delivery/prepare-plate.ts';
import { findRecipe } from '../../../pipeline/delivery/recipes.ts';
import type { Cdl } from '../../../schemas/cut-list.ts';
import { readAmf } from '../../../standards/amf/read-amf.ts';
import { readCdlFile } from '../../../standards/cdl/read-cdl.ts';
import {
  cdlLook,
  cdlNodes,
  inputById,
  LOGC4,
  lookByFile,
  lookById,
  makeAmf,
  outputById,
  REC709,
  RGC,
} from '../../standards/amf/make-amf.ts';
import { makeClipSource, makePlannedPlate } from './clip-source-fixture.ts';
import { makePackageInput } from './packaged-plate-fixture.ts';

const DISPLAY = { display: 'Rec.1886 Rec.709 - Display', view: 'ACES 2.0 - SDR 100 nits (Rec.709)' };
const GRADE: Cdl = { slope: [1.1, 1, 1], offset: [0, 0, 0], power: [1, 1, 1], saturation: 1 };
const WORKING = '<aces:workingLocation/>';

async function amf(pipeline: string, clipId = ''): Promise<LookDocuments> {
  return { amf: await readAmfSource(makeAmf({ pipeline, clipId }), 'show.amf'), cdl: null };
}

function kinds(steps: { kind: string }[] | undefined): string[] {
  return (steps ?? []).map((step) => step.kind);
}

describe('a plate under an AMF', () => {
  it('bakes the input and what stands before the working location, and no more', async () => {
    const look = await amf(inputById(LOGC4) + lookById(RGC) + WORKING + cdlLook() + outputById(REC709));
    const { colour, told } = plateColour(makeClipSource(), 'ACES2065-1', look);
    expect(kinds(colour?.steps)).toEqual(['convert', 'builtin']);
    expect(told).toEqual({ baked: [0, 1], inputId: null, cdl: null });
  });

  it('without a working location bakes the input alone, the very pixels that no AMF would give', async () => {
    const look = await amf(inputById(LOGC4) + lookById(RGC) + cdlLook() + outputById(REC709));
    expect(plateColour(makeClipSource(), 'ACES2065-1', look).colour).toEqual(
      plateColour(makeClipSource(), 'ACES2065-1').colour,
    );
  });

  it('never applies again what is applied', async () => {
    const look = await amf(inputById(LOGC4, 'true') + lookById(RGC, '1') + WORKING + outputById(REC709));
    const { colour, told } = plateColour(makeClipSource(), 'ACES2065-1', look);
    expect(colour).toMatchObject({ decodedSpace: 'ACES2065-1', steps: [] });
    expect(told?.baked).toEqual([]);
  });

  it('of raw that is developed to ACES does no input transform, and tells that it is in the pixels', async () => {
    const raw = makeClipSource({ transferFunction: 'linear', colorPrimaries: 'camera native' });
    const { colour, told } = plateColour(
      raw,
      'ACES2065-1',
      await amf(inputById(LOGC4) + WORKING + outputById(REC709)),
    );
    expect(colour).toMatchObject({ decodedSpace: 'camera-native', steps: [] });
    expect(told?.baked).toEqual([0]);
  });

  it('is not made where a transform before the hand-off cannot be carried out, and is where one after it cannot', async () => {
    const unknown = 'v2.0:Look.Acme.Secret.a2.v1';
    const before = plateColour(
      makeClipSource(),
      'ACES2065-1',
      await amf(inputById(LOGC4) + lookById(unknown) + WORKING + outputById(REC709)),
    );
    expect(before.colour).toBeNull();
    expect(before.findings.map((f) => f.code)).toContain('transform-unknown');
    const after = plateColour(
      makeClipSource(),
      'ACES2065-1',
      await amf(inputById(LOGC4) + WORKING + lookById(unknown) + outputById(REC709)),
    );
    expect(after.colour).not.toBeNull();
    expect(after.findings.map((f) => f.code)).toContain('transform-unknown');
  });

  it('is not made from an AMF that leaves a doubt', async () => {
    const { colour, findings } = plateColour(
      makeClipSource(),
      'ACES2065-1',
      await amf(inputById(LOGC4, null) + outputById(REC709)),
    );
    expect(colour).toBeNull();
    expect(findings.map((f) => f.code)).toContain('document-invalid');
  });

  it('keeps the camera format against the input of a template, and yields to an AMF for this very clip', async () => {
    const sony = inputById('v2.0:CSC.Sony.SLog3_SGamut3Cine_to_ACES.a2.v1');
    const template = plateColour(makeClipSource(), 'ACES2065-1', await amf(sony + outputById(REC709)));
    expect(template.colour?.decodedSpace).toBe('ARRI LogC4');
    expect(template.told?.inputId).toContain('LogC4_to_ACES');
    expect(template.findings.map((f) => f.code)).toContain('input-transform-conflict');
    const clipId =
      '<aces:clipId><aces:clipName>A001C001_240101_R1AB</aces:clipName><aces:file>x.mov</aces:file></aces:clipId>';
    const own = plateColour(makeClipSource(), 'ACES2065-1', await amf(sony + outputById(REC709), clipId));
    expect(own.colour?.decodedSpace).toBe('S-Log3 S-Gamut3.Cine');
    expect(own.findings.map((f) => f.code)).toContain('input-transform-conflict');
  });

  it('takes the input of the AMF where the camera format has none', async () => {
    const unknown = makeClipSource({ transferFunction: null });
    const { colour } = plateColour(unknown, 'ACES2065-1', await amf(inputById(LOGC4) + outputById(REC709)));
    expect(colour?.decodedSpace).toBe('ARRI LogC4');
  });
});

describe('a picture to look at', () => {
  it('bakes everything of the AMF, in its order', async () => {
    const look = await amf(inputById(LOGC4) + lookById(RGC) + WORKING + cdlLook() + outputById(REC709));
    const { colour } = proxyColour(makeClipSource(), DISPLAY, look);
    expect(kinds(colour?.steps)).toEqual([
      'convert',
      'builtin',
      'convert',
      'convert',
      'cdl',
      'convert',
      'builtin',
      'builtin',
    ]);
    expect(colour?.outputSpace).toBe('Rec.1886 Rec.709 - Display');
  });

  it('grades with the CDL of the cut list in ACEScct where there is no AMF, and says so', () => {
    const { colour, findings } = proxyColour(makeClipSource(), DISPLAY, { amf: null, cdl: GRADE });
    expect(kinds(colour?.steps)).toEqual(['convert', 'convert', 'cdl', 'convert', 'display']);
    expect(findings.map((f) => f.code).sort()).toEqual(['colour-default', 'working-space-assumed']);
  });

  it('puts the CDL of the cut list at the working location of an AMF that has none', async () => {
    const look = {
      ...(await amf(inputById(LOGC4) + lookById(RGC) + WORKING + outputById(REC709))),
      cdl: GRADE,
    };
    expect(kinds(proxyColour(makeClipSource(), DISPLAY, look).colour?.steps)).toEqual([
      'convert',
      'builtin',
      'convert',
      'cdl',
      'convert',
      'builtin',
      'builtin',
    ]);
  });

  it('keeps the CDL of the AMF where both grade, and says so', async () => {
    const look = { ...(await amf(inputById(LOGC4) + cdlLook() + outputById(REC709))), cdl: GRADE };
    const { colour, findings } = proxyColour(makeClipSource(), DISPLAY, look);
    expect(colour?.steps.filter((step) => step.kind === 'cdl')).toMatchObject([{ saturation: 0.9 }]);
    expect(findings.map((f) => f.code)).toContain('cdl-conflict');
  });

  it('is for the display of the recipe where the recipe insists', async () => {
    const look = await amf(
      inputById(LOGC4) +
        cdlLook() +
        outputById('v2.0:Output.Academy.P3-D65_1000nit_in_Rec2100-D65_ST2084.a2.v1'),
    );
    expect(
      proxyColour(makeClipSource(), { ...DISPLAY, output: 'recipe' }, look).colour?.steps.at(-1),
    ).toMatchObject({ kind: 'display' });
    expect(proxyColour(makeClipSource(), DISPLAY, look).colour?.outputSpace).toBe('Rec.2100-PQ - Display');
  });
});

describe('several AMFs of one turnover', () => {
  const named = async (name: string, red: string, clipName: string | null) => {
    const clipId =
      clipName === null
        ? ''
        : `<aces:clipId><aces:clipName>${clipName}</aces:clipName><aces:file>${clipName}.mov</aces:file></aces:clipId>`;
    const pipeline = inputById(LOGC4) + cdlLook({ nodes: cdlNodes({ slope: `${red} 1 1` }) });
    return readAmfSource(makeAmf({ pipeline, clipId }), name);
  };
  const source = makeClipSource();
  const own = source.clip.clipName;

  it('are each for the clip they name; one that names none is for all others', async () => {
    const all = [
      await named('a', '1.1', own),
      await named('b', '1.2', 'B001'),
      await named('show', '1.3', null),
    ];
    expect(chooseAmf(source, all).amf?.name).toBe('a');
    const other = { ...source, clip: { ...source.clip, clipName: 'C001', files: [] } };
    expect(chooseAmf(other, all).amf?.name).toBe('show');
    expect(chooseAmf(other, all.slice(0, 2)).amf).toBeNull();
    expect(chooseAmf(other, all.slice(0, 1)).amf?.name).toBe('a');
  });

  it('that both name a clip decide nothing, and the plate is not made', async () => {
    const amfs = [await named('a', '1.1', own), await named('b', '1.2', own)];
    const input = makePackageInput();
    const prepared = preparePlate({
      turnover: 't',
      plate: makePlannedPlate(),
      source,
      recipe: input.recipe,
      amfs,
      fingerprint: {},
    });
    expect(prepared.deliverables).toEqual([]);
    expect(prepared.findings.map(({ code }) => code)).toContain('colour-undecided');
    expect(chooseAmf(source, [amfs[0]!, { ...amfs[0]!, name: 'copy' }]).amf?.name).toBe('a');
  });
});

describe('the documents beside a plate', () => {
  async function documentsWith(pipeline: string, cdl: Cdl | null, files: Record<string, string> = {}) {
    const input = makePackageInput();
    const [plate] = input.plates;
    const port = {
      read: async (path: string) => (files[path] === undefined ? null : Buffer.from(files[path])),
    };
    const source = pipeline === '' ? null : await readAmfSource(makeAmf({ pipeline }), 'show.amf', port);
    plate!.planned = { ...makePlannedPlate(), cdl };
    plate!.prepared = preparePlate({
      turnover: input.turnover,
      plate: plate!.planned,
      source: plate!.source,
      recipe: findRecipe('vfx-plates'),
      amfs: source === null ? [] : [source],
      fingerprint: { open: '1' },
    });
    const { documents } = composePackage(input);
    return (ending: string) => documents.find((d) => d.path.endsWith(ending))?.text.toString();
  }

  it('are an AMF that says what is applied, even where nobody sent one', async () => {
    const text = await documentsWith('', null);
    const { amf: made, problems } = readAmf(text('.amf')!, 'made');
    expect(problems).toEqual([]);
    expect(made!.clipId).toEqual({
      clipName: 'SHOT_010_PL01_v001',
      target: { kind: 'sequence', value: 'SHOT_010_PL01_v001.####.exr', idx: '#', min: 1001, max: 1032 },
    });
    expect(made!.pipeline.transforms.map((t) => [t.role, t.applied])).toEqual([
      ['input', true],
      ['output', false],
    ]);
  });

  it('are the AMF that came with what was baked marked, its pipeline archived, and its files beside it', async () => {
    const text = await documentsWith(
      inputById(LOGC4) +
        lookById(RGC) +
        WORKING +
        cdlLook() +
        lookByFile('luts/show.clf') +
        outputById(REC709),
      null,
      {
        'luts/show.clf': '<ProcessList xmlns="urn:AMPAS:CLF:v3.0"/>',
      },
    );
    const { amf: made, problems } = readAmf(text('.amf')!, 'made');
    expect(problems).toEqual([]);
    expect(made!.pipeline.transforms.map((t) => t.applied)).toEqual([true, true, false, false, false]);
    expect(made!.archivedPipelines).toBe(1);
    expect(text('SHOT_010_PL01_v001/luts/show.clf')).toContain('ProcessList');
  });

  it('carry the CDL that the AMF leaves to be done as .cc and .cdl too', async () => {
    const nodes = cdlNodes({ slope: '1.25 1 1', offset: '0 0 0', power: '1 1 1', saturation: '0.5' });
    const text = await documentsWith(inputById(LOGC4) + cdlLook({ nodes }) + outputById(REC709), null);
    expect(readCdlFile(text('.cc')!, 'cc')[0]!.cdl).toMatchObject({ slope: [1.25, 1, 1], saturation: 0.5 });
    const applied = inputById(LOGC4) + cdlLook({ nodes, applied: 'true' }) + outputById(REC709);
    expect((await documentsWith(applied, null))('.cc')).toBeUndefined();
  });

  it('carry the CDL of the cut list as .cc, .cdl and a look that is not applied', async () => {
    const text = await documentsWith(inputById(LOGC4) + lookById(RGC) + WORKING + outputById(REC709), GRADE);
    expect(readCdlFile(text('.cc')!, 'cc')).toEqual([
      { id: 'SHOT_010_PL01_v001', cdl: GRADE, description: null },
    ]);
    expect(readCdlFile(text('.cdl')!, 'cdl')[0]!.cdl).toEqual(GRADE);
    expect(readCdlFile(text('cdl/plates.ccc')!, 'ccc').map(({ id }) => id)).toEqual(['SHOT_010_PL01_v001']);
    const looks = readAmf(text('.amf')!, 'made').amf!.pipeline.transforms.filter((t) => t.role === 'look');
    expect(looks.map((t) => [t.form.kind, t.applied])).toEqual([
      ['reference', true],
      ['cdl', false],
    ]);
    expect(looks[1]!.form).toMatchObject({ cdl: GRADE });
  });
});
