import type { Rational } from '../../../schemas/rational.ts';
import { divide, multiply, rational } from '../../time/rational.ts';
import { type EffectGraph, graphOf } from './curve.ts';
import { fromFloat, nodeAt, nodesAt, type OtioNode, schemaOf, textAt } from './node.ts';

/** What the time effects of a clip come to. */
export type TimeEffects = {
  /** Null when no effect tells one. */
  speed: Rational | null;
  /** Effects that are no constant speed, with the graph where the document carries it. */
  ramps: { effect: OtioNode; graph: EffectGraph | null }[];
  /** Final Cut Pro 7 counts in and out of a retimed clip in retimed frames: its in times the speed is the source's. */
  isInRetimedTime: boolean;
};

/** Reads the time effects of a clip and of the compositions around it; speeds multiply, a freeze is zero. */
export function readTimeEffects(effects: readonly OtioNode[]): TimeEffects {
  const found: TimeEffects = { speed: null, ramps: [], isInRetimedTime: false };
  for (const effect of effects.filter(({ enabled }) => enabled !== false)) {
    const speed = constantSpeed(effect);
    if (speed !== null) {
      found.speed = multiply(found.speed ?? rational(1), speed);
      if (nodeAt(effect, 'metadata', 'fcp_xml') !== null) found.isInRetimedTime = true;
    } else if (isTimeEffect(effect)) found.ramps.push({ effect, graph: graphOf(effect) });
  }
  return found;
}

/** The effects of an item, as the document lists them. */
export function effectsOf(item: OtioNode): OtioNode[] {
  return nodesAt(item, 'effects');
}

function constantSpeed(effect: OtioNode): Rational | null {
  const schema = schemaOf(effect);
  if (schema === 'FreezeFrame') return rational(0);
  if (schema === 'LinearTimeWarp' && typeof effect.time_scalar === 'number')
    return fromFloat(effect.time_scalar);
  return finalCutSpeed(effect);
}

/** The Final Cut Pro 7 adapter keeps a time remap as metadata: speed in percent, reverse, and whether the speed varies. */
function finalCutSpeed(effect: OtioNode): Rational | null {
  const kept = nodeAt(effect, 'metadata', 'fcp_xml');
  if (kept?.effectid !== 'timeremap') return null;
  const parameters = new Map(
    nodesAt(kept, 'parameter').map((parameter) => [parameter.parameterid, parameter.value]),
  );
  const percent = Number(parameters.get('speed'));
  if (parameters.get('variablespeed') === '1' || !Number.isFinite(percent)) return null;
  const speed = divide(fromFloat(percent), rational(100));
  return /true/i.test(String(parameters.get('reverse')))
    ? { num: -Math.abs(speed.num), den: speed.den }
    : speed;
}

function isTimeEffect(effect: OtioNode): boolean {
  const words = [
    schemaOf(effect),
    textAt(effect, 'effect_name'),
    textAt(effect, 'name'),
    textAt(effect, 'metadata', 'fcp_xml', 'effectid'),
  ].join(' ');
  return /time\s?(effect|warp|remap)|speed|ramp/i.test(words);
}
