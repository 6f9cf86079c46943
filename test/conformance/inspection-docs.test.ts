import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { samplesOfPage } from '../../pipeline/inspection/field-table.ts';
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

  const page = readFileSync(TABLE_FILE, 'utf8');
  const samples = samplesOfPage(page);
  const missing = samples.filter((sample) => !existsSync(join(SAMPLES, sample)));

  test('the table names the samples it was made from', () => {
    expect(samples.length).toBeGreaterThan(40);
  });

  test.skipIf(missing.length > 0)(
    `the table of makers is what the readers give (skipped where its samples are not beside the repository: ${missing.length} are not)`,
    async () => {
      expect(page).toBe(await tableText(samples));
    },
  );
});
