import { mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { FAILURES, PipelineError } from '../schemas/failure.ts';
import { type Installation, withInstallation } from '../service/installation.ts';
import type { CatalogueRoll } from '../stores/catalogue/rolls.ts';
import { insidePath } from '../stores/inside-path.ts';
import { ocfKey } from '../stores/objects/keys.ts';
import { refused } from '../stores/system-failure.ts';
import { neededWord, readArguments } from './arguments.ts';
import { type Command, type CommandContext, printJson } from './context.ts';
import { rollParts } from './ids.ts';
import { followRoll, generationInWords, verifiedInWords } from './roll-report.ts';
import { withClient } from './with-client.ts';

const ROLL_USAGE =
  'rushes roll get PRODUCTION/DAY/ROLL DIR [--site S] [--json] | roll verify PRODUCTION/DAY/ROLL [--site S] [--json]';

/** `rushes roll get`: fetches a stored roll, its ASC MHL history included, into an empty folder. */
export const roll: Command = async (args, context) => {
  const { flags, words } = readArguments(
    args,
    { json: { type: 'boolean' }, site: { type: 'string' } },
    ROLL_USAGE,
  );
  const act = neededWord(words, 0, 'act', ROLL_USAGE);
  const id = neededWord(words, 1, 'roll', ROLL_USAGE);
  if (act === 'verify') return verify(id, flags, context);
  if (act !== 'get')
    throw new PipelineError('input-invalid', `The acts are get and verify. Usage: ${ROLL_USAGE}`);
  const directory = path.resolve(neededWord(words, 2, 'folder', ROLL_USAGE));
  await mkdir(directory, { recursive: true });
  if ((await readdir(directory)).length > 0)
    throw new PipelineError(
      'refused-by-rule',
      `${directory} is not empty: a roll is fetched into an empty folder.`,
      { directory },
    );
  return withInstallation(context.configuration(), context.tools(), async (installation) => {
    const { files, failed } = await fetchRoll(installation, id, flags.site, directory, context);
    if (flags.json)
      printJson(context.io, { version: 1, kind: 'fetched-roll', rollId: id, directory, files, failed });
    else {
      for (const { sentence } of failed) context.io.stderr(`not fetched: ${sentence}\n`);
      context.io.stderr(`${files} files of ${id} lie in ${directory}\n`);
    }
    return failed.length === 0 ? 0 : FAILURES.unreadable.exitCode;
  });
};

/** Reads the stored roll back; exit as of an ingest. */
function verify(
  id: string,
  flags: { site?: string; json?: boolean },
  context: CommandContext,
): Promise<number> {
  const roll = rollParts(id);
  return withClient(context, async (rushes) => {
    const started = await rushes.verifyRoll({
      ...roll,
      priority: 3,
      ...(flags.site === undefined ? {} : { site: flags.site }),
    });
    return followRoll(
      started,
      flags,
      context.io,
      (report) =>
        `${report.rollId} is ${report.state}: ${verifiedInWords(report)}, ${generationInWords(report)}`,
    );
  });
}

async function fetchRoll(
  { deps }: Installation,
  id: string,
  site: string | undefined,
  directory: string,
  context: CommandContext,
): Promise<{ files: number; failed: { path: string; sentence: string }[] }> {
  const roll = rollParts(id);
  const known = await deps.catalogue.getRoll(id);
  if (known === null)
    throw new PipelineError('not-found', `There is no roll ${id}: \`rushes rolls\` lists those there are.`, {
      id,
    });
  const store = deps.storeAt(placeOf(known, site));
  const bucket = store.bucket('ocf');
  const prefix = ocfKey(roll, '');
  const failed: { path: string; sentence: string }[] = [];
  let files = 0;
  for await (const object of store.list(bucket, prefix)) {
    const name = object.key.slice(prefix.length);
    try {
      const target = insidePath(directory, name);
      if (name.endsWith('/')) await refused(name, () => mkdir(target, { recursive: true }));
      else {
        await store.fetchFile({ bucket, key: object.key, signal: context.signal }, target);
        files += 1;
      }
    } catch (error) {
      // A name that this folder cannot hold costs that file; what stops all of them is told at once.
      if (!(error instanceof PipelineError) || error.code !== 'unreadable') throw error;
      failed.push({ path: name, sentence: error.message });
    }
  }
  return { files, failed };
}

/** Where to fetch a roll from: its home, or the named site that it was sent to. @throws PipelineError not-found */
function placeOf({ rollId, site: home, copies }: CatalogueRoll, site: string | undefined): string {
  const places = [home, ...copies.map((copy) => copy.site)];
  if (site === undefined || places.includes(site)) return site ?? home;
  throw new PipelineError(
    'not-found',
    `The roll ${rollId} does not lie at ${site}: it lies at ${places.join(', ')}.`,
    { rollId, site, places },
  );
}
