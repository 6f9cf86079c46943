import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { completedLock, missingOptionals } from '../../setup/complete-lock.mjs';

const lockPath = new URL('../../package-lock.json', import.meta.url);

test('the lock file names the optional packages of every platform, else npm ci refuses it', () => {
  const lock = JSON.parse(readFileSync(lockPath, 'utf8'));
  const names = missingOptionals(lock).map(({ name }) => name);
  expect(names, 'run: node setup/complete-lock.mjs').toEqual([]);
});

test('the lock file names no registry: anyone installs from the one they use', () => {
  expect(readFileSync(lockPath, 'utf8')).not.toContain('"resolved": "http');
});

test('a package of another platform is completed from its parent and its name', () => {
  const lock = {
    packages: {
      '': {},
      'node_modules/x': {
        version: '2.0.0',
        dev: true,
        optionalDependencies: { '@x/linux-arm64-musl': '2.0.0' },
      },
    },
  };
  expect(completedLock(lock).packages['node_modules/@x/linux-arm64-musl']).toEqual({
    version: '2.0.0',
    cpu: ['arm64'],
    dev: true,
    libc: ['musl'],
    optional: true,
    os: ['linux'],
  });
});

test('a range is not guessed into a version', () => {
  const lock = { packages: { 'node_modules/x': { optionalDependencies: { 'x-linux-x64': '^2.0.0' } } } };
  expect(() => completedLock(lock)).toThrow('range');
});
