import { readXml, type XmlElement } from '../../standards/xml/element-tree.ts';
import { halfBelow, valueOfHalf } from './half-float.ts';
import { type Matrix3, multiply3 } from './matrix3.ts';

/** One curve for all three values (null: none), then one matrix: what every camera's input transform comes down to. */
export type ColorChain = { curve: ((value: number) => number) | null; matrix: Matrix3 };

const IDENTITY: Matrix3 = [1, 0, 0, 0, 1, 0, 0, 0, 1];

/** Elements of a process list that say something about it and change no pixel. */
const WORDS = new Set(['Info', 'Description', 'InputDescriptor', 'OutputDescriptor']);

/**
 * Reduces an OpenColorIO process list to a curve and a matrix.
 * @param ctf text of a CTF as ociowrite writes it, all in 32-bit float
 * @returns null when the list is anything more than that: no approximation is ever made of it
 */
export function reduceChain(ctf: string): ColorChain | null {
  const list = readXml(ctf, 'colour of the job');
  let curve: ColorChain['curve'] = null;
  let matrix: Matrix3 | null = null;
  for (const op of list.children.filter(({ name }) => !WORDS.has(name))) {
    const next = op.name === 'Matrix' ? matrixOf(op) : null;
    if (next) {
      matrix = matrix === null ? next : multiply3(next, matrix);
      continue;
    }
    const found: ColorChain['curve'] = matrix === null && curve === null ? curveOf(op) : null;
    if (!found) return null;
    curve = found;
  }
  return { curve, matrix: matrix ?? IDENTITY };
}

/** Only without offsets: the dimensions are `3 3`, or `3 3 3` in lists of before version 2. */
function matrixOf(op: XmlElement): Matrix3 | null {
  const array = op.children.find(({ name }) => name === 'Array');
  if (!array || !/^3 3( 3)?$/.test(array.attributes.dim ?? '')) return null;
  const values = numbers(array);
  return values.length === 9 ? values : null;
}

function curveOf(op: XmlElement): ColorChain['curve'] {
  if (op.name === 'Log' && op.attributes.style === 'cameraLogToLin') return cameraLog(op);
  if (op.name !== 'LUT1D' || op.attributes.interpolation !== 'linear' || op.attributes.rawHalfs !== undefined)
    return null;
  const array = op.children.find(({ name }) => name === 'Array');
  const [count, channels] = array?.attributes.dim?.split(' ').map(Number) ?? [];
  if (!array || channels !== 1) return null;
  const table = numbers(array);
  if (table.length !== count) return null;
  return op.attributes.halfDomain === 'true' ? overHalfs(table) : overUnit(table);
}

/** Camera log to linear, with the straight part below its break. Source: OpenColorIO LogCameraTransform; S-2014-002 of AMPAS for the terms. */
function cameraLog(op: XmlElement): ColorChain['curve'] {
  const params = op.children.filter(({ name }) => name === 'LogParams');
  const [only] = params;
  if (!only || params.length !== 1) return null;
  const term = (name: string) => Number(only.attributes[name]);
  const [base, a, b, c, d, linBreak] = [
    'base',
    'linSideSlope',
    'linSideOffset',
    'logSideSlope',
    'logSideOffset',
    'linSideBreak',
  ].map(term) as [number, number, number, number, number, number];
  if (![base, a, b, c, d, linBreak].every(Number.isFinite)) return null;
  const log = (linear: number) => (c * Math.log(a * linear + b)) / Math.log(base) + d;
  const slope =
    only.attributes.linearSlope === undefined
      ? (c * a) / ((a * linBreak + b) * Math.log(base))
      : term('linearSlope');
  const logBreak = log(linBreak);
  const offset = logBreak - slope * linBreak;
  return (value) => (value > logBreak ? (base ** ((value - d) / c) - b) / a : (value - offset) / slope);
}

/** Table over 0..1, clamped at both ends, linear between entries. */
function overUnit(table: number[]): ColorChain['curve'] {
  const last = table.length - 1;
  return (value) => {
    const at = Math.min(1, Math.max(0, value)) * last;
    const index = Math.min(last - 1, Math.floor(at));
    return table[index]! + (table[index + 1]! - table[index]!) * (at - index);
  };
}

/** Table with an entry for every half float, linear between neighbours. */
function overHalfs(table: number[]): ColorChain['curve'] {
  return (value) => {
    const sign = value < 0 ? 0x8000 : 0;
    const low = halfBelow(Math.abs(value));
    const high = Math.min(low + 1, 0x7bff);
    const [from, to] = [valueOfHalf(low), valueOfHalf(high)];
    const share = to > from ? Math.min(1, (Math.abs(value) - from) / (to - from)) : 0;
    return table[sign | low]! + (table[sign | high]! - table[sign | low]!) * share;
  };
}

function numbers(array: XmlElement): number[] {
  return array.text.trim().split(/\s+/).map(Number);
}
