import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { canonicalBytes, canonicalJson, sha256OfCanonical } from '../../../standards/hash/canonical-json.ts';

describe('canonical JSON', () => {
  test('the sample of RFC 8785 3.2.2 comes out as printed there', () => {
    const sample = {
      // biome-ignore lint/correctness/noPrecisionLoss: the sample is about how it is rounded
      numbers: [333333333.33333329, 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '\u20ac$\u000f\u000aA\'\u0042\u0022\u005c\\"/',
      literals: [null, true, false],
    };
    expect(canonicalJson(sample)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  test('keys are sorted by UTF-16 code units, as RFC 8785 3.2.3 shows', () => {
    const sample = {
      '\u20ac': 'Euro',
      '\r': 'CR',
      '\ufb33': 'Dalet',
      '1': 'One',
      '\ud83d\ude00': 'Smiley',
      '\u0080': 'Control',
      '\u00f6': 'o',
    };
    expect(Object.values(JSON.parse(canonicalJson(sample)) as object)).toEqual([
      'One',
      'CR',
      'Control',
      'o',
      'Euro',
      'Smiley',
      'Dalet',
    ]);
  });

  test('a document of many pieces is the bytes of its text, characters of several bytes whole', () => {
    const files = Array.from({ length: 20_000 }, (_, index) => ({ a: `Å😀 ${index}`, b: [index, null, {}] }));
    const bytes = canonicalBytes({ files });
    expect(bytes.length).toBeGreaterThan(600_000);
    expect(bytes.equals(Buffer.from(JSON.stringify({ files })))).toBe(true);
  });

  test('equal values have equal keys whatever the order of their members', () => {
    expect(sha256OfCanonical({ a: 1, b: [{ d: 2, c: 3 }] })).toBe(
      sha256OfCanonical({ b: [{ c: 3, d: 2 }], a: 1 }),
    );
    expect(sha256OfCanonical({ a: 1 })).toBe(createHash('sha256').update('{"a":1}').digest('hex'));
  });

  test('a member that is undefined is as if it were not there; minus zero is zero', () => {
    expect(canonicalJson({ a: undefined, b: -0 })).toBe('{"b":0}');
  });

  test('what JSON cannot say is refused, never turned into something else', () => {
    for (const value of [Number.NaN, Infinity, 1n, () => 1, new Map(), new Date(0), [undefined], '\ud800']) {
      expect(() => canonicalJson({ value })).toThrow(TypeError);
    }
    // biome-ignore lint/suspicious/noSparseArray: a hole is what is tested
    expect(() => canonicalJson([1, , 2])).toThrow(TypeError);
  });
});
