import { rm } from 'node:fs/promises';
import path from 'node:path';
import { type MadeDemoCard, makeDemoSet } from '../footage/demo-set.ts';
import type { RollReport } from '../schemas/roll.ts';
import type { RushesClient } from '../service/client.ts';
import { withInstallation } from '../service/installation.ts';
import { teach } from '../service/teach.ts';
import { cacheDir, defaultStateDir } from '../setup/places.mjs';
import { ensureTools } from '../setup/tools.mjs';
import { isRefusal } from '../workflows/refusal.ts';
import { readArguments } from './arguments.ts';
import { type Command, type CommandContext, printJson } from './context.ts';
import { printFindings } from './findings.ts';
import { exportTo, packageCommand } from './package.ts';
import { startLocal } from './up.ts';
import { withClient } from './with-client.ts';

const PRODUCTION = 'DEMO';
const STEPS = 7;

/** What the makers of the cards recorded, as the pinned OpenColorIO config names it. */
const COLOUR_SPACES: Record<string, string> = {
  'arri-logc3-ei800-awg3': 'ARRI LogC3 (EI800)',
  'sony-slog3-sgamut3cine': 'S-Log3 S-Gamut3.Cine',
};

/** `rushes demo`: sample cards, ingest, a turnover, its package verified; ends with what to open. */
export const demo: Command = async (args, context) => {
  const { flags } = readArguments(args, { json: { type: 'boolean' } }, 'rushes demo [--json]');
  const begun = Date.now();
  const step = (number: number, what: string) =>
    context.io.stderr(
      `[${number}/${STEPS}] ${((Date.now() - begun) / 1000).toFixed(1).padStart(6)} s  ${what}\n`,
    );

  step(1, 'starting the local stack: Temporal, S3, PostgreSQL, two render workers');
  await ensureTools({ for: 'demo', log: (line) => context.io.stderr(`${line}\n`) });
  const local = await startLocal(context);
  step(2, 'making camera cards and a cut list, sealed with ASC MHL by the reference tool');
  const set = await makeDemoSet({
    cacheDir: path.join(cacheDir(), 'footage'),
    tools: context.tools(),
    say: (sentence) => context.io.stderr(`         ${sentence}\n`),
  });
  return withClient(context, async (rushes) => {
    step(3, `ingesting ${set.cards.length} cards`);
    const reports = await ingestAll(
      rushes,
      set.cards.map((card) => card.path),
      context,
    );
    step(4, 'telling what the files do not: the colour of the cameras that nobody knows');
    await teachColours(set.cards, context);
    step(5, 'turning over the cut list');
    const turnover = await makeTurnover(rushes, set.cutList.path, context);
    step(6, 'exporting the package');
    const directory = path.join(defaultStateDir(), 'demo', 'package');
    await rm(directory, { recursive: true, force: true });
    await exportTo(turnover, directory, context);
    step(7, 'verifying the package as a vendor would');
    const code = await packageCommand(['verify', directory], context);
    if (flags.json)
      printJson(context.io, {
        version: 1,
        kind: 'demo',
        seconds: (Date.now() - begun) / 1000,
        package: directory,
        verified: code === 0,
        uiUrl: local.uiUrl,
        rolls: reports.map(({ rollId, state }) => ({ rollId, state })),
      });
    context.io.stderr(whatToOpen(directory, local.uiUrl, turnover));
    return code;
  });
};

function whatToOpen(directory: string, uiUrl: string, turnover: string): string {
  return `
The package lies in ${directory}
  open ${path.join(directory, 'report', 'report.html')} for the report
  open ${uiUrl} to see the workflows that made it
  run  bin/rushes turnover status ${turnover}  to see who made which frames
  run  bin/rushes down  to stop the local stack
`;
}

async function ingestAll(
  rushes: RushesClient,
  cards: string[],
  context: CommandContext,
): Promise<RollReport[]> {
  const started = await Promise.all(
    cards.map((source) => rushes.ingestRoll({ production: PRODUCTION, source })),
  );
  const reports: RollReport[] = [];
  for (const one of started) {
    const report = await one.result();
    if (isRefusal(report)) throw new Error(report.refused.sentence);
    context.io.stderr(
      `         ${report.rollId} is ${report.state}: ${report.counts.verified} files verified, ${report.counts.clips} clips\n`,
    );
    printFindings(
      report.findings.filter((found) => found.severity === 'error'),
      context.io,
    );
    reports.push(report);
  }
  return reports;
}

async function makeTurnover(rushes: RushesClient, cutList: string, context: CommandContext): Promise<string> {
  const started = await rushes.submitTurnover({
    production: PRODUCTION,
    cutList: { path: cutList },
    recipe: 'vfx-turnover',
    fps: '24',
  });
  const outcome = await started.result();
  if (isRefusal(outcome)) throw new Error(outcome.refused.sentence);
  const { plates, frames } = outcome;
  context.io.stderr(
    `         ${plates.made} plates, ${frames.made} frames rendered, ${frames.reused} reused\n`,
  );
  return outcome.turnover;
}

/** What a dailies operator would know: the makers of these cards say which log curve they recorded. */
async function teachColours(cards: readonly MadeDemoCard[], context: CommandContext): Promise<void> {
  const configuration = context.configuration();
  await withInstallation(configuration, context.tools(), async (installation) => {
    const { catalogue } = installation.deps;
    for (const format of await catalogue.listCameraFormats(PRODUCTION)) {
      if (!format.missing.includes('inputColorSpace')) continue;
      const colour = cards.find((card) => card.roll.startsWith(format.cameraLabel ?? '?'))?.clips[0]?.colour;
      const inputColorSpace = colour === undefined ? undefined : COLOUR_SPACES[colour];
      if (inputColorSpace === undefined) continue;
      await teach(
        installation,
        {
          version: 1,
          kind: 'learned-rule',
          production: PRODUCTION,
          formatId: format.formatId,
          attributes: { inputColorSpace },
          who: 'rushes demo',
          at: new Date().toISOString(),
        },
        configuration.temporal,
      );
      context.io.stderr(`         ${format.label}: ${inputColorSpace}\n`);
    }
  });
}
