import type { LearnedRule } from '../schemas/camera-format.ts';
import { withInstallation } from '../service/installation.ts';
import { teach } from '../service/teach.ts';
import type { KnownCameraFormat } from '../stores/catalogue/camera-formats.ts';
import { neededFlag, neededWord, readArguments } from './arguments.ts';
import { type Command, printJson } from './context.ts';
import { formatAnswers } from './format-answers.ts';

const USAGE =
  'rushes formats --production P [--json] | formats set ID FIELD=VALUE… --production P [--who NAME]';
const FLAGS = { production: { type: 'string' }, who: { type: 'string' }, json: { type: 'boolean' } } as const;

/** `rushes formats`: the camera formats of a production and what they lack; `set` teaches a rule for all later uploads. Exit 10 when something lacks. */
export const formats: Command = async (args, context) => {
  const { flags, words } = readArguments(args, FLAGS, USAGE);
  const production = neededFlag(flags.production, 'production', USAGE);
  return withInstallation(context.configuration(), context.tools(), async (installation) => {
    if (words[0] === 'set') {
      const rule = ruleOf(
        production,
        neededWord(words, 1, 'format', USAGE),
        words.slice(2),
        flags.who ?? context.env.USER ?? 'unknown',
      );
      const told = await teach(installation, rule, context.configuration().temporal);
      if (flags.json) printJson(context.io, { ...rule, told });
      else
        context.io.stderr(
          `${rule.formatId} learned ${Object.keys(rule.attributes).join(', ')} from ${rule.who}; ${told} waiting turnovers look again\n`,
        );
      return 0;
    }
    const known = await installation.deps.catalogue.listCameraFormats(production);
    if (flags.json) printJson(context.io, { version: 1, kind: 'camera-formats', formats: known });
    else for (const one of known) context.io.stderr(describe(one));
    return known.some((one) => one.missing.length > 0) ? 10 : 0;
  });
};

function ruleOf(production: string, formatId: string, said: string[], who: string): LearnedRule {
  return {
    version: 1,
    kind: 'learned-rule',
    production,
    formatId,
    attributes: formatAnswers(said, USAGE),
    who,
    at: new Date().toISOString(),
  };
}

/** One format as lines: what it decodes as or lacks, and what people said of it, with who and when. */
function describe(one: KnownCameraFormat): string {
  const state =
    one.missing.length === 0
      ? `decodes as ${one.attributes.inputColorSpace}`
      : `lacks ${one.missing.join(', ')}`;
  const said = one.learned.map(
    ({ field, value, who, at }) =>
      `    ${field} = ${typeof value === 'string' ? value : JSON.stringify(value)}, said by ${who} on ${at}\n`,
  );
  return `${one.formatId}  ${one.label}  ${one.clipCount} clips  ${state}\n${said.join('')}`;
}
