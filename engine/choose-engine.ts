import { PipelineError } from '../schemas/failure.ts';
import type { EngineCapabilities } from './engine.ts';

/** Which engines may decode a codec, the preferred first. A site or production may put its own rules before ours. */
export type EngineRule = {
  codec: string | '*';
  /** Only for cameras of this make, compared without case. @default every make */
  cameraMake?: string;
  /** Only for recipes of this name. @default every recipe */
  recipe?: string;
  engines: readonly string[];
};

/** Makers' formats go to makers' software; what free software decodes exactly stays there, because it needs no licence. */
export const DEFAULT_ENGINE_RULES: readonly EngineRule[] = [
  { codec: 'arriraw', engines: ['flapi', 'art'] },
  { codec: 'r3d', engines: ['flapi', 'redline'] },
  { codec: 'x-ocn', engines: ['flapi'] },
  { codec: 'braw', engines: ['flapi'] },
  { codec: 'canon-raw', engines: ['flapi'] },
  { codec: '*', engines: ['open', 'flapi'] },
];

/** What is to be decoded and made. */
export type EngineWish = { codec: string; cameraMake: string | null; recipe: string; writes: string };

/** The engine to use, and why each one that was preferred to it is not. */
export type EngineChoice = { engine: string; passedOver: { engine: string; why: string }[] };

/**
 * Chooses by the first rule that fits, then the first of its engines that can read and write this here and now. An engine is
 * never taken because another one is busy: a licence that is taken is waited for, or the same clip would come out of two decoders.
 * @param required passed gates by engine, where the production asks for them; null: it does not
 * @throws PipelineError unsupported, with the reason of every engine
 */
export function chooseEngine(
  wish: EngineWish,
  engines: readonly EngineCapabilities[],
  rules: readonly EngineRule[] = DEFAULT_ENGINE_RULES,
  required: ReadonlySet<string> | null = null,
): EngineChoice {
  const rule = rules.find((each) => fits(each, wish));
  const passedOver: EngineChoice['passedOver'] = [];
  for (const name of rule?.engines ?? []) {
    const why = hindrance(wish, name, engines, required);
    if (why === null) return { engine: name, passedOver };
    passedOver.push({ engine: name, why });
  }
  const reasons = passedOver.map(({ engine, why }) => `${engine}: ${why}`).join('; ');
  throw new PipelineError(
    'unsupported',
    `no engine at hand makes ${wish.writes} of ${wish.codec}: ${reasons || 'no rule names one'}`,
    {
      ...wish,
      passedOver,
    },
  );
}

/** Name and versions of an engine in one line: what a passed gate is kept under. */
export function engineFingerprint({ name, versions }: EngineCapabilities): string {
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

function hindrance(
  { codec, writes }: EngineWish,
  name: string,
  engines: readonly EngineCapabilities[],
  required: ReadonlySet<string> | null,
): string | null {
  const engine = engines.find((each) => each.name === name);
  if (!engine) return 'not known here';
  if (!engine.decodes.includes(codec))
    return engine.missing[0] ? `${engine.missing[0].what} is missing` : `does not read ${codec}`;
  if (!engine.writes.includes(writes)) return `does not write ${writes}`;
  if (required && !required.has(engineFingerprint(engine))) return 'its version has not passed the gate';
  return null;
}
