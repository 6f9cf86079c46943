import { existsSync, readdirSync, statSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspectPaths } from '../../cli/inspect-paths.ts';
import { fieldTable, type ReadSample } from '../../pipeline/inspection/field-table.ts';
import { inspectionJsonSchema } from '../../pipeline/inspection/json-schema.ts';
import { toolPaths } from '../support/tools.ts';

const ROOT = join(import.meta.dirname, '../..');
/** Samples lie beside the repository; without them the table cannot be made. */
export const SAMPLES = join(ROOT, '../shared/data/camera');
export const SCHEMA_FILE = join(ROOT, 'docs/inspection.schema.generated.json');
export const TABLE_FILE = join(ROOT, 'docs/camera-fields.generated.md');

/** The JSON Schema as it stands in docs. */
export function schemaText(): string {
  return `${JSON.stringify(inspectionJsonSchema(), null, 2)}\n`;
}

/** Every sample there is, by its path in the folder of samples. */
function everySample(): string[] {
  return readdirSync(SAMPLES, { recursive: true, encoding: 'utf8' })
    .filter((f) => statSync(join(SAMPLES, f)).isFile() && !/\.(py|tsv)$/.test(f))
    .sort();
}

/** The table as the readers give it over some samples. */
export async function tableText(files: readonly string[]): Promise<string> {
  const scratch = await mkdtemp(join(tmpdir(), 'inspection-docs-'));
  try {
    const samples: ReadSample[] = [];
    for (const sample of files) {
      const { clips } = await inspectPaths([join(SAMPLES, sample)], { tools: toolPaths(), scratch });
      samples.push(...clips.map((clip) => ({ sample, clip })));
    }
    return fieldTable(samples);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

if (process.argv[1]?.endsWith('inspection-docs.ts')) {
  await writeFile(SCHEMA_FILE, schemaText());
  if (existsSync(SAMPLES)) await writeFile(TABLE_FILE, await tableText(everySample()));
}
