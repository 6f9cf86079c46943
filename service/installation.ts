import type { ActivityRun } from '../activities/define-activity.ts';
import type { Dependencies } from '../activities/dependencies.ts';
import { forecastFor } from '../activities/forecast-for.ts';
import { parseTurnoverSubmission } from '../activities/parse-turnover-submission.ts';
import { type PlannedTurnover, planFor } from '../activities/plan-turnover.ts';
import { plateThumbnails } from '../activities/plate-thumbnails.ts';
import { recipeOf } from '../activities/recipe-of.ts';
import type { Forecast } from '../pipeline/conform/forecast.ts';
import type { TurnoverSubmission } from '../schemas/turnover.ts';
import type { Refusal } from '../workflows/refusal.ts';
import type { Configuration } from './configuration.ts';
import { openDependencies } from './dependencies.ts';

/** Makes a small picture of every plate, by plate id, on this machine; `told` hears how many are done. */
export type MakeThumbnails = (
  signal: AbortSignal,
  told: (done: number) => void,
) => Promise<Map<string, string>>;

/** The same functions that activities call, for the command line: stores and engine, without Temporal. */
export type Installation = {
  deps: Dependencies;
  /** The run of a function that the command line calls itself. */
  run: (signal: AbortSignal) => ActivityRun;
  /** Plans a turnover and writes nothing about it into the catalogue. */
  planOnly: (
    submission: TurnoverSubmission,
    cores: number,
  ) => Promise<(PlannedTurnover & { forecast: Forecast; thumbnails: MakeThumbnails }) | Refusal>;
  close: () => Promise<void>;
};

/** Opens stores and engine as this process's own; the caller closes. @throws PipelineError service-away */
export async function openInstallation(
  configuration: Configuration,
  tools: Record<string, string>,
): Promise<Installation> {
  const deps = await openDependencies(configuration, tools, ['cli']);
  const run = (signal: AbortSignal): ActivityRun => ({
    signal,
    progress: () => undefined,
    worker: deps.worker,
    attempt: 1,
  });
  return {
    deps,
    run,
    planOnly: async (submission, cores) => {
      const parsed = await parseTurnoverSubmission.run(deps, submission, run(new AbortController().signal));
      if ('refused' in parsed) return parsed;
      const planned = await planFor(deps, parsed.accepted);
      const recipe = await recipeOf(deps, parsed.accepted);
      return {
        ...planned,
        forecast: await forecastFor(deps, parsed.accepted, planned.plan, recipe, cores),
        thumbnails: (signal, told) =>
          plateThumbnails(deps, parsed.accepted, planned.plan, { width: cores, signal, told }),
      };
    },
    close: deps.close,
  };
}

/** Opens, lets `use` work, closes in any case. */
export async function withInstallation<T>(
  configuration: Configuration,
  tools: Record<string, string>,
  use: (installation: Installation) => Promise<T>,
): Promise<T> {
  const installation = await openInstallation(configuration, tools);
  try {
    return await use(installation);
  } finally {
    await installation.close();
  }
}
