import { PipelineError } from '../schemas/failure.ts';
import { createArtEngine } from './art/art-engine.ts';
import type { ColourNames } from './flapi/colour.ts';
import { createFlapiEngine, isFlapiPlate } from './flapi/flapi-engine.ts';
import type { FlapiPlace, FlapiTimes } from './flapi/session.ts';
import { createOpenEngine, type OpenEngine } from './open/open-engine.ts';
import { createRedlineEngine } from './redline/redline-engine.ts';
import type { ToolPaths } from './tools/tool-paths.ts';
import { isAcesPlate } from './vendor/program-engine.ts';
import { withSecondStage } from './vendor/second-stage.ts';

/** What the engines of one process are made of. Makers' programs are in `tools` as `art-cmd` and `redline`, where there are any. */
export type EngineParts = {
  tools: ToolPaths;
  /** Versions as set-up recorded them, for programs that do not tell their own. */
  versions?: Readonly<Record<string, string>>;
  /** Where inspection puts its short-lived files. @default the system's folder for such files */
  scratch?: string;
  /** Where proofs of the fast route are kept between processes. */
  proofFolder?: string;
  /** null: not installed here. */
  flapi: { place: FlapiPlace; colourNames: ColourNames; times?: Partial<FlapiTimes> } | null;
};

const openOf = ({ flapi: _, ...parts }: EngineParts): OpenEngine => createOpenEngine(parts);

const MAKERS: Record<string, (parts: EngineParts) => OpenEngine> = {
  open: openOf,
  flapi: (parts) =>
    withSecondStage(
      createFlapiEngine({
        tools: parts.tools,
        place: parts.flapi?.place ?? null,
        colourNames: parts.flapi?.colourNames ?? {},
        times: parts.flapi?.times ?? {},
      }),
      openOf(parts),
      isFlapiPlate,
    ),
  art: (parts) => withSecondStage(createArtEngine(parts.tools), openOf(parts), isAcesPlate),
  redline: (parts) => withSecondStage(createRedlineEngine(parts.tools), openOf(parts), isAcesPlate),
};

/** Every engine there is, ours of free programs first. */
export const ENGINE_NAMES: readonly string[] = Object.keys(MAKERS);

/** The engine of this name; whoever makes it closes it. @throws PipelineError input-invalid for a name that there is not */
export function makeEngine(name: string, parts: EngineParts): OpenEngine {
  const make = MAKERS[name];
  if (make) return make(parts);
  throw new PipelineError(
    'input-invalid',
    `There is no engine «${name}»; there is ${ENGINE_NAMES.join(', ')}.`,
    { name },
  );
}
