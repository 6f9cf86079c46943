import { describe, expect, test } from 'vitest';
import { formatAnswers } from '../../cli/format-answers.ts';
import { PipelineError } from '../../schemas/failure.ts';

const said = (...words: string[]) => formatAnswers(words, 'rushes formats set …');

describe('what a person says of a camera format', () => {
  test.each([
    ['lensSqueeze=2', { lensSqueeze: { num: 2, den: 1 } }],
    ['lensSqueeze=4/3', { lensSqueeze: { num: 4, den: 3 } }],
    ['lensSqueeze=2:1', { lensSqueeze: { num: 2, den: 1 } }],
    ['inputColorSpace=S-Log3 S-Gamut3.Cine', { inputColorSpace: 'S-Log3 S-Gamut3.Cine' }],
    ['inputColorSpace=null', { inputColorSpace: null }],
    ['decode.codec=braw', { decode: { codec: 'braw' } }],
  ])('%s', (word, attributes) => {
    expect(said(word)).toEqual(attributes);
  });

  test('in several words is one answer', () => {
    expect(said('decode.codec=braw', 'decode.container=mov', 'lensSqueeze=1.33')).toEqual({
      decode: { codec: 'braw', container: 'mov' },
      lensSqueeze: { num: 133, den: 100 },
    });
  });

  test.each([
    [[], /nothing was said/],
    [['inputColourSpace=x'], /inputColourSpace/],
    [['inputColorSpace'], /is not FIELD=VALUE/],
    [['lensSqueeze=wide'], /lensSqueeze/],
    [['decode.codec=vhs'], /codec/],
  ])('%j is refused in one sentence that names the fields', (words, sentence) => {
    const refused = (() => {
      try {
        return said(...words);
      } catch (error) {
        return error;
      }
    })();
    expect(refused).toBeInstanceOf(PipelineError);
    expect((refused as PipelineError).message).toMatch(sentence);
    expect((refused as PipelineError).message).not.toContain('\n');
  });
});
