import type { z } from 'zod';
import type { Dependencies } from '../activities/dependencies.ts';
import { PipelineError } from '../schemas/failure.ts';
import { LegalName, ShootDay } from '../schemas/names.ts';
import { withInstallation } from '../service/installation.ts';
import type { CatalogueRoll, DayCompleteness } from '../stores/catalogue/rolls.ts';
import { readArguments } from './arguments.ts';
import { type Command, printJson } from './context.ts';
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
  return withInstallation(context.configuration(), context.tools(), async ({ deps }) => {
    if (flags.announce !== undefined) {
      if (production === undefined || shootDay === undefined)
        throw new PipelineError(
          'input-invalid',
          `--announce needs --production and --shoot-day. Usage: ${USAGE}`,
        );
      const names = flags.announce
        .split(',')
        .map((name) => name.trim())
        .filter(Boolean);
      for (const name of names) legal('--announce', LegalName, name);
      await deps.catalogue.announceRolls({
        production,
        shootDay,
        rolls: names,
        who: flags.who ?? context.env.USER ?? 'unknown',
        at: new Date().toISOString(),
      });
    }
    const known = await deps.catalogue.listRolls({
      ...(production === undefined ? {} : { production }),
      ...(shootDay === undefined ? {} : { shootDay }),
    });
    const completeness = shootDay === undefined ? [] : await daysOf(deps, shootDay, production, known);
    const lacking = completeness.flatMap((day) => day.lacking);
    if (flags.json) printJson(context.io, { version: 1, kind: 'rolls', rolls: known, days: completeness });
    else {
      for (const roll of known) {
        context.io.stderr(
          `${roll.rollId.padEnd(40)} ${roll.state}  ${roll.counts === null ? '' : `${roll.counts.verified}/${roll.counts.files} files verified, ${roll.counts.clips} clips`}${roll.copies.map((copy) => `  ${copy.state} at ${copy.site}`).join('')}\n`,
        );
        printFindings(
          roll.findings.filter((found) => found.severity === 'error'),
          context.io,
        );
      }
      for (const day of completeness) {
        const missing = day.lacking.map((one) => `${one.roll} (${one.state ?? 'not arrived'})`).join(', ');
        context.io.stderr(
          `${day.production} ${day.shootDay} is ${day.isComplete ? 'complete' : `not complete${missing === '' ? ': no roll was announced' : `: ${missing}`}`}\n`,
        );
      }
    }
    return lacking.length > 0 ? 12 : 0;
  });
};

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
