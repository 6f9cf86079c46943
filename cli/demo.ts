import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { exportPackage } from '../activities/export-package.ts';
import { makeDemoSet } from '../footage/demo-set.ts';
import type { RollReport } from '../schemas/roll.ts';
import { connectRushes, type RushesClient } from '../service/client.ts';
import { withInstallation } from '../service/installation.ts';
import { cacheDir, defaultStateDir } from '../setup/places.mjs';
import { ensureTools } from '../setup/tools.mjs';
import { isRefusal } from '../workflows/refusal.ts';
import { readArguments } from './arguments.ts';
import { type Command, type CommandContext, printJson } from './context.ts';
import { printFindings } from './findings.ts';
import { packageCommand } from './package.ts';
import { startLocal } from './up.ts';

const PRODUCTION = 'DEMO';
const STEPS = 6;

/** `rushes demo`: sample cards, ingest, a turnover, its package verified; ends with what to open. */
export const demo: Command = async (args, context) => {
  const { flags } = readArguments(args, { json: { type: 'boolean' } }, 'rushes demo [--json]');
  const begun = Date.now();
  const step = (number: number, what: string) =>
    context.io.stderr(`[${number}/${STEPS}] ${((Date.now() - begun) / 1000).toFixed(1).padStart(6)} s  ${what}\n`);

  step(1, 'starting the local stack: Temporal, S3, PostgreSQL, two render workers');
  await ensureTools({ for: 'demo', log: (line) => context.io.stderr(`${line}\n`) });
  const local = await startLocal(context);
  step(2, 'making camera cards and a cut list, sealed with ASC MHL by the reference tool');
  const set = await makeDemoSet({ cacheDir: path.join(cacheDir(), 'footage'), tools: context.tools(), say: (sentence) => context.io.stderr(`         ${sentence}\n`) });
  const rushes = await connectRushes(context.configuration().temporal);
  try {
    step(3, `ingesting ${set.cards.length} cards`);
    const reports = await ingestAll(rushes, set.cards.map((card) => card.path), context);
    step(4, 'turning over the cut list');
    const turnover = await makeTurnover(rushes, set.cutList.path, context);
    step(5, 'exporting the package');
    const directory = path.join(defaultStateDir(), 'demo', 'package');
    await exportTo(directory, turnover, context);
    step(6, 'verifying the package as a vendor would');
    const code = await packageCommand(['verify', directory], context);
    const summary = { version: 1, kind: 'demo', seconds: (Date.now() - begun) / 1000, package: directory, verified: code === 0, uiUrl: local.uiUrl, rolls: reports.map(({ rollId, state }) => ({ rollId, state })) };
    if (flags.json) printJson(context.io, summary);
    context.io.stderr(`\nThe package lies in ${directory}\n  open ${path.join(directory, 'report', 'report.html')} for the report\n  open ${local.uiUrl} to see the workflows that made it\n  run  bin/rushes turnover status ${turnover}  to see who made which frames\n  run  bin/rushes down  to stop the local stack\n`);
    return code;
  } finally {
    await rushes.close();
  }
};

async function ingestAll(rushes: RushesClient, cards: string[], context: CommandContext): Promise<RollReport[]> {
  const started = await Promise.all(cards.map((source) => rushes.ingestRoll({ production: PRODUCTION, source })));
  const reports: RollReport[] = [];
  for (const one of started) {
    const report = await one.result();
    if (isRefusal(report)) throw new Error(report.refused.sentence);
    context.io.stderr(`         ${report.rollId} is ${report.state}: ${report.counts.verified} files verified, ${report.counts.clips} clips\n`);
    printFindings(report.findings.filter((found) => found.severity === 'error'), context.io);
    reports.push(report);
  }
  return reports;
}

async function makeTurnover(rushes: RushesClient, cutList: string, context: CommandContext): Promise<string> {
  const started = await rushes.submitTurnover({ production: PRODUCTION, cutList: { path: cutList }, recipe: 'vfx-plates' });
  const outcome = await started.result();
  if (isRefusal(outcome)) throw new Error(outcome.refused.sentence);
  const { plates, frames } = outcome;
  context.io.stderr(`         ${plates.made} plates, ${frames.made} frames rendered, ${frames.reused} reused\n`);
  return outcome.turnover;
}

async function exportTo(directory: string, turnoverId: string, context: CommandContext): Promise<void> {
  const [production, turnover, version] = turnoverId.split('/') as [string, string, string];
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  await withInstallation(context.configuration(), context.tools(), ({ deps, run }) =>
    exportPackage.run(deps, { package: { production, turnover, version: Number(version) }, directory }, run(context.signal)),
  );
}
