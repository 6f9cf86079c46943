import { describe, expect, it } from 'vitest';
import { readAmfSource } from '../../../pipeline/delivery/amf-source.ts';
import { logColour } from '../../../pipeline/delivery/log-colour.ts';
import { preparePlate } from '../../../pipeline/delivery/prepare-plate.ts';
import { findRecipe, readRecipe } from '../../../pipeline/delivery/recipes.ts';
import { deliverAmf } from '../../../standards/amf/deliver-amf.ts';
import { readAmf } from '../../../standards/amf/read-amf.ts';
import {
  inputById,
  LOGC4,
  lookById,
  makeAmf,
  outputById,
  REC709,
  RGC,
} from '../../standards/amf/make-amf.ts';
import { makeClipSource, makePlannedPlate } from './clip-source-fixture.ts';

const TEN = { log: 'camera', bits: 10 } as const;
const NOTHING = { amf: null, cdl: null };
const RAW = { transferFunction: 'linear', colorPrimaries: 'camera native', codec: { family: 'cinemadng' } };

describe('the colour of a log plate', () => {
  it('is what the camera recorded, with nothing applied and its input transform still to come', () => {
    const { colour, told } = logColour(makeClipSource(), TEN, NOTHING);
    expect(colour).toMatchObject({ decodedSpace: 'ARRI LogC4', steps: [], outputSpace: 'ARRI LogC4' });
    expect(told).toMatchObject({ baked: [], inputPending: true, inputId: expect.stringContaining('LogC4') });
  });

  it('of raw, which has no log, is ADX10, and says so', () => {
    const { colour, told, findings } = logColour(makeClipSource(RAW), TEN, NOTHING);
    expect(colour?.steps).toEqual([{ kind: 'convert', from: 'ACES2065-1', to: 'ADX10' }]);
    expect(told?.inputId).toContain('ADX10_to_ACES');
    expect(findings.map(({ code }) => code)).toContain('log-chosen');
  });

  it('leaves the looks of an AMF to be done, those before the working location too', async () => {
    const pipeline = `${inputById(LOGC4)}${lookById(RGC)}<aces:workingLocation/>${outputById(REC709)}`;
    const amf = await readAmfSource(makeAmf({ pipeline }), 'show.amf');
    const { colour, told } = logColour(makeClipSource(), TEN, { amf, cdl: null });
    expect(colour?.steps).toEqual([]);
    const clip = { clipName: 'A', pattern: 'A.####.dpx', min: 1001, max: 1002 };
    const uuids = { amf: 'urn:uuid:1', pipeline: 'urn:uuid:2' };
    const text = deliverAmf(amf.amf!, {
      ...told!,
      clip,
      uuids,
      description: 'A',
      at: '2026-11-21T09:00:00Z',
    });
    const delivered = readAmf(text, 'A.amf').amf!;
    expect(delivered.pipeline.transforms.map(({ applied }) => applied)).toEqual([false, false, false]);
  });

  it('tells when fewer bits go than were recorded, and keeps all when asked', () => {
    const codes = (bits: 10 | 16) =>
      logColour(makeClipSource(), { log: 'camera', bits }, NOTHING).findings.map(({ code }) => code);
    expect(codes(10)).toContain('bit-depth-reduced');
    expect(codes(16)).not.toContain('bit-depth-reduced');
  });

  it('makes one sequence and its still of the shipped recipe, under a key of its own', () => {
    const input = { turnover: 't', plate: makePlannedPlate(), amfs: [], fingerprint: {} };
    const [plate, still] = preparePlate({
      ...input,
      source: makeClipSource(),
      recipe: findRecipe('dpx-log'),
    }).deliverables;
    expect(plate).toMatchObject({ kind: 'sequence', job: { output: { kind: 'dpx', bits: 10 } } });
    expect(still).toMatchObject({ kind: 'movie' });
    const [light] = preparePlate({
      ...input,
      source: makeClipSource(),
      recipe: findRecipe('vfx-plates'),
    }).deliverables;
    expect(plate!.contentKey).not.toBe(light!.contentKey);
  });

  it('and light plates are two recipes: one AMF cannot tell of both', () => {
    const [log] = findRecipe('dpx-log').deliverables;
    const [light] = findRecipe('vfx-plates').deliverables;
    const both = { ...findRecipe('vfx-plates'), deliverables: [light, { ...log, name: 'log' }] };
    expect(() => readRecipe(both)).toThrow(/two recipes/);
  });
});
