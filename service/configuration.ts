import { readFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { EngineRule } from '../schemas/engine.ts';
import { PipelineError } from '../schemas/failure.ts';
import { LegalName, SiteName } from '../schemas/names.ts';

const DEFAULT_SITE = 'studio';

const StoreSettings = z.strictObject({
  endPoint: z.string(),
  port: z.int().positive(),
  useSSL: z.boolean().default(false),
  accessKey: z.string().min(1),
  secretKey: z.string().min(1),
  owner: z
    .strictObject({ accessKey: z.string().min(1), secretKey: z.string().min(1) })
    .optional()
    .describe(
      'whose buckets they are: only to make and guard them. Without it the buckets must be there, or be ours to make',
    ),
  region: z.string().default('us-east-1'),
  mountedAt: z
    .string()
    .optional()
    .describe('folder under which buckets are plain folders: originals are then read in place'),
});
export type StoreSettings = z.output<typeof StoreSettings>;

const Licences = z
  .int()
  .positive()
  .optional()
  .describe(
    'renders at once at the whole site; default: no limit but slots, the software refuses for itself',
  );

const ProgramPlace = z.strictObject({
  path: z.string().min(1).optional().describe('default: the one of tools.json'),
  licences: Licences,
});

/** Makers' engines of a site: which there are, where, and how many licences all workers share. */
const SiteEngineSettings = z.strictObject({
  flapi: z
    .strictObject({
      path: z.string().min(1).optional().describe('flapid, launched for each job'),
      server: z
        .strictObject({
          host: z.string().min(1),
          port: z.int().min(1).max(65_535).default(1984),
          username: z.string().min(1),
          token: z.string().min(1),
        })
        .optional()
        .describe('a flapid that runs already; it must see our scratch folders under the same paths'),
      schema: z
        .string()
        .min(1)
        .optional()
        .describe(
          'schema.json of the installation, which says what a later version takes; default: the one beside a launched flapid',
        ),
      environment: z
        .record(z.string(), z.string())
        .default({})
        .describe('added to that of a launched flapid'),
      colourNames: z
        .record(z.string(), z.string())
        .default({})
        .describe("names of colour spaces of the pinned config in FilmLight's software"),
      limits: z
        .strictObject({
          stalledMs: z.int().positive().optional(),
          finishingMs: z.int().positive().optional(),
          settleMs: z.int().positive().optional(),
          portMs: z.int().positive().optional(),
          callMs: z.int().positive().optional(),
        })
        .default({})
        .describe(
          'how long a flapid may stand still, finish, bring its last pictures, start and answer; default: 75, 150, 5, 60 and 60 s',
        ),
      licences: Licences,
    })
    .optional(),
  art: ProgramPlace.optional(),
  redline: ProgramPlace.optional(),
});

/** Everything an installation must know, read once. A person writes it as JSON; set-up writes it for the local stack. */
export const Configuration = z.strictObject({
  site: SiteName.default(DEFAULT_SITE),
  temporal: z.strictObject({
    address: z.string().describe('host:port of the frontend'),
    namespace: z.string().default('default'),
    uiUrl: z.url().optional(),
  }),
  controlSite: SiteName.optional().describe(
    'whose store keeps facts and journal for all sites of the installation. Default: the site of this document',
  ),
  objectStore: StoreSettings.describe('the store of the control site'),
  sites: z
    .record(SiteName, z.strictObject({ objectStore: StoreSettings.optional() }))
    .default({})
    .describe(
      'the other sites and their stores; one without a store has buckets on that of the control site',
    ),
  residency: z
    .record(LegalName, z.array(SiteName))
    .default({})
    .describe(
      'sites where originals of a production may lie beside their home; without an entry they stay home',
    ),
  postgres: z.strictObject({ url: z.string().min(1) }),
  scratch: z
    .strictObject({
      root: z.string().default(path.join(tmpdir(), 'rushes-scratch')),
      budgetBytes: z
        .int()
        .positive()
        .default(20 * 2 ** 30),
    })
    .prefault({}),
  sourceRoots: z.array(z.string()).min(1).describe('cards and cut lists are read only under these folders'),
  renderSlots: z.int().positive().optional().describe('default: one per core'),
  engines: SiteEngineSettings.prefault({}).describe(
    "makers' engines at this site; the open engine is always there",
  ),
  engineRules: z
    .array(EngineRule)
    .default([])
    .describe('which engines decode what here; looked at before our own rules'),
});
export type Configuration = z.output<typeof Configuration>;

/** What the process environment may override, each by one name. */
const OVERRIDES: Record<string, [string, ...string[]]> = {
  RUSHES_SITE: ['site'],
  RUSHES_TEMPORAL_ADDRESS: ['temporal', 'address'],
  RUSHES_TEMPORAL_NAMESPACE: ['temporal', 'namespace'],
  DATABASE_URL: ['postgres', 'url'],
  RUSHES_S3_ACCESS_KEY: ['objectStore', 'accessKey'],
  RUSHES_S3_SECRET_KEY: ['objectStore', 'secretKey'],
  RUSHES_SCRATCH: ['scratch', 'root'],
  FLAPI_PATH: ['engines', 'flapi', 'path'],
  ART_CMD_PATH: ['engines', 'art', 'path'],
  REDLINE_PATH: ['engines', 'redline', 'path'],
};

/**
 * Reads the configuration: the file named by RUSHES_CONFIG, else the local stack's, then the overrides.
 * @throws PipelineError service-away when there is neither; input-invalid naming every fault at once
 */
export function loadConfiguration(
  env: NodeJS.ProcessEnv,
  localStack: () => Record<string, unknown> | null,
): Configuration {
  const file = env.RUSHES_CONFIG ?? 'of the local stack';
  const written = env.RUSHES_CONFIG === undefined ? localStack() : readJson(env.RUSHES_CONFIG);
  if (written === null) {
    throw new PipelineError(
      'service-away',
      'No local stack was started and RUSHES_CONFIG names no configuration: start one with `rushes up`.',
    );
  }
  const document = withOverrides(written, env);
  const parsed = Configuration.safeParse(document);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(
    (issue) => `${issue.path.join('.') || 'document'}: ${issue.message}`,
  );
  throw new PipelineError(
    'input-invalid',
    `The configuration ${file} has ${faults.length} faults: ${faults.join('; ')}.`,
    { file, faults },
  );
}

/**
 * Makers' engines where there is no configuration: what the environment names. Names of colour spaces come from the JSON
 * file of RUSHES_FLAPI_COLOURS.
 * @throws PipelineError input-invalid
 */
export function enginesOfEnvironment(env: NodeJS.ProcessEnv): Pick<Configuration, 'engines' | 'engineRules'> {
  const { engines = {} } = withOverrides({}, env) as { engines?: Record<string, object> };
  const colours = env.RUSHES_FLAPI_COLOURS;
  if (colours) engines.flapi = { ...engines.flapi, colourNames: readJson(colours) };
  const parsed = SiteEngineSettings.safeParse(engines);
  if (parsed.success) return { engines: parsed.data, engineRules: [] };
  throw new PipelineError(
    'input-invalid',
    `RUSHES_FLAPI_COLOURS: ${colours} is not a JSON object of names: ${parsed.error.issues[0]?.message}.`,
    { file: colours },
  );
}

function readJson(file: string): Record<string, unknown> {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  } catch (cause) {
    throw new PipelineError(
      'input-invalid',
      `The configuration ${file} cannot be read as JSON.`,
      { file },
      { cause },
    );
  }
}

function withOverrides(document: Record<string, unknown>, env: NodeJS.ProcessEnv): Record<string, unknown> {
  const result = structuredClone(document);
  // Another site on the same document: its facts go where the document's own site keeps them.
  if (env.RUSHES_SITE) result.controlSite ??= result.site ?? DEFAULT_SITE;
  for (const [name, path] of Object.entries(OVERRIDES)) {
    const value = env[name];
    if (value === undefined || value === '') continue;
    let at = result;
    for (const key of path.slice(0, -1)) {
      at[key] = { ...(at[key] as Record<string, unknown> | undefined) };
      at = at[key] as Record<string, unknown>;
    }
    at[path.at(-1) as string] = value;
  }
  return result;
}

/** Who a worker is, in histories and in the status of each segment. */
export function workerIdentity(configuration: Configuration, pools: readonly string[]): string {
  return `${configuration.site}/${hostname()}/${pools.join('+')}/${process.pid}`;
}
