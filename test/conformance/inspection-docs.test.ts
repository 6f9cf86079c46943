import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { SOURCE_BASIS } from '../../pipeline/inspection/source-basis.ts';
import { SOURCES } from '../../pipeline/inspection/sources/all-sources.ts';
import { SAMPLES, SCHEMA_FILE, schemaText, TABLE_FILE, tableText } from './inspection-docs.ts';

describe('generated pages of inspection (made by: node test/conformance/inspection-docs.ts)', () => {
  test('the JSON Schema is that of the code', () => {
    expect(readFileSync(SCHEMA_FILE, 'utf8')).toBe(schemaText());
  });

  test('every source says what it rests on', () => {
    expect(Object.keys(SOURCE_BASIS).sort()).toEqual([...SOURCES.keys()].sort());
  });

  test.skipIf(!existsSync(SAMPLES))(
    'the table of makers is what the readers give (skipped where the sample folder is not beside the repository)',
    async () => {
      expect(readFileSync(TABLE_FILE, 'utf8')).toBe(await tableText());
    },
  );
});
