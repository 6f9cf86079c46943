import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type MadeCard, makeCard } from '../../footage/card.ts';
import { makeCutList } from '../../footage/cut-list.ts';
import type { RollReport } from '../../schemas/roll.ts';
import { isRefusal, type Refusal } from '../../workflows/refusal.ts';
import type { TurnoverOutcome } from '../../workflows/turnover-outcome.ts';
import { footageFolder } from '../support/footage.ts';
import type { TestInstallation } from '../support/installation.ts';
import { toolPaths } from '../support/tools.ts';
import { until } from '../support/until.ts';

export const PRODUCTION = 'AGM';
export const TURNOVER = 'AGM/interrupted/1';
export const TURNOVER_WORKFLOW = `turnover/${TURNOVER}`;

/** Frames of the long plate: all in one segment, so many that its render can be met in the middle. */
export const LONG_FRAMES = 48;

/** A movie and a sequence whose colour is known from their headers, and a list of two shots over them. */
export type Material = { movie: MadeCard; sequence: MadeCard; cutList: string };

/** Makes the material of the interrupted runs; every run reads the same. @param size of the movie */
export async function makeMaterial(name: string, size = { width: 960, height: 540 }): Promise<Material> {
  const dir = join(footageFolder(), name);
  mkdirSync(dir, { recursive: true });
  const common = { dir, tools: toolPaths(), clips: 1 };
  const [movie, sequence] = await Promise.all([
    makeCard({ ...common, kind: 'prores', frames: LONG_FRAMES, size, seed: 5 }),
    makeCard({ ...common, kind: 'exr', frames: 24, size: { width: 256, height: 144 }, seed: 6 }),
  ]);
  const cutList = join(dir, 'interrupted.edl');
  const { edl } = makeCutList({
    title: 'INTERRUPTED',
    rate: { num: 24, den: 1 },
    uses: [
      { clip: movie.clips[0]!, first: 8, durationFrames: LONG_FRAMES - 16, shotName: 'RUS_010_0010' },
      { clip: sequence.clips[0]!, first: 8, durationFrames: 8, shotName: 'RUS_010_0020' },
    ],
  });
  writeFileSync(cutList, edl);
  return { movie, sequence, cutList };
}

/** Takes a card in and waits for its report. */
export async function ingest(at: TestInstallation, card: MadeCard): Promise<RollReport> {
  const report = await (await at.rushes.ingestRoll({ production: PRODUCTION, source: card.path })).result();
  if (isRefusal(report)) throw new Error(report.refused.sentence);
  return report;
}

/** Submits the list; the result is awaited by the caller. */
export function submit(at: TestInstallation, { cutList }: Material) {
  return at.rushes.submitTurnover({ production: PRODUCTION, cutList: { path: cutList } });
}

/** The outcome of a turnover that was not refused. */
export function taken(outcome: TurnoverOutcome | Refusal): TurnoverOutcome {
  if (isRefusal(outcome)) throw new Error(outcome.refused.sentence);
  return outcome;
}

/** Exports the package as a person does. */
export async function exportPackage(
  at: TestInstallation,
  folder = join(at.folder, 'package'),
): Promise<string> {
  const exported = await at.command('package', 'export', TURNOVER, folder);
  if (exported.code !== 0) throw new Error(exported.stderr);
  return folder;
}

/** Fetches a stored roll as a person does. */
export async function fetchRoll(at: TestInstallation, card: MadeCard): Promise<string> {
  const folder = join(at.folder, 'fetched', card.roll);
  const fetched = await at.command('roll', 'get', `${PRODUCTION}/${card.shootDay}/${card.roll}`, folder);
  if (fetched.code !== 0) throw new Error(fetched.stderr);
  return folder;
}

/** Rendered frames of the long plate as files of the S3 server, and whether a manifest makes them count. */
export function longPlateInStore(at: TestInstallation): { frames: string[]; hasManifest: boolean } {
  const key = longPlateKey(at);
  const folder = join(at.objects.dataDir, 'studio-work/frames', key ?? 'not prepared yet');
  if (key === null || !existsSync(folder)) return { frames: [], hasManifest: false };
  const frames = readdirSync(folder)
    .filter((name) => name.endsWith('.exr'))
    .map((name) => join(folder, name));
  return { frames: frames.sort(), hasManifest: existsSync(join(folder, 'segments')) };
}

function longPlateKey(at: TestInstallation): string | null {
  const facts = join(at.objects.dataDir, 'studio-work/facts', PRODUCTION);
  return pixelKey(join(facts, 'prepared-plates/interrupted/1/RUS_010_0010_PL01'));
}

/** Frames of the long plate that reach the store before it is held. */
const KEPT = 3;

/**
 * Keeps the long plate in the middle from now on: its first frames reach the store, the others wait at the gate, and no
 * manifest can make them count. Other plates go on.
 */
export function holdLongPlate(at: TestInstallation): void {
  at.gate().hold((method, path) => method === 'PUT' && isOfLongPlate(at, path), KEPT);
}

/** Waits until the long plate is held, with its first frames in the store and nothing of it on the way. */
export async function untilHeld(at: TestInstallation): Promise<void> {
  await until(
    'a long plate that is half in the store',
    () => at.gate().waiting() > 0 && longPlateInStore(at).frames.length === KEPT,
  );
}

function isOfLongPlate(at: TestInstallation, path: string): boolean {
  const key = longPlateKey(at);
  return key !== null && path.startsWith(`/studio-work/frames/${key}/`) && /\.exr(\?|$)/.test(path);
}

function pixelKey(facts: string): string | null {
  const [name] = existsSync(facts) ? readdirSync(facts).filter((one) => one.endsWith('.json')) : [];
  if (name === undefined) return null;
  const prepared = JSON.parse(readFileSync(join(facts, name), 'utf8')) as {
    deliverables: { contentKey: string }[];
  };
  return prepared.deliverables[0]!.contentKey;
}

/** Identity and time of a file: one that is written again has others. */
export function identityOf(file: string): string {
  const { ino, mtimeMs, size } = statSync(file);
  return `${ino} ${mtimeMs} ${size}`;
}

/** As «Reset» in the web UI: the run ends, and another begins where its first workflow task was done. */
export async function resetToStart(at: TestInstallation, workflowId: string): Promise<void> {
  const { temporal } = at.rushes;
  const { runId } = await temporal.workflow.getHandle(workflowId).describe();
  const { events } = await temporal.workflow.getHandle(workflowId).fetchHistory();
  const first = events!.find((event) => event.workflowTaskCompletedEventAttributes)!;
  await temporal.workflowService.resetWorkflowExecution({
    namespace: temporal.options.namespace,
    workflowExecution: { workflowId, runId },
    workflowTaskFinishEventId: first.eventId!,
    requestId: crypto.randomUUID(),
    reason: 'reset by a person in the web UI',
  });
}
