import { CameraFormatAttributes, type LearnedRule } from '../schemas/camera-format.ts';
import { PipelineError } from '../schemas/failure.ts';
import { withInstallation } from '../service/installation.ts';
import { teach } from '../service/teach.ts';
import { neededFlag, neededWord, readArguments } from './arguments.ts';
import { type Command, printJson } from './context.ts';

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
    else
      for (const one of known) {
        const state =
          one.missing.length === 0
            ? `decodes as ${one.attributes.inputColorSpace}`
            : `lacks ${one.missing.join(', ')}`;
        context.io.stderr(`${one.formatId}  ${one.label}  ${one.clipCount} clips  ${state}\n`);
      }
    return known.some((one) => one.missing.length > 0) ? 10 : 0;
  });
};

function ruleOf(production: string, formatId: string, pairs: string[], who: string): LearnedRule {
  const entries = pairs.map((pair): [string, unknown] => {
    const at = pair.indexOf('=');
    if (at < 1)
      throw new PipelineError('input-invalid', `«${pair}» is not FIELD=VALUE. Usage: ${USAGE}`, { pair });
    return [pair.slice(0, at), typedValue(pair.slice(at + 1))];
  });
  const attributes = CameraFormatAttributes.partial().safeParse(Object.fromEntries(entries));
  if (!attributes.success || entries.length === 0) {
    throw new PipelineError(
      'input-invalid',
      `A camera format has the fields ${Object.keys(CameraFormatAttributes.shape).join(', ')}: ${attributes.error?.message ?? 'none was given'}`,
      { pairs },
    );
  }
  return {
    version: 1,
    kind: 'learned-rule',
    production,
    formatId,
    attributes: attributes.data,
    who,
    at: new Date().toISOString(),
  };
}

/** A value as a person types it: JSON where it is JSON, a fraction such as 2/1, else text. */
function typedValue(text: string): unknown {
  const fraction = /^(\d+)\/(\d+)$/.exec(text);
  if (fraction) return { num: Number(fraction[1]), den: Number(fraction[2]) };
  if (!/^[[{"]/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
