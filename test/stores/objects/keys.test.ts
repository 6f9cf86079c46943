import { expect, test } from 'vitest';
import {
  bucketName,
  factsKey,
  frameKey,
  inboxKey,
  keyBelow,
  madeKey,
  ocfKey,
  packageKey,
  quarantineKey,
  segmentManifestKey,
} from '../../../stores/objects/keys.ts';

const ROLL = { production: 'agm', shootDay: '20260930', roll: 'A001R1AB' };

test('keys are those of the design, to the letter', () => {
  expect(bucketName('studio', 'ocf')).toBe('studio-ocf');
  expect(ocfKey(ROLL, 'Clips/A001C001.mov')).toBe('agm/20260930/A001R1AB/Clips/A001C001.mov');
  expect(ocfKey(ROLL, '')).toBe('agm/20260930/A001R1AB/');
  expect(quarantineKey(ROLL, '2026-09-30T10:15:00.123Z', 'a.mov')).toBe(
    'quarantine/agm/20260930/A001R1AB/20260930T101500Z/a.mov',
  );
  expect(factsKey('agm', 'plans', 'reel1/2', 'ab12')).toBe('facts/agm/plans/reel1/2/ab12.json');
  expect(frameKey('5f', 42, 'exr')).toBe('frames/5f/00000042.exr');
  expect(segmentManifestKey('5f', 24, 47)).toBe('frames/5f/segments/00000024-00000047.json');
  expect(madeKey('77', 'proxy.mov')).toBe('made/77/proxy.mov');
  expect(inboxKey('agm', 'reel1.edl')).toBe('inbox/agm/reel1.edl');
  expect(packageKey({ production: 'agm', turnover: 'reel1', version: 2 }, 'manifest.json')).toBe(
    'agm/reel1/2/manifest.json',
  );
});

test.each([
  '../x',
  'a/../x',
  './a',
  'a//b',
  '/a',
  'a/\0b',
  'a/\u0007b',
  '\ud800',
  'x'.repeat(256),
  'é'.repeat(128),
  `${'x/'.repeat(500)}${'y'.repeat(60)}`,
])('a card path like %j cannot leave its roll or break a store', (path) => {
  expect(() => keyBelow('agm/20260930/A001R1AB/', path)).toThrow(
    expect.objectContaining({ code: 'input-invalid' }),
  );
});

test.each([-1, 1.5, 100_000_000, Number.NaN])('%d is no source frame', (frame) => {
  expect(() => frameKey('5f', frame, 'exr')).toThrow(expect.objectContaining({ code: 'input-invalid' }));
});
