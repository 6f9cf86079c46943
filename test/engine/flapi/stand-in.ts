import { createFlapiEngine, type FlapiEngineParts } from '../../../engine/flapi/flapi-engine.ts';
import type { FlapiPlace, FlapiTimes } from '../../../engine/flapi/session.ts';
import { executable } from '../../stand-ins/executable.ts';
import type { Misbehaviour } from '../../stand-ins/flapid/misbehaviour.ts';
import { toolPaths } from '../../support/tools.ts';

/** What an installation would say of the camera spaces it uses. */
export const NAMES = {
  'ARRI LogC3 (EI800)': 'Stand-in LogC3 AWG3',
  'S-Log3 S-Gamut3.Cine': 'Stand-in SLog3 SGamut3Cine',
};

const path = executable('flapid', 'flapid/flapid.ts');

/** A stand-in flapid to launch, which does these things wrong. */
export function standInPlace(wrong: Misbehaviour = {}): FlapiPlace {
  const { HOME = '/', RUSHES_CACHE } = process.env;
  const env = { STAND_IN: JSON.stringify(wrong), HOME, ...(RUSHES_CACHE ? { RUSHES_CACHE } : {}) };
  return { kind: 'launch', path, env };
}

/** The engine on a stand-in, impatient but for what has to come. */
export function standInEngine(
  wrong: Misbehaviour = {},
  times: Partial<FlapiTimes> = {},
  parts: Partial<FlapiEngineParts> = {},
) {
  return createFlapiEngine({
    place: standInPlace(wrong),
    tools: toolPaths(),
    colourNames: NAMES,
    times: { pollMs: 20, leaveMs: 1000, portMs: 120_000, callMs: 120_000, settleMs: 300, ...times },
    ...parts,
  });
}
