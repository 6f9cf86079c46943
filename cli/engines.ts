import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createArtEngine } from '../engine/art/art-engine.ts';
import { ART_EVIDENCE } from '../engine/art/evidence.ts';
import type { EngineCapabilities } from '../engine/engine.ts';
import { FLAPI_EVIDENCE } from '../engine/flapi/evidence.ts';
import { createFlapiEngine } from '../engine/flapi/flapi-engine.ts';
import { createOpenEngine, type OpenEngine } from '../engine/open/open-engine.ts';
import { REDLINE_EVIDENCE } from '../engine/redline/evidence.ts';
import { createRedlineEngine } from '../engine/redline/redline-engine.ts';
import type { Evidence } from '../engine/vendor/evidence.ts';
import { PipelineError } from '../schemas/failure.ts';
import { cacheDir } from '../setup/places.mjs';
import { readArguments } from './arguments.ts';
import { type Output, printJson } from './context.ts';

const USAGE = 'rushes engines [--json]';

/** Engines by name, each made when it is asked for. */
const ENGINES: Record<string, (deps: EngineDependencies) => OpenEngine> = {
  open: ({ tools, versions }) =>
    createOpenEngine({ tools, proofFolder: join(cacheDir(), 'proofs'), ...(versions ? { versions } : {}) }),
  flapi: ({ tools }) => {
    const path = process.env.FLAPI_PATH ?? tools.flapid;
    return createFlapiEngine({
      place: path === undefined ? null : { kind: 'launch', path, env: flapidEnvironment() },
      tools,
      colourNames: colourNames(process.env.RUSHES_FLAPI_COLOURS),
    });
  },
  art: ({ tools }) => createArtEngine(withProgram(tools, 'art-cmd', process.env.ART_CMD_PATH)),
  redline: ({ tools }) => createRedlineEngine(withProgram(tools, 'redline', process.env.REDLINE_PATH)),
};

const EVIDENCE: Record<string, readonly Evidence[]> = {
  flapi: FLAPI_EVIDENCE,
  art: ART_EVIDENCE,
  redline: REDLINE_EVIDENCE,
};

/** Makers' programs are the user's own; where they are is said by a variable or in tools.json. */
function withProgram(
  tools: Record<string, string>,
  name: string,
  path: string | undefined,
): Record<string, string> {
  return path ? { ...tools, [name]: path } : tools;
}

/** What flapid needs of our environment: its home with the settings and the name of the user; nothing else of ours. */
function flapidEnvironment(): Record<string, string> {
  const { HOME, USER } = process.env;
  return { ...(HOME ? { HOME } : {}), ...(USER ? { USER } : {}) };
}

/** Our colour space names to FilmLight's, as JSON. @throws PipelineError input-invalid */
function colourNames(file: string | undefined): Record<string, string> {
  if (!file) return {};
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
  } catch (cause) {
    throw new PipelineError(
      'input-invalid',
      `RUSHES_FLAPI_COLOURS: ${file} cannot be read as JSON`,
      { file },
      { cause },
    );
  }
}

/** Programs by name, and their versions as set-up recorded them. */
export type EngineDependencies = { tools: Record<string, string>; versions?: Record<string, string> };

/** The engine of this name; close it when done. @throws PipelineError input-invalid for a name that there is not */
export function openEngineNamed(name: string, deps: EngineDependencies): OpenEngine {
  const make = ENGINES[name];
  if (make) return make(deps);
  throw new PipelineError(
    'input-invalid',
    `There is no engine «${name}» here; there is ${Object.keys(ENGINES).join(', ')}.`,
    { name },
  );
}

/** `rushes engines`: what each engine here reads and writes, with which versions, and what it lacks. */
export async function enginesCommand(args: string[], io: Output, deps: EngineDependencies): Promise<number> {
  const { flags } = readArguments(args, { json: { type: 'boolean' } }, USAGE);
  const engines: EngineReport[] = [];
  for (const name of Object.keys(ENGINES)) {
    const unproven = (EVIDENCE[name] ?? []).filter(({ rests }) => rests === 'unproven');
    engines.push({ ...(await openEngineNamed(name, deps).capabilities()), unproven });
  }
  if (flags.json) printJson(io, { version: 1, kind: 'engines', engines });
  else for (const engine of engines) io.stdout(describe(engine));
  return 0;
}

/** What an engine can do here, and what it relies on that no page or recording proves. */
type EngineReport = EngineCapabilities & { unproven: Evidence[] };

function describe({ name, versions, decodes, writes, missing, unproven }: EngineReport): string {
  const programs = Object.entries(versions).map(([program, version]) => `${program} ${version}`);
  return [
    name,
    `  reads   ${decodes.join(', ') || 'nothing here'}`,
    `  writes  ${writes.join(', ') || 'nothing here'}`,
    `  is      ${programs.join(', ')}`,
    ...missing.map(({ what, why, fix }) => `  lacks   ${what} (${why}): ${fix}`),
    ...unproven.map(({ what, source }) => `  unproven  ${what} (${source})`),
    '',
  ].join('\n');
}
