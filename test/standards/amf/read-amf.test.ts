import { describe, expect, it } from 'vitest';
import { readAmf } from '../../../standards/amf/read-amf.ts';
import {
  ACESCCT,
  cdlLook,
  cdlNodes,
  inputById,
  LOGC4,
  lookById,
  makeAmf,
  outputById,
  REC709,
  RGC,
} from './make-amf.ts';

function read(pipeline: string, version: '1.0' | '2.0' = '2.0') {
  return readAmf(makeAmf({ pipeline, version }), 'a.amf');
}

const RGC_1 = 'v1.5:LMT.Academy.ReferenceGamutCompress.a1.v1.0';
const RRTODT = 'v1.5:RRTODT.Academy.Rec2020_1000nits_15nits_ST2084.a1.1.0';

describe('an AMF', () => {
  it('is read with its transforms in order, applied or not', () => {
    const { amf, problems } = read(
      inputById(LOGC4, 'true') +
        lookById(RGC, '1') +
        '<aces:workingLocation/>' +
        cdlLook({ applied: '0' }) +
        outputById(REC709),
    );
    expect(problems).toEqual([]);
    expect(amf!.pipeline.transforms.map((t) => [t.role, t.form.kind, t.applied])).toEqual([
      ['input', 'reference', true],
      ['look', 'reference', true],
      ['look', 'cdl', false],
      ['output', 'reference', false],
    ]);
    expect(amf!.pipeline.workingLocation).toBe(2);
  });

  it('of version 1.0 has an output that is never applied', () => {
    const { amf, problems } = read(
      inputById('v1.5:IDT.ARRI.ARRI-LogC4.a1.v1') + outputById(RRTODT, null),
      '1.0',
    );
    expect(problems).toEqual([]);
    expect(amf!.pipeline.transforms.at(-1)).toMatchObject({ role: 'output', applied: false });
  });

  it('reads the CDL nodes under either of their names', () => {
    const grade = (nodes: string) => read(cdlLook({ nodes })).amf!.pipeline.transforms[0]!.form;
    expect(grade(cdlNodes({}, ['ASC_SOP', 'ASC_SAT']))).toEqual(grade(cdlNodes()));
    expect(grade(cdlNodes())).toMatchObject({ cdl: { slope: [1.05, 1, 0.95], saturation: 0.9 } });
  });

  it('takes the gamut compression id of ACES 1.3, which the schema forgot, with a warning', () => {
    const { amf, problems } = read(lookById(RGC_1));
    expect(amf).not.toBeNull();
    expect(problems.map((p) => [p.code, p.severity])).toEqual([['document-irregular', 'warning']]);
  });

  it.each<[string, string]>([
    ['true', 'true'],
    ['1', 'true'],
    [' true ', 'true'],
    ['false', 'false'],
    ['0', 'false'],
  ])('takes applied="%s" as %s', (written, meaning) => {
    expect(read(inputById(LOGC4, written)).amf!.pipeline.transforms[0]!.applied).toBe(meaning === 'true');
  });

  it.each<[string, string]>([
    ['an input without applied', inputById(LOGC4, null)],
    ['an output without applied', outputById(REC709, null)],
    ['applied="yes"', inputById(LOGC4, 'yes')],
    ['applied="TRUE"', inputById(LOGC4, 'TRUE')],
    ['two working locations', `${inputById(LOGC4)}<aces:workingLocation/><aces:workingLocation/>`],
    ['two inputs', inputById(LOGC4) + inputById(LOGC4)],
    ['two outputs', outputById(REC709) + outputById(REC709)],
    ['a transform that names nothing', '<aces:inputTransform applied="false"/>'],
    [
      'a transform that names two things',
      '<aces:inputTransform applied="false"><aces:file>a.clf</aces:file><aces:uuid>urn:uuid:6f1d1f0e-6f0a-4d55-9a55-0e4a7a1f0001</aces:uuid></aces:inputTransform>',
    ],
    [
      'half an ACES 1 pair',
      '<aces:outputTransform applied="false"><aces:outputDeviceTransform><aces:transformId>urn:ampas:aces:transformId:v1.5:ODT.Academy.P3D60_48nits.a1.0.3</aces:transformId></aces:outputDeviceTransform></aces:outputTransform>',
    ],
    ['a CDL without working space', `<aces:lookTransform applied="false">${cdlNodes()}</aces:lookTransform>`],
    ['a CDL of two slopes', cdlLook({ nodes: cdlNodes({ slope: '1 1' }) })],
    [
      'a correction named by text',
      cdlLook({
        nodes: '<cdl:ColorCorrectionRef>sh010</cdl:ColorCorrectionRef><aces:file>a.ccc</aces:file>',
      }),
    ],
  ])('is not used with %s: it is not known what it means', (_what, pipeline) => {
    const { amf, problems } = read(pipeline);
    expect(amf).toBeNull();
    expect(problems.filter((p) => p.code === 'document-invalid').length).toBeGreaterThan(0);
    expect(problems[0]!.forPeople).toMatch(/^a\.amf, line \d+:/);
  });

  it.each<[string, string]>([
    [
      'the file of a correction before its reference',
      cdlLook({ nodes: '<aces:file>a.ccc</aces:file><cdl:ColorCorrectionRef ref="sh010"/>' }),
    ],
    [
      'an id of another kind than its place',
      lookById('v2.0:Output.Academy.Rec709-D65_100nit_in_Rec709-D65_BT1886.a2.v1'),
    ],
    ['looks after the output', outputById(REC709) + lookById(RGC)],
    ['an element that the schema does not know', '<aces:comment>hi</aces:comment>'],
  ])('is not valid, but has no doubt, with %s', (_what, pipeline) => {
    const { amf, problems } = read(pipeline);
    expect(amf).not.toBeNull();
    expect(problems.map((p) => [p.code, p.severity])).toContainEqual(['document-invalid', 'error']);
  });

  it('of another namespace or root is not one', () => {
    expect(readAmf(makeAmf({}).replaceAll('amf:v2.0', 'amf:v3.0'), 'a').amf).toBeNull();
    expect(readAmf('<x/>', 'a').problems[0]!.forPeople).toMatch(/the root is <x>/);
  });

  it('is read by its namespace, whatever prefix it uses', () => {
    const text = makeAmf({ pipeline: inputById(LOGC4) })
      .replaceAll('aces:', 'x:')
      .replaceAll('xmlns:aces', 'xmlns:x')
      .replaceAll('urn:ampas:x:', 'urn:ampas:aces:');
    expect(readAmf(text, 'a').amf!.pipeline.transforms).toHaveLength(1);
  });
});

describe('a hash in an AMF', () => {
  const withHash = (hash: string, algorithm = 'http://www.w3.org/2001/04/xmlenc#sha256') =>
    read(
      `<aces:lookTransform applied="false"><aces:hash algorithm="${algorithm}">${hash}</aces:hash><aces:file>a.clf</aces:file></aces:lookTransform>`,
    );
  const digest = 'ab'.repeat(32);

  it('is read as hex or as base64, as its length tells', () => {
    for (const written of [digest, digest.toUpperCase(), Buffer.from(digest, 'hex').toString('base64')]) {
      expect(withHash(written).amf!.pipeline.transforms[0]!.form).toMatchObject({
        reference: { hash: { algorithm: 'sha256', digest } },
      });
    }
  });

  it('that is neither is a doubt about a file', () => {
    expect(withHash('abcd').amf).toBeNull();
    expect(withHash(digest, 'http://www.w3.org/2000/09/xmldsig#sha1').problems[0]!.forPeople).toMatch(
      /is no sha1/,
    );
  });
});

it('names the default working space by ids that resolve', () => {
  expect(read(cdlLook({ to: ACESCCT.to, from: ACESCCT.from })).problems).toEqual([]);
});

it('an AMF whose input stands after another transform is in doubt: the order of light is its meaning', () => {
  for (const pipeline of [outputById(REC709) + inputById(LOGC4), lookById(RGC) + inputById(LOGC4)]) {
    const { amf, problems } = readAmf(makeAmf({ pipeline }), 'order.amf');
    expect(amf).toBeNull();
    expect(problems.at(-1)!.forPeople).toMatch(/stands after another one/);
  }
});
