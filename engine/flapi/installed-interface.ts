import { readFile, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { FlapiPlace } from './session.ts';
import { typed } from './wire.ts';

/** One parameter of a method, as the installation describes it. */
export type InterfaceParameter = { name: string; type: string; nullable: boolean };

/** What an installation says its own interface has: methods by `Class.method`, value types with their fields. */
export type InstalledInterface = {
  methods: ReadonlyMap<string, readonly InterfaceParameter[]>;
  fields: ReadonlyMap<string, readonly string[]>;
};

const Parameter = z.looseObject({
  Name: z.string().optional(),
  Type: z.string().nullish(),
  Nullable: z.unknown().optional(),
});
const Description = z.looseObject({
  Classes: z.array(
    z.looseObject({
      Name: z.string(),
      Methods: z
        .array(
          z.looseObject({
            Name: z.string(),
            Args: z.union([z.array(Parameter), z.record(z.string(), Parameter)]).nullish(),
          }),
        )
        .nullish(),
    }),
  ),
  ValueTypes: z
    .array(
      z.looseObject({ Name: z.string(), Fields: z.array(z.looseObject({ Name: z.string() })).nullish() }),
    )
    .nullish(),
});

/** Where the description lies from the folder of `flapid`. Sources: layout on Linux and in a macOS bundle, flapi-dev-mcp and FLAPI 5.3 pages. */
const BESIDE = ['../share/flapi/schema/schema.json', '../Resources/share/flapi/schema/schema.json'];

/** Parameters that the server fills in from the connection, which are never sent. Source: FLAPI JSON page, `context`. */
const FROM_CONNECTION = 'context';

/**
 * Reads `schema.json`, which every installation brings: what its methods are called is never guessed. null where there is
 * none, or one of another form: then only what every version has is used.
 */
export async function readInstalledInterface(place: FlapiPlace): Promise<InstalledInterface | null> {
  for (const path of await placesOf(place)) {
    const text = await readFile(path, 'utf8').catch(() => null);
    if (text !== null) return parseDescription(text);
  }
  return null;
}

async function placesOf(place: FlapiPlace): Promise<string[]> {
  if (place.schema !== undefined) return [place.schema];
  if (place.kind === 'server') return [];
  const folder = dirname(await realpath(place.path).catch(() => place.path));
  return BESIDE.map((beside) => join(folder, beside));
}

function parseDescription(text: string): InstalledInterface | null {
  const parsed = Description.safeParse(jsonOf(text));
  if (!parsed.success) return null;
  const methods = parsed.data.Classes.flatMap(({ Name: className, Methods }) =>
    (Methods ?? []).map(({ Name, Args }) => [`${className}.${Name}`, parametersOf(Args)] as const),
  );
  const fields = (parsed.data.ValueTypes ?? []).map(
    ({ Name, Fields }) => [Name, (Fields ?? []).map((field) => field.Name)] as const,
  );
  return { methods: new Map(methods), fields: new Map(fields) };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function parametersOf(
  args: z.infer<typeof Parameter>[] | Record<string, z.infer<typeof Parameter>> | null | undefined,
): InterfaceParameter[] {
  const named = Array.isArray(args)
    ? args.map((each) => ({ ...each, Name: each.Name ?? '' }))
    : Object.entries(args ?? {}).map(([Name, each]) => ({ ...each, Name }));
  return named
    .filter(({ Type }) => Type !== FROM_CONNECTION)
    .map(({ Name, Type, Nullable }) => ({
      name: Name,
      type: Type ?? 'any',
      nullable: Boolean(Nullable),
    }));
}

/**
 * The parameters of a method with our values by their type, or null when it asks for anything that we do not have. One
 * value of each type is taken once; what may be left out is null; a value type that we do not fill has every field null,
 * its default, as official clients send it.
 */
export function parametersFor(
  { methods, fields }: InstalledInterface,
  method: string,
  values: Readonly<Record<string, unknown>>,
): Record<string, unknown> | null {
  const parameters = methods.get(method);
  if (!parameters) return null;
  const taken = new Set<string>();
  const filled: Record<string, unknown> = {};
  for (const { name, type, nullable } of parameters) {
    const defaults = fields.get(type);
    if (Object.hasOwn(values, type) && !taken.has(type)) filled[name] = values[type];
    else if (nullable) filled[name] = null;
    else if (defaults) filled[name] = typed(type, Object.fromEntries(defaults.map((field) => [field, null])));
    else return null;
    taken.add(type);
  }
  return Object.keys(values).every((type) => taken.has(type)) ? filled : null;
}
