import type { EngineIdentity, EngineRule } from '../schemas/engine.ts';
import { PipelineError } from '../schemas/failure.ts';
import { engineFingerprint } from './choose-engine.ts';
import type { Engine } from './engine.ts';

/** The engines of one process, and what its site says of them. */
export type SiteEngines = {
  /** By name; the open engine is always there. */
  byName: ReadonlyMap<string, Engine>;
  /** Looked at before our own rules. */
  rules: readonly EngineRule[];
  /** Renders at once at the whole site, by engine; what is not named has no limit but slots. */
  licences: Readonly<Record<string, number>>;
};

/** The engine of this name in this process. @throws PipelineError tool-missing where its site has not set it up */
export function engineNamed({ byName }: SiteEngines, name: string): Engine {
  const engine = byName.get(name);
  if (engine) return engine;
  throw new PipelineError(
    'tool-missing',
    `The engine ${name} is not set up in this process: name its program in the configuration of the site.`,
    { engine: name, known: [...byName.keys()] },
  );
}

/**
 * The engine that a job was prepared for, and no other version of it: its pixel key says what makes the pixels.
 * @param identity as the job was prepared; undefined for jobs of before engines were chosen
 * @throws PipelineError tool-missing, engine-differs
 */
export async function engineAsPrepared(
  engines: SiteEngines,
  name: string,
  identity: EngineIdentity | undefined,
): Promise<Engine> {
  const engine = engineNamed(engines, name);
  if (identity === undefined) return engine;
  const [expected, here] = [engineFingerprint(identity), engineFingerprint(await engine.capabilities())];
  if (expected === here) return engine;
  throw new PipelineError(
    'engine-differs',
    `The engine of this worker is «${here}», the plate was prepared for «${expected}»: workers of a site must have one version of an engine.`,
    { expected, here },
  );
}
