import { ART_EVIDENCE } from '../engine/art/evidence.ts';
import type { EngineCapabilities } from '../engine/engine.ts';
import { FLAPI_EVIDENCE } from '../engine/flapi/evidence.ts';
import { ENGINE_NAMES, makeEngine } from '../engine/make-engine.ts';
import type { OpenEngine } from '../engine/open/open-engine.ts';
import { REDLINE_EVIDENCE } from '../engine/redline/evidence.ts';
import type { Evidence } from '../engine/vendor/evidence.ts';
import type { Configuration } from '../service/configuration.ts';
import { enginesOfEnvironment } from '../service/configuration.ts';
import { enginePartsOf } from '../service/site-engines.ts';
import { readArguments } from './arguments.ts';
import { type Output, printJson } from './context.ts';

const USAGE = 'rushes engines [--json]';

const EVIDENCE: Record<string, readonly Evidence[]> = {
  flapi: FLAPI_EVIDENCE,
  art: ART_EVIDENCE,
  redline: REDLINE_EVIDENCE,
};

/** Programs by name, their versions as set-up recorded them, and where makers' programs are at this site. */
export type EngineDependencies = {
  tools: Record<string, string>;
  versions?: Record<string, string>;
  /** @default what the environment names */
  site?: Pick<Configuration, 'engines' | 'engineRules'>;
};

/** The engine of this name; close it when done. @throws PipelineError input-invalid for a name that there is not */
export function openEngineNamed(name: string, { tools, versions, site }: EngineDependencies): OpenEngine {
  const parts = enginePartsOf(site ?? enginesOfEnvironment(process.env), tools);
  return makeEngine(name, { ...parts, ...(versions ? { versions } : {}) });
}

/** `rushes engines`: what each engine here reads and writes, with which versions, and what it lacks. */
export async function enginesCommand(args: string[], io: Output, deps: EngineDependencies): Promise<number> {
  const { flags } = readArguments(args, { json: { type: 'boolean' } }, USAGE);
  const engines: EngineReport[] = [];
  for (const name of ENGINE_NAMES) {
    const unproven = (EVIDENCE[name] ?? []).filter(({ rests }) => rests === 'unproven');
    engines.push({ ...(await openEngineNamed(name, deps).capabilities()), unproven });
  }
  if (flags.json) printJson(io, { version: 1, kind: 'engines', engines });
  else for (const engine of engines) io.stdout(describe(engine));
  return 0;
}

/** What an engine can do here, and what it relies on that no page or recording proves. */
type EngineReport = EngineCapabilities & { unproven: Evidence[] };

function describe({ name, versions, decodes, writes, offers = [], missing, unproven }: EngineReport): string {
  const programs = Object.entries(versions).map(([program, version]) => `${program} ${version}`);
  return [
    name,
    `  reads   ${decodes.join(', ') || 'nothing here'}`,
    `  writes  ${writes.join(', ') || 'nothing here'}`,
    `  is      ${programs.join(', ')}`,
    ...(offers.length > 0 ? [`  offers  ${offers.join('; ')}`] : []),
    ...missing.map(({ what, why, fix }) => `  lacks   ${what} (${why}): ${fix}`),
    ...unproven.map(({ what, source }) => `  unproven  ${what} (${source})`),
    '',
  ].join('\n');
}
