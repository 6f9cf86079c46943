import type { z } from 'zod';
import type { Dependencies } from '../activities/dependencies.ts';
import { PipelineError } from '../schemas/failure.ts';
import { LegalName, ShootDay } from '../schemas/names.ts';
import { withInstallation } from '../service/installation.ts';
import type { CatalogueRoll, DayCompleteness } from '../stores/catalogue/rolls.ts';
import { readArguments } from './arguments.ts';
import { type Command, type Output, printJson } from './context.ts';
import { printFindings } from './findings.ts';

const USAGE =
  'rushes rolls [--production P] [--shoot-day YYYYMMDD] [--announce ROLL,ROLL --who NAME] [--json]';
const FLAGS = {
  production: { type: 'string' },
  'shoot-day': { type: 'string' },
  announce: { type: 'string' },
  who: { type: 'string' },
  json: { type: 'boolean' },
} as const;

/** `rushes rolls`: the rolls of a day, what is announced and what the day misses. Exit 12 when an announced roll is not sealed. */
export const rolls: Command = async (args, context) => {
  const { flags } = readArguments(args, FLAGS, USAGE);
  const production = legal('--production', LegalName, flags.production);
  const shootDay = legal('--shoot-day', ShootDay, flags['shoot-day']);
  const names = announced(flags.announce);
  return withInstallation(context.configuration(), context.tools(), async ({ deps }) => {
    if (names.length > 0) {
      if (production === undefined || shootDay === undefined)
        throw new PipelineError(
          'input-invalid',
          `--announce needs --production and --shoot-day. Usage: ${USAGE}`,
        );
      const who = flags.who ?? context.env.USER ?? 'unknown';
      const at = new Date().toISOString();
      await deps.catalogue.announceRolls({ production, shootDay, rolls: names, who, at });
    }
    const known = await deps.catalogue.listRolls({
      ...(production === undefined ? {} : { production }),
      ...(shootDay === undefined ? {} : { shootDay }),
    });
    const days = shootDay === undefined ? [] : await daysOf(deps, shootDay, production, known);
    if (flags.json) printJson(context.io, { version: 1, kind: 'rolls', rolls: known, days });
    else {
      for (const roll of known) tellRoll(roll, context.io);
      for (const day of days) context.io.stderr(`${dayInWords(day)}\n`);
    }
    return days.some(({ lacking }) => lacking.length > 0) ? 12 : 0;
  });
};

/** The names of rolls between commas. @throws PipelineError input-invalid */
function announced(text: string | undefined): string[] {
  if (text === undefined) return [];
  const names = text.split(',').flatMap((name) => name.trim() || []);
  for (const name of names.length === 0 ? [text] : names) legal('--announce', LegalName, name);
  return names;
}

function tellRoll({ rollId, state, counts, copies, findings }: CatalogueRoll, io: Output): void {
  const verified =
    counts === null ? '' : `${counts.verified}/${counts.files} files verified, ${counts.clips} clips`;
  const elsewhere = copies.map((copy) => `  ${copy.state} at ${copy.site}`).join('');
  io.stderr(`${rollId.padEnd(40)} ${state}  ${verified}${elsewhere}\n`);
  printFindings(
    findings.filter(({ severity }) => severity === 'error'),
    io,
  );
}

function dayInWords({ production, shootDay, isComplete, lacking }: DayCompleteness): string {
  const day = `${production} ${shootDay}`;
  if (isComplete) return `${day} is complete`;
  if (lacking.length === 0) return `${day} is not complete: no roll was announced`;
  return `${day} is not complete: ${lacking.map(({ roll, state }) => `${roll} (${state ?? 'not arrived'})`).join(', ')}`;
}

/** How far the day is, of the named production, or of every one of which rolls came or were announced. */
async function daysOf(
  { catalogue }: Dependencies,
  shootDay: string,
  production: string | undefined,
  known: readonly CatalogueRoll[],
): Promise<DayCompleteness[]> {
  const names =
    production === undefined
      ? [...known.map((roll) => roll.production), ...(await catalogue.productionsAnnounced(shootDay))]
      : [production];
  return Promise.all([...new Set(names)].sort().map((name) => catalogue.dayCompleteness(name, shootDay)));
}

/** A word that can be what the flag asks for: one that cannot would be listed as nothing, or awaited for ever. @throws PipelineError input-invalid */
function legal<T extends string | undefined>(flag: string, schema: z.ZodType<string>, given: T): T {
  const parsed = given === undefined ? undefined : schema.safeParse(given);
  if (parsed?.success === false)
    throw new PipelineError(
      'input-invalid',
      `«${given}» cannot be what ${flag} asks for: ${parsed.error.issues[0]!.message}.`,
      { flag, given },
    );
  return given;
}
