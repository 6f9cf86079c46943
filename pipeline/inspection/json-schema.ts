import { z } from 'zod';
import { InspectedField, Inspection } from '../../schemas/clip.ts';
import { FIELDS, type FieldDefinition } from './fields.ts';

type Schema = Record<string, unknown>;

/** The JSON Schema of `rushes inspect --json`: the document's own schema, with each field of a clip named, described and with its unit. */
export function inspectionJsonSchema(): Schema {
  const { $schema: _, ...field } = z.toJSONSchema(InspectedField, { target: 'draft-2020-12' }) as Schema;
  const document = z.toJSONSchema(Inspection, { target: 'draft-2020-12' }) as Schema;
  const named = Object.entries(FIELDS).map(
    ([name, { meaning, unit }]: [string, FieldDefinition]): [string, Schema] => [
      name,
      { $ref: '#/$defs/InspectedField', description: unit ? `${meaning}; in ${unit}` : meaning },
    ],
  );
  openCodes(document);
  const clips = (document.properties as Schema).clips as { items: { properties: Schema } };
  clips.items.properties.fields = {
    type: 'object',
    properties: Object.fromEntries(named),
    additionalProperties: { $ref: '#/$defs/InspectedField' },
  };
  return {
    ...document,
    title: 'rushes inspect --json',
    $defs: { ...(document.$defs as Schema | undefined), InspectedField: field },
  };
}

/** Codes of findings grow with the system: a reader must take an unknown one for a sentence, not for an error. */
function openCodes(node: unknown): void {
  if (typeof node !== 'object' || node === null) return;
  const properties = (node as Schema).properties as Schema | undefined;
  if (properties && 'forPeople' in properties)
    properties.code = { type: 'string', description: 'one of docs/findings.generated.md' };
  for (const child of Object.values(node)) openCodes(child);
}
