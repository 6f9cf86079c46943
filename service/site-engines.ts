import { join } from 'node:path';
import type { FlapiPlace } from '../engine/flapi/session.ts';
import { ENGINE_NAMES, type EngineParts, makeEngine } from '../engine/make-engine.ts';
import type { OpenEngine } from '../engine/open/open-engine.ts';
import type { SiteEngines } from '../engine/site-engines.ts';
import { cacheDir } from '../setup/places.mjs';
import type { Configuration } from './configuration.ts';

type Settings = Pick<Configuration, 'engines' | 'engineRules'>;

/** Engines of one process, and their end. */
export type OpenSiteEngines = { engines: SiteEngines; open: OpenEngine; close(): Promise<void> };

/** Makes the engines that the site's configuration and tools.json name; nothing is launched before it is used. */
export function openSiteEngines(
  configuration: Settings & Partial<Pick<Configuration, 'scratch'>>,
  tools: Record<string, string>,
): OpenSiteEngines {
  const parts = enginePartsOf(configuration, tools);
  const names = ENGINE_NAMES.filter((name) => isSetUp(name, configuration, parts));
  const made = new Map(names.map((name) => [name, makeEngine(name, parts)]));
  const licences = Object.entries(configuration.engines).flatMap(([name, place]) => {
    const count = place?.licences ?? rendersAtOnce(place);
    return count === undefined ? [] : [[name, count] as const];
  });
  return {
    engines: { byName: made, rules: configuration.engineRules, licences: Object.fromEntries(licences) },
    open: made.get('open') as OpenEngine,
    close: async () => void (await Promise.all([...made.values()].map((engine) => engine.close()))),
  };
}

/** What engines are made of: where the configuration says makers' programs are, else where tools.json does. */
export function enginePartsOf(
  { engines, scratch }: Settings & Partial<Pick<Configuration, 'scratch'>>,
  tools: Record<string, string>,
): EngineParts {
  const { flapi, art, redline } = engines;
  return {
    tools: {
      ...tools,
      ...(art?.path === undefined ? {} : { 'art-cmd': art.path }),
      ...(redline?.path === undefined ? {} : { redline: redline.path }),
    },
    ...(scratch === undefined ? {} : { scratch: scratch.root }),
    proofFolder: join(cacheDir(), 'proofs'),
    flapi: flapiOf(flapi, tools.flapid),
  };
}

function flapiOf(flapi: Settings['engines']['flapi'], found: string | undefined): EngineParts['flapi'] {
  const place = placeOf(flapi, found);
  if (place === null) return null;
  const limits = Object.entries(flapi?.limits ?? {}).filter(([, ms]) => ms !== undefined);
  return { place, colourNames: flapi?.colourNames ?? {}, times: Object.fromEntries(limits) };
}

function placeOf(flapi: Settings['engines']['flapi'], found: string | undefined): FlapiPlace | null {
  const schema = flapi?.schema === undefined ? {} : { schema: flapi.schema };
  if (flapi?.server !== undefined) {
    const { host, port, username, token } = flapi.server;
    return { kind: 'server', host, port, login: { username, token }, ...schema };
  }
  const path = flapi?.path ?? found;
  return path === undefined
    ? null
    : { kind: 'launch', path, env: { ...ownEnvironment(), ...flapi?.environment }, ...schema };
}

/** A flapid that runs already has one RenderProcessor for everybody: a second render would end the first. */
function rendersAtOnce(place: object | undefined): number | undefined {
  return place !== undefined && 'server' in place && place.server !== undefined ? 1 : undefined;
}

/** What flapid needs of our environment: its home with the settings, and the name of the user; nothing else of ours. */
function ownEnvironment(): Record<string, string> {
  const { HOME, USER } = process.env;
  return { ...(HOME ? { HOME } : {}), ...(USER ? { USER } : {}) };
}

function isSetUp(name: string, { engines }: Settings, { tools, flapi }: EngineParts): boolean {
  if (name === 'flapi') return flapi !== null;
  if (name === 'art') return engines.art !== undefined || tools['art-cmd'] !== undefined;
  if (name === 'redline') return engines.redline !== undefined || tools.redline !== undefined;
  return true;
}
