import { z } from 'zod';
import { type ComposedPackage, composePackage } from '../pipeline/delivery/compose-package.ts';
import { documentBytes, type PackagedPlate, type PackageInput } from '../pipeline/delivery/package.ts';
import { MadePlate, PreparedPlate } from '../schemas/plate-facts.ts';
import {
  listsOf,
  TurnoverPlan,
  TurnoverRequest,
  type TurnoverState,
  turnoverId,
} from '../schemas/turnover.ts';
import { packageKey } from '../stores/objects/keys.ts';
import { defineActivity } from './define-activity.ts';
import type { Dependencies } from './dependencies.ts';
import { looksOf } from './looks-of.ts';
import { type PackageName, publicationName, publish } from './package-location.ts';
import { wantedPlates } from './plan-turnover.ts';
import { recipeOf } from './recipe-of.ts';
import { sealPackage } from './seal-package.ts';

const Input = z.object({ request: TurnoverRequest, planKey: z.string(), waiting: z.int(), at: z.string() });

export type Published = {
  turnover: string;
  state: TurnoverState;
  package: string | null;
  frames: { wanted: number; made: number; reused: number };
  reportKey: string;
};

/**
 * Writes the package of what was made: documents, manifest, MHL; it becomes visible last, by its pointer.
 * A retry is safe: the instant comes from the workflow, so that the same names get the same bytes.
 */
export const publishPackage = defineActivity(
  'publishPackage',
  Input,
  async (deps, { request, planKey, waiting, at }): Promise<Published> => {
    const plan = await deps.facts.get(planKey, TurnoverPlan);
    const plates = await platesMade(deps, request, plan);
    const name: PackageName = {
      production: request.production,
      turnover: request.name,
      version: request.revision,
    };
    const publication = publicationName(at);
    const input = await packageInput(deps, request, plan, plates, publication, at);
    const composed = composePackage(input);
    await writeDocuments(deps, name, publication, composed);
    await sealPackage(deps, name, publication, composed, { at, site: request.site });
    await publish(deps, name, publication);
    const reportKey = await deps.facts.put(
      request.production,
      'packages',
      `${request.name}/${request.revision}`,
      { version: 1, kind: 'publication', turnover: turnoverId(request), publication, waiting },
    );
    const state = stateOf({ wanted: wantedPlates(plan).length, made: plates.length, waiting });
    const packageId = plates.length === 0 ? null : turnoverId(request);
    const frames = await deps.catalogue.savePublication(turnoverId(request), {
      state,
      package: packageId,
      publication,
      findings: composed.manifest.findings,
      at,
    });
    return { turnover: turnoverId(request), state, package: packageId, frames, reportKey };
  },
);

/** Nothing made and something awaited is a beginning, not a failure: whoever waits must still be told of a roll. */
function stateOf({
  wanted,
  made,
  waiting,
}: {
  wanted: number;
  made: number;
  waiting: number;
}): TurnoverState {
  if (waiting > 0) return made === 0 ? 'waiting' : 'partial';
  if (made === wanted) return 'published';
  return made === 0 ? 'failed' : 'partial';
}

async function platesMade(
  deps: Dependencies,
  request: TurnoverRequest,
  plan: TurnoverPlan,
): Promise<PackagedPlate[]> {
  const keys = await deps.catalogue.madePlatesOf(turnoverId(request));
  const plates: PackagedPlate[] = [];
  for (const planned of plan.plates) {
    const key = keys.get(planned.plateId);
    if (key === undefined) continue;
    const made = await deps.facts.get(key, MadePlate);
    const prepared = await deps.facts.get(made.preparedKey, PreparedPlate);
    plates.push({
      planned,
      made,
      prepared,
      source: await deps.catalogue.clipSource(planned.clipId, request.site),
    });
  }
  return plates;
}

async function packageInput(
  deps: Dependencies,
  request: TurnoverRequest,
  plan: TurnoverPlan,
  plates: PackagedPlate[],
  publication: string,
  at: string,
): Promise<PackageInput> {
  const lists = await Promise.all(
    listsOf(request).map(async ({ key, fileName }) => ({
      path: `cut-list/${fileName}`,
      role: 'cut-list' as const,
      text: await deps.facts.getBytes(key),
    })),
  );
  const name: PackageName = {
    production: request.production,
    turnover: request.name,
    version: request.revision,
  };
  return {
    turnover: turnoverId(request),
    revision: request.revision,
    recipe: await recipeOf(deps, request),
    engine: enginesOf(plates, (await deps.engine.capabilities()).versions),
    at,
    workBucket: deps.store.bucket('work'),
    bucket: deps.store.bucket('packages'),
    prefix: packageKey(name, publication),
    plates,
    documents: [
      ...lists,
      ...(await looksOf(deps, request)).map(({ fileName, text }) => ({
        path: `cdl/given/${fileName}`,
        role: 'cdl' as const,
        text,
      })),
      ...(plan.delta === undefined
        ? []
        : [
            {
              path: 'report/delta.json',
              role: 'report' as const,
              text: `${JSON.stringify(plan.delta, null, 2)}\n`,
            },
          ]),
    ],
    findings: plan.findings,
  };
}

/** Versions of everything that made pixels of the package; those of a maker's engine go by its name. */
function enginesOf(plates: readonly PackagedPlate[], open: Record<string, string>): Record<string, string> {
  const used = plates.flatMap(({ prepared }) => prepared.deliverables.flatMap(({ engine }) => engine ?? []));
  const makers = used
    .filter(({ name }) => name !== 'open')
    .flatMap(({ name, versions }) => Object.entries(versions).map(([part, is]) => [`${name}: ${part}`, is]));
  return { ...open, ...Object.fromEntries(makers) };
}

async function writeDocuments(
  deps: Dependencies,
  name: PackageName,
  publication: string,
  composed: ComposedPackage,
): Promise<void> {
  for (const document of composed.documents) {
    await deps.store.putWholeIfAbsent(
      deps.store.bucket('packages'),
      packageKey(name, `${publication}/${document.path}`),
      documentBytes(document),
    );
  }
}
