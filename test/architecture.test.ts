import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '..');

/** Which rooms a room may import by value, and which packages it must not. Source: design.md section 6. */
const ROOMS: Record<string, { rooms: string[]; typesOf?: string[]; never?: RegExp }> = {
  schemas: { rooms: [], never: /^(?!zod$)/ },
  standards: { rooms: ['schemas'], never: /^(minio|pg|kysely|@temporalio)/ },
  engine: { rooms: ['schemas', 'standards'], never: /^(minio|pg|kysely|@temporalio)/ },
  pipeline: { rooms: ['schemas', 'standards'], typesOf: ['engine'], never: /^(minio|pg|kysely|@temporalio)/ },
  stores: { rooms: ['schemas', 'standards'], typesOf: ['pipeline'], never: /^@temporalio/ },
  activities: { rooms: ['schemas', 'standards', 'engine', 'pipeline', 'stores'], typesOf: ['workflows'] },
  workflows: {
    rooms: [],
    typesOf: ['schemas', 'activities'],
    never: /^(zod|node:|minio|pg|kysely|@temporalio\/(client|worker|activity))/,
  },
  service: {
    rooms: ['schemas', 'standards', 'engine', 'pipeline', 'stores', 'activities', 'workflows', 'setup'],
  },
  cli: {
    rooms: [
      'schemas',
      'standards',
      'engine',
      'pipeline',
      'stores',
      'activities',
      'workflows',
      'service',
      'setup',
      'footage',
    ],
  },
  footage: { rooms: ['schemas', 'standards', 'engine'] },
};

type Import = { file: string; room: string; target: string; isType: boolean };

function importsOf(room: string): Import[] {
  const files = readdirSync(path.join(ROOT, room), { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  return files.flatMap((relative) => {
    const file = path.join(room, relative);
    const text = readFileSync(path.join(ROOT, file), 'utf8');
    const statements = text.matchAll(
      /^(?:import|export)\s+(type\s+)?([^;]*?)from\s+'([^']+)'|\bimport\('([^']+)'\)/gm,
    );
    return [...statements].map(([, type, names, from, dynamic]) => ({
      file,
      room,
      target: (from ?? dynamic) as string,
      isType: type !== undefined || onlyTypes(names ?? ''),
    }));
  });
}

function onlyTypes(names: string): boolean {
  const inner = /\{([\s\S]*)\}/.exec(names)?.[1];
  const rest = names
    .replace(/\{[\s\S]*\}/, '')
    .replace(/,/g, '')
    .trim();
  return (
    inner !== undefined &&
    rest === '' &&
    inner.split(',').every((name) => name.trim() === '' || name.trim().startsWith('type '))
  );
}

function roomOf({ file, target }: Import): string | null {
  if (!target.startsWith('.')) return null;
  return path.normalize(path.join(path.dirname(file), target)).split(path.sep)[0] ?? null;
}

describe('the directions of imports', () => {
  for (const [room, rule] of Object.entries(ROOMS)) {
    test(`${room} imports by value only ${rule.rooms.join(', ') || 'itself'}`, () => {
      const wrong = importsOf(room).filter((one) => {
        const target = roomOf(one);
        if (target === null)
          return rule.never?.test(one.target) === true && !(one.isType && room !== 'schemas');
        if (target === room || rule.rooms.includes(target) || target === 'package.json') return false;
        return !(one.isType && (rule.typesOf ?? []).includes(target));
      });
      expect(wrong.map((one) => `${one.file} -> ${one.target}`)).toEqual([]);
    });
  }
});

test('only configuration and command line read the process environment', () => {
  const readers = ['schemas', 'standards', 'engine', 'pipeline', 'stores', 'activities', 'workflows'].flatMap(
    (room) =>
      readdirSync(path.join(ROOT, room), { recursive: true, encoding: 'utf8' })
        .filter(
          (file) =>
            file.endsWith('.ts') && readFileSync(path.join(ROOT, room, file), 'utf8').includes('process.env'),
        )
        .map((file) => path.join(room, file)),
  );
  expect(readers).toEqual([]);
});

test('no room is a drawer: file names say what is inside', () => {
  const drawers = Object.keys(ROOMS).flatMap((room) =>
    readdirSync(path.join(ROOT, room), { recursive: true, encoding: 'utf8' })
      .filter((file) => /(^|\/)(utils?|helpers?|common|lib|misc|types|constants)(\.ts|\/|$)/.test(file))
      .map((file) => path.join(room, file)),
  );
  expect(drawers).toEqual([]);
});
