import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { NO_FILES, safePath } from '../../../standards/amf/amf-files.ts';
import { readAmf } from '../../../standards/amf/read-amf.ts';
import { type AmfPoint, resolvePipeline } from '../../../standards/amf/resolve-pipeline.ts';
import { findTransform, inputIdOf } from '../../../standards/amf/transform-table.ts';
import { writeCcc } from '../../../standards/cdl/write-cdl.ts';
import {
  ACESCCT,
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
} from './make-amf.ts';

const CLF = '<?xml version="1.0"?><ProcessList xmlns="urn:AMPAS:CLF:v3.0" id="1" compCLFversion="3.0"/>';
const WORKING = '<aces:workingLocation/>';
const FULL = inputById(LOGC4) + lookById(RGC) + WORKING + cdlLook() + outputById(REC709);

async function resolve(
  pipeline: string,
  to: AmfPoint = 'display',
  files: Record<string, string | Buffer> = {},
  systemVersion: [number, number, number] = [2, 0, 0],
) {
  const { amf, problems } = readAmf(makeAmf({ pipeline, systemVersion }), 'a.amf');
  if (!amf) throw new Error(problems[0]!.forPeople);
  const port = {
    read: async (path: string) => (files[path] === undefined ? null : Buffer.from(files[path])),
  };
  return resolvePipeline(amf, to, port, 'a.amf');
}

async function codes(pipeline: string, files: Record<string, string | Buffer> = {}) {
  const { problems, operations } = await resolve(pipeline, 'display', files);
  return { codes: problems.map((p) => p.code), isWhole: operations !== null };
}

describe('a pipeline up to a point', () => {
  it.each<[AmfPoint, boolean[]]>([
    ['aces', [true, false, false, false]],
    ['working', [true, true, false, false]],
    ['display', [true, true, true, true]],
  ])('%s bakes what lies before it', async (to, baked) => {
    const { steps, problems } = await resolve(FULL, to);
    expect(problems).toEqual([]);
    expect(steps.map((step) => step.baked)).toEqual(baked);
  });

  it('takes ACES for the working location where none is given', async () => {
    const { steps } = await resolve(inputById(LOGC4) + lookById(RGC) + outputById(REC709), 'working');
    expect(steps.map((step) => step.baked)).toEqual([true, false, false]);
  });

  it.each<[string, string, boolean[]]>([
    ['nothing applied', 'false false false', [true, true, true]],
    ['the input applied', 'true false false', [false, true, true]],
    ['input and look applied', '1 1 0', [false, false, true]],
    ['all applied', 'true true true', [false, false, false]],
  ])('never bakes twice: %s', async (_what, applied, baked) => {
    const [input, look, output] = applied.split(' ') as [string, string, string];
    const { steps, operations } = await resolve(
      inputById(LOGC4, input) + lookById(RGC, look) + outputById(REC709, output),
    );
    expect(steps.map((step) => step.baked)).toEqual(baked);
    expect(operations).toEqual(steps.filter((step) => step.baked).flatMap((step) => step.operations));
  });

  it('wonders about a transform that is applied while one before it is not', async () => {
    const { problems } = await resolve(
      inputById(LOGC4, 'false') + lookById(RGC, 'true') + outputById(REC709),
    );
    expect(problems.map((p) => p.code)).toEqual(['document-irregular']);
  });

  it('warns where the output is of another ACES than the pipeline', async () => {
    const { problems } = await resolve(outputById(REC709), 'display', {}, [1, 3, 0]);
    expect(problems[0]!.forPeople).toMatch(/output transform is of ACES 2, the pipeline says ACES 1/);
  });
});

describe('a transform id', () => {
  it('is found by equality, never by likeness', () => {
    expect(findTransform('urn:ampas:aces:transformId:v1.5:ACEScsc.Academy.ACEScct_to_ACES.a1.0.3')).toEqual({
      kind: 'space',
      space: 'ACEScct',
      toAces: true,
    });
    for (const near of [
      'urn:ampas:aces:transformId:v1.5:ACEScsc.Academy.ACEScct_to_ACES.a1.0.1',
      'urn:ampas:aces:transformId:v1.5:ACEScsc.Academy.ACEScct_to_ACES.a1.0',
      'ACEScsc.Academy.ACEScct_to_ACES.a1.0.3',
      'URN:ampas:aces:transformId:v1.5:ACEScsc.Academy.ACEScct_to_ACES.a1.0.3',
      'toString',
      '__proto__',
    ])
      expect(findTransform(near), near).toBeNull();
  });

  it('that is unknown, or stands where its kind cannot, is a problem and leaves nothing to bake', async () => {
    expect(await codes(inputById('v2.0:CSC.Arri.LogC4_to_ACES.a2.v2'))).toEqual({
      codes: ['transform-unknown'],
      isWhole: false,
    });
    expect(await codes(inputById('v2.0:CSC.Arri.ACES_to_LogC4.a2.v1'))).toEqual({
      codes: ['transform-unsupported'],
      isWhole: false,
    });
  });

  it('leads back from a colour space to the id of its input transform', () => {
    expect(inputIdOf('ARRI LogC4')).toBe('urn:ampas:aces:transformId:v2.0:CSC.Arri.LogC4_to_ACES.a2.v1');
    expect(inputIdOf('Raw')).toBeNull();
  });

  it('of an ACES 1 pair needs the rendering transform that is inside', async () => {
    const pair = (rrt: string) => {
      const part = (name: string, id: string) =>
        `<aces:${name}><aces:transformId>urn:ampas:aces:transformId:v1.5:${id}</aces:transformId></aces:${name}>`;
      return `<aces:outputTransform applied="false">${part('referenceRenderingTransform', rrt)}${part('outputDeviceTransform', 'ODT.Academy.Rec709_100nits_dim.a1.0.3')}</aces:outputTransform>`;
    };
    expect((await resolve(pair('RRT.a1.0.3'), 'display', {}, [1, 0, 3])).operations).toHaveLength(2);
    expect((await resolve(pair('RRT.a1.0.1'), 'display', {}, [1, 0, 1])).problems.map((p) => p.code)).toEqual(
      ['transform-unknown'],
    );
  });
});

describe('a CDL', () => {
  const kinds = async (look: string, files: Record<string, string> = {}) =>
    (await resolve(look, 'display', files)).operations?.map((step) =>
      step.kind === 'convert' ? `${step.from}>${step.to}` : step.kind,
    );

  it('stands between the ways into and out of its working space', async () => {
    expect(await kinds(cdlLook())).toEqual([
      'ACES2065-1>ACES2065-1',
      'ACES2065-1>ACEScct',
      'cdl',
      'ACEScct>ACES2065-1',
    ]);
  });

  it('with only the way back goes in by its inverse', async () => {
    expect(await kinds(cdlLook({ to: null }))).toEqual(await kinds(cdlLook()));
  });

  it('may go in and out of two different spaces, as it is written', async () => {
    expect(await kinds(cdlLook({ from: 'v2.0:CSC.Academy.ACEScc_to_ACES.a2.v1' }))).toEqual([
      'ACES2065-1>ACES2065-1',
      'ACES2065-1>ACEScct',
      'cdl',
      'ACEScc>ACES2065-1',
    ]);
  });

  it('whose working space runs the wrong way is a problem', async () => {
    expect((await codes(cdlLook({ to: ACESCCT.from, from: ACESCCT.to }))).codes).toEqual([
      'document-invalid',
    ]);
  });

  it('may stand in a file by its id, exactly', async () => {
    const reference = cdlLook({
      nodes: '<cdl:ColorCorrectionRef ref="sh010"/><aces:file>show.ccc</aces:file>',
    });
    const cdl = {
      slope: [1.05, 1, 0.95] as [number, number, number],
      offset: [-0.01, 0, 0.01] as [number, number, number],
      power: [1, 1.1, 1] as [number, number, number],
      saturation: 0.9,
    };
    const found = await resolve(reference, 'display', {
      'show.ccc': writeCcc([
        { id: 'sh010', cdl },
        { id: 'sh0100', cdl: { ...cdl, saturation: 0 } },
      ]),
    });
    expect(found.operations).toEqual((await resolve(cdlLook({ nodes: cdlNodes() }))).operations);
    expect((await codes(reference, { 'show.ccc': writeCcc([{ id: 'SH010', cdl }]) })).codes).toEqual([
      'colour-correction-missing',
    ]);
    expect((await codes(reference)).codes).toEqual(['file-missing']);
    expect((await codes(cdlLook({ nodes: '<cdl:ColorCorrectionRef ref="sh010"/>' }))).codes).toEqual([
      'transform-unsupported',
    ]);
  });
});

describe('a file that an AMF names', () => {
  const sha = (text: string) => createHash('sha256').update(text).digest('hex');
  const hash = (digest: string) =>
    `<aces:hash algorithm="http://www.w3.org/2001/04/xmlenc#sha256">${digest}</aces:hash>`;

  it('is taken whole, with its digest', async () => {
    const { operations, problems } = await resolve(
      lookByFile('luts/show%20look.clf', hash(sha(CLF))),
      'display',
      { 'luts/show look.clf': CLF },
    );
    expect(problems).toEqual([]);
    expect(operations).toEqual([
      { kind: 'file', name: 'luts/show look.clf', sha256: sha(CLF), content: CLF },
    ]);
  });

  it.each<[string, string, Record<string, string | Buffer>, string]>([
    ['is missing', lookByFile('show.clf'), {}, 'file-missing'],
    ['has another hash', lookByFile('show.clf', hash(sha('other'))), { 'show.clf': CLF }, 'hash-mismatch'],
    ['is no CLF', lookByFile('show.clf'), { 'show.clf': '<x/>' }, 'transform-unsupported'],
    ['is of an unknown kind', lookByFile('show.exe'), { 'show.exe': 'x' }, 'transform-unsupported'],
    ['is not text', lookByFile('show.clf'), { 'show.clf': Buffer.from([0xff, 0xfe, 0]) }, 'unreadable'],
    ['lies above the AMF', lookByFile('../show.clf'), { '../show.clf': CLF, 'show.clf': CLF }, 'path-unsafe'],
    [
      'lies above the AMF in disguise',
      lookByFile('a/%2e%2e/%2E%2E/show.clf'),
      { 'show.clf': CLF },
      'path-unsafe',
    ],
    ['is absolute', lookByFile('/etc/show.clf'), {}, 'path-unsafe'],
    ['is on the web', lookByFile('http://example.com/show.clf'), {}, 'path-unsafe'],
    ['is a file URI', lookByFile('file:///tmp/show.clf'), {}, 'path-unsafe'],
    ['is on a Windows drive', lookByFile('C:\\luts\\show.clf'), {}, 'path-unsafe'],
    ['is no URI', lookByFile('100%.clf'), {}, 'path-unsafe'],
  ])('and %s is refused with a reason', async (_what, look, files, code) => {
    expect(await codes(look, files)).toEqual({ codes: [code], isWhole: false });
  });

  it('that is broken is a problem before anything is rendered by it', async () => {
    const clf = (inner: string) => `<ProcessList compCLFversion="3" id="x">${inner}</ProcessList>`;
    const matrix = (dim: string, numbers: string) =>
      clf(`<Matrix inBitDepth="32f" outBitDepth="32f"><Array dim="${dim}">${numbers}</Array></Matrix>`);
    const found = (text: string) => codes(inputById(LOGC4) + lookByFile('a.clf'), { 'a.clf': text });
    for (const text of [
      '<ProcessList><Matrix>',
      '<LookList/>',
      matrix('3 3', '1 0 0 0 1 0 0 0'),
      matrix('3 3', '1 0 0 0 one 0 0 0 1'),
      matrix('three', '1 0 0 0 1 0 0 0 1'),
      clf('<LUT3D><Array dim="2 2 2 3">0 0 0</Array></LUT3D>'),
    ])
      expect(await found(text), text).toEqual({ codes: ['transform-unsupported'], isWhole: false });
    for (const text of [
      matrix('3 3', '1 0 0 0 1 0 0 0 1'),
      matrix('3 3 3', '1 0 0 0 1 0 0 0 1'),
      matrix('3 4', '1 0 0 0 0 1 0 0 0 0 1 0'),
      clf('<LUT1D halfDomain="true"><Array dim="3 1">-0.5 .25 1e3</Array></LUT1D>'),
    ])
      expect(await found(text), text).toEqual({ codes: [], isWhole: true });
  });

  it('has a path below the AMF in one spelling', () => {
    expect(safePath('./a//b.clf')).toEqual({ path: 'a/b.clf' });
    expect(safePath('a\\..\\..\\b.clf')).toMatchObject({ why: expect.stringContaining('leaves the folder') });
  });

  it('named by a uuid alone cannot be found', async () => {
    const look =
      '<aces:lookTransform applied="false"><aces:uuid>urn:uuid:6f1d1f0e-6f0a-4d55-9a55-0e4a7a1f0001</aces:uuid></aces:lookTransform>';
    expect((await codes(look)).codes).toEqual(['transform-unsupported']);
    expect(
      (await resolvePipeline(readAmf(makeAmf({ pipeline: look }), 'a').amf!, 'aces', NO_FILES, 'a'))
        .operations,
    ).toEqual([]);
  });
});
