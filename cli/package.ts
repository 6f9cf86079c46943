import { mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { exportPackage } from '../activities/export-package.ts';
import { reRenderFrames } from '../activities/re-render-frames.ts';
import { createOpenEngine } from '../engine/open/open-engine.ts';
import { PipelineError } from '../schemas/failure.ts';
import { withInstallation } from '../service/installation.ts';
import { asksForUsage, neededWord, readArguments, UsageAsked } from './arguments.ts';
import { type Command, type CommandContext, printJson } from './context.ts';
import { turnoverParts } from './ids.ts';
import { movieInspector } from './package-evidence.ts';
import { packageVerifyCommand, type WithInspector } from './package-verify.ts';

const USAGE =
  'rushes package export PRODUCTION/TURNOVER/REVISION DIR | package verify DIR [--card ROLLDIR]… [--re-render N] [--record] [--json]';

/** `rushes package`: fetches a published package under its delivery names, or checks one as a vendor does. */
export const packageCommand: Command = async (args, context) => {
  if (asksForUsage(args)) throw new UsageAsked(USAGE);
  const [act, ...rest] = args;
  if (act === 'verify')
    return packageVerifyCommand(
      rest,
      context.io,
      (manifest, count) =>
        withInstallation(context.configuration(), context.tools(), ({ deps, run }) =>
          reRenderFrames.run(deps, { manifest, count }, run(context.signal)),
        ),
      inspectorOf(context),
    );
  if (act !== 'export')
    throw new PipelineError('input-invalid', `The acts of package are export and verify. Usage: ${USAGE}`, {
      act,
    });
  const { flags, words } = readArguments(rest, { json: { type: 'boolean' } }, USAGE);
  const id = neededWord(words, 0, 'package', USAGE);
  const directory = path.resolve(neededWord(words, 1, 'folder', USAGE));
  const exported = await exportTo(id, directory, context);
  if (flags.json)
    printJson(context.io, { version: 1, kind: 'exported-package', package: id, directory, ...exported });
  else context.io.stderr(`${exported.files} files, ${exported.bytes} bytes of ${id} lie in ${directory}\n`);
  return 0;
};

/** A check must go where nothing but Rushes is installed: without media tools, movies are held by their digests alone. */
function inspectorOf(context: CommandContext): WithInspector {
  return async (folder, use) => {
    const tools = toolsOrNone(context);
    if (tools.ffprobe === undefined) return use(undefined);
    const engine = createOpenEngine({ tools });
    try {
      return await use(movieInspector(folder, engine, context.signal));
    } finally {
      await engine.close();
    }
  };
}

function toolsOrNone(context: CommandContext): Record<string, string> {
  try {
    return context.tools();
  } catch (error) {
    if (error instanceof PipelineError && error.code === 'tool-missing') return {};
    throw error;
  }
}

/** Writes a package into an empty folder. @throws PipelineError input-invalid, not-found, refused-by-rule */
export async function exportTo(
  id: string,
  directory: string,
  context: CommandContext,
): Promise<{ files: number; bytes: number }> {
  const { production, name, revision } = turnoverParts(id, 'package');
  await mkdir(directory, { recursive: true });
  if ((await readdir(directory)).length > 0)
    throw new PipelineError(
      'refused-by-rule',
      `${directory} is not empty: a package is written into an empty folder.`,
      { directory },
    );
  return withInstallation(context.configuration(), context.tools(), ({ deps, run }) =>
    exportPackage.run(
      deps,
      { package: { production, turnover: name, version: revision }, directory },
      run(context.signal),
    ),
  );
}
