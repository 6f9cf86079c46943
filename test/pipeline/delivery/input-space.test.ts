import { expect, test } from 'vitest';
import { inputColorSpace } from '../../../pipeline/delivery/input-space.ts';
import { makeClipSource } from './clip-source-fixture.ts';

function logC3At(exposureIndex: number | null) {
  const source = makeClipSource();
  const fields = {
    ...source.clip.fields,
    transferFunction: { value: 'LogC3' },
    exposureIndex: { value: exposureIndex },
  };
  return { ...source, cameraFormat: null, clip: { ...source.clip, fields } };
}

test('LogC3 at exposure index 800 has its curve in the config', () => {
  expect(inputColorSpace(logC3At(800))).toBe('ARRI LogC3 (EI800)');
});

test('LogC3 at another exposure index is another curve: nobody guesses', () => {
  expect(inputColorSpace(logC3At(1600))).toBeNull();
  const taught = { ...logC3At(400), cameraFormat: { inputColorSpace: 'ARRI LogC3 (EI800)' } };
  expect(inputColorSpace(taught)).toBeNull();
});
