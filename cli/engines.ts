import { join } from 'node:path';
import type { EngineCapabilities } from '../engine/engine.ts';
import { createOpenEngine, type OpenEngine } from '../engine/open/open-engine.ts';
import { PipelineError } from '../schemas/failure.ts';
import { cacheDir } from '../setup/places.mjs';
import { readArguments } from './arguments.ts';
import { type Output, printJson } from './context.ts';

const USAGE = 'rushes engines [--json]';

/** Engines by name, each made when it is asked for. */
const ENGINES: Record<string, (deps: EngineDependencies) => OpenEngine> = {
  open: ({ tools, versions }) =>
    createOpenEngine({ tools, proofFolder: join(cacheDir(), 'proofs'), ...(versions ? { versions } : {}) }),
};

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
  const engines: EngineCapabilities[] = [];
  for (const name of Object.keys(ENGINES)) engines.push(await openEngineNamed(name, deps).capabilities());
  if (flags.json) printJson(io, { version: 1, kind: 'engines', engines });
  else for (const engine of engines) io.stdout(describe(engine));
  return 0;
}

function describe({ name, versions, decodes, writes, missing }: EngineCapabilities): string {
  const programs = Object.entries(versions).map(([program, version]) => `${program} ${version}`);
  return [
    name,
    `  reads   ${decodes.join(', ')}`,
    `  writes  ${writes.join(', ')}`,
    `  is      ${programs.join(', ')}`,
    ...missing.map(({ what, why, fix }) => `  lacks   ${what} (${why}): ${fix}`),
    '',
  ].join('\n');
}
