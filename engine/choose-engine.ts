import type { EngineIdentity, EngineRule } from '../schemas/engine.ts';
import { PipelineError } from '../schemas/failure.ts';
import type { EngineCapabilities } from './engine.ts';

type Capable = Pick<EngineCapabilities, 'name' | 'versions' | 'decodes' | 'writes' | 'missing'>;

/** Makers' formats go to makers' software; what free software decodes exactly stays there, because it needs no licence. */
export const DEFAULT_ENGINE_RULES: readonly EngineRule[] = [
  { codec: 'arriraw', engines: ['flapi', 'art'] },
  { codec: 'r3d', engines: ['flapi', 'redline'] },
  { codec: 'x-ocn', engines: ['flapi'] },
  { codec: 'braw', engines: ['flapi'] },
  { codec: 'canon-raw', engines: ['flapi'] },
  { codec: '*', engines: ['open', 'flapi'] },
];

/** What is to be decoded and made; `writes` is a word of `EngineCapabilities.writes`. */
export type EngineWish = { codec: string; cameraMake: string | null; recipe: string; writes: string };

/** A production's gate: whether this engine, as it is now, may render for it. */
export type Gate = (engine: EngineIdentity) => boolean;

/** The engine to use, and why each one that was preferred to it is not. */
export type EngineChoice<E> = { engine: E; passedOver: { engine: string; why: string }[] };

/**
 * Chooses by the first rule that fits, then the first of its engines that can read and write this here and now. An engine is
 * never taken because another one is busy: a licence that is taken is waited for, or the same clip would come out of two decoders.
 * @param rules the first that fits decides; ours come last
 * @param gate whether the production lets this version of an engine render
 * @throws PipelineError unsupported, with the reason of every engine
 */
export function chooseEngine<E extends Capable>(
  wish: EngineWish,
  engines: readonly E[],
  rules: readonly EngineRule[] = [],
  gate: Gate = () => true,
): EngineChoice<E> {
  const rule = [...rules, ...DEFAULT_ENGINE_RULES].find((each) => fits(each, wish));
  const passedOver: { engine: string; why: string }[] = [];
  for (const name of rule?.engines ?? []) {
    const engine = engines.find((each) => each.name === name);
    const why = engine === undefined ? 'not at this site' : hindrance(wish, engine, gate);
    if (engine !== undefined && why === null) return { engine, passedOver };
    passedOver.push({ engine: name, why: why ?? '' });
  }
  const reasons = passedOver.map(({ engine, why }) => `${engine}: ${why}`).join('; ');
  throw new PipelineError(
    'unsupported',
    `No engine at this site can make ${wish.writes} of ${wish.codec}: ${reasons}.`,
    {
      ...wish,
      passedOver,
    },
  );
}

/** Name and versions of an engine in one line: what a passed gate is kept under. */
export function engineFingerprint({ name, versions }: EngineIdentity): string {
  const parts = Object.entries(versions).sort(([a], [b]) => (a < b ? -1 : 1));
  return `${name} ${parts.map(([part, version]) => `${part}=${version}`).join(' ')}`;
}

function fits(rule: EngineRule, { codec, cameraMake, recipe }: EngineWish): boolean {
  return (
    (rule.codec === '*' || rule.codec === codec) &&
    (rule.cameraMake === undefined || rule.cameraMake.toLowerCase() === cameraMake?.toLowerCase()) &&
    (rule.recipe === undefined || rule.recipe === recipe)
  );
}

function hindrance({ codec, writes }: EngineWish, engine: Capable, gate: Gate): string | null {
  const [lack] = engine.missing;
  if (!engine.decodes.includes(codec)) return lack ? `${lack.what} is missing` : `it does not read ${codec}`;
  if (!engine.writes.includes(writes)) return `it does not write ${writes}`;
  return gate(engine) ? null : 'this version of it has not passed the gate that the production asks for';
}
