import { EngineSettings } from '../schemas/engine.ts';
import { PipelineError } from '../schemas/failure.ts';
import { withInstallation } from '../service/installation.ts';
import { neededWord, readArguments } from './arguments.ts';
import { type Command, printJson } from './context.ts';
import { jsonOf } from './read-file.ts';

const USAGE =
  'rushes production P [set requiresGate=ENGINE,…|none thresholds=FILE.json rules=FILE.json] [--who NAME] [--json]';
const FLAGS = { who: { type: 'string' }, json: { type: 'boolean' } } as const;

/** `rushes production`: what a production asks of engines; `set` changes the named fields and keeps the others. */
export const production: Command = async (args, context) => {
  const { flags, words } = readArguments(args, FLAGS, USAGE);
  const name = neededWord(words, 0, 'production', USAGE);
  if (words[1] !== undefined && words[1] !== 'set')
    throw new PipelineError('input-invalid', `«${words[1]}» is not known here. Usage: ${USAGE}`, {});
  return withInstallation(context.configuration(), context.tools(), async ({ deps }) => {
    const before = await deps.catalogue.engineSettings(name);
    const settings = words[1] === 'set' ? await changed(before, words.slice(2)) : before;
    if (words[1] === 'set') {
      const who = flags.who ?? context.env.USER ?? 'unknown';
      await deps.catalogue.saveEngineSettings(name, settings, who, new Date().toISOString());
      const waiting = await deps.catalogue.turnoversWithWaitingPlates(name);
      await deps.lookAgain(waiting, 'what the production asks of engines was changed');
    }
    if (flags.json) printJson(context.io, { version: 1, kind: 'production', name, engines: settings });
    else
      context.io.stdout(
        [
          `${name}`,
          `  requires a passed gate of  ${settings.requiresGate.join(', ') || 'no engine'}`,
          `  thresholds  ${JSON.stringify(settings.thresholds)} over ours`,
          `  rules       ${settings.rules.map(({ codec, engines }) => `${codec}: ${engines.join(' then ')}`).join('; ') || 'those of the site'}`,
          '',
        ].join('\n'),
      );
    return 0;
  });
};

async function changed(before: EngineSettings, pairs: readonly string[]): Promise<EngineSettings> {
  const changes: Record<string, unknown> = {};
  for (const pair of pairs) {
    const [field = '', value = ''] = [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)];
    if (!pair.includes('=') || value === '')
      throw new PipelineError('input-invalid', `«${pair}» is not FIELD=VALUE. Usage: ${USAGE}`, { pair });
    if (field === 'requiresGate') changes[field] = value === 'none' ? [] : value.split(',');
    else changes[field] = await jsonOf(value);
  }
  const parsed = EngineSettings.safeParse({ ...before, ...changes });
  if (parsed.success && pairs.length > 0) return parsed.data;
  const fault = parsed.error?.issues[0];
  throw new PipelineError(
    'input-invalid',
    `A production has the fields requiresGate, thresholds and rules: ${fault ? `${fault.path.join('.') || 'field'}: ${fault.message}` : 'none was given'}.`,
    { pairs },
  );
}
