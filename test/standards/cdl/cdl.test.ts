import { describe, expect, it } from 'vitest';
import type { Cdl } from '../../../schemas/cut-list.ts';
import { findCorrection, readCdlFile } from '../../../standards/cdl/read-cdl.ts';
import { writeCc, writeCcc, writeCdl } from '../../../standards/cdl/write-cdl.ts';

const grade: Cdl = {
  slope: [1.05, 1, 0.95],
  offset: [-0.01, 0, 0.01],
  power: [1, 1.1, 0.9],
  saturation: 0.9,
};

describe('colour decision files', () => {
  it('of all three kinds read back what was written, to the last digit', () => {
    const third = { ...grade, slope: [1 / 3, 1e-7, 2] as Cdl['slope'] };
    for (const write of [
      (c: Cdl) => writeCc({ id: 'A', cdl: c }),
      (c: Cdl) => writeCdl([{ id: 'A', cdl: c }]),
      (c: Cdl) => writeCcc([{ id: 'A', cdl: c }]),
    ]) {
      expect(readCdlFile(write(third), 'f')).toEqual([{ id: 'A', cdl: third, description: null }]);
    }
  });

  it('are read under either name of their nodes and any of the namespaces that tools write', () => {
    for (const [ns, sop, sat] of [
      ['urn:ASC:CDL:v1.01', 'SOPNode', 'SatNode'],
      ['urn:ASC:CDL:v1.2', 'SOPNode', 'SATNode'],
      ['', 'ASC_SOP', 'ASC_SAT'],
    ]) {
      const text = `<ColorCorrection xmlns="${ns}" id="x"><${sop}><Slope>1.05 1 .95</Slope><Offset>-0.01 0 1e-2</Offset><Power>1 1.1 0.9</Power></${sop}><${sat}><Saturation>0.9</Saturation></${sat}></ColorCorrection>`;
      expect(readCdlFile(text, 'f')[0]!.cdl).toEqual(grade);
    }
  });

  it('change nothing where SOP or saturation is absent', () => {
    expect(readCdlFile('<ColorCorrection id="a"/>', 'f')[0]!.cdl).toEqual({
      slope: [1, 1, 1],
      offset: [0, 0, 0],
      power: [1, 1, 1],
      saturation: 1,
    });
  });

  it('are refused with the line for what is no grade', () => {
    const cc = (slope: string, power: string, sat = '1') =>
      `<ColorCorrection>\n<SOPNode><Slope>${slope}</Slope><Offset>0 0 0</Offset><Power>${power}</Power></SOPNode><SatNode><Saturation>${sat}</Saturation></SatNode></ColorCorrection>`;
    expect(() => readCdlFile(cc('1 1', '1 1 1'), 'f')).toThrow(
      /f, line 2: <Slope> is "1 1", expected 3 numbers/,
    );
    expect(() => readCdlFile(cc('1 1 x', '1 1 1'), 'f')).toThrow(/3 numbers/);
    expect(() => readCdlFile(cc('-1 1 1', '1 1 1'), 'f')).toThrow(/slope is -1/);
    expect(() => readCdlFile(cc('1 1 1', '0 1 1'), 'f')).toThrow(/power is 0/);
    expect(() => readCdlFile(cc('1 1 1', '1 1 1', '-0.5'), 'f')).toThrow(/saturation is -0.5/);
    expect(() => readCdlFile('<other/>', 'f')).toThrow(/root element is <other>/);
  });

  it('give one correction for an id, never a near one', () => {
    const list = readCdlFile(
      writeCcc([
        { id: 'A', cdl: grade },
        { id: 'A1', cdl: grade },
        { id: 'B', cdl: grade },
        { id: 'B', cdl: grade },
      ]),
      'f',
    );
    expect(findCorrection(list, 'A', 'f').id).toBe('A');
    expect(() => findCorrection(list, 'a', 'f.ccc')).toThrow(/f\.ccc has no colour correction "a"/);
    expect(() => findCorrection(list, 'B', 'f')).toThrow(/2 colour corrections/);
  });
});
