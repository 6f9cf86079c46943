import { readFile, realpath } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import type { ToolPaths } from '../engine/tools/tool-paths.ts';
import { PipelineError } from '../schemas/failure.ts';
import type { Finding } from '../schemas/finding.ts';
import type { Amf } from '../standards/amf/amf.ts';
import type { AmfFiles } from '../standards/amf/amf-files.ts';
import { PINNED_CONFIG } from '../standards/amf/pinned-config.ts';
import { readAmf } from '../standards/amf/read-amf.ts';
import { type AmfPoint, type ColorPipeline, resolvePipeline } from '../standards/amf/resolve-pipeline.ts';
import { neededWord, readArguments } from './arguments.ts';
import type { Output } from './context.ts';
import { exportCtf, exportOcio } from './export-pipeline.ts';
import { textOf } from './read-file.ts';

const USAGE =
  'rushes amf show FILE [--json] | rushes amf resolve FILE --to aces|working|display [--ctf OUT.ctf] [--ocio OUT.ocio|OUT.ocioz] [--json]';

/** `rushes amf show|resolve`: the transforms of an AMF in order, what is applied, what remains, and the same as a CTF or as a whole OpenColorIO config. Exit 10 for a problem. */
export async function amfCommand(
  args: string[],
  io: Output,
  deps: { tools: () => ToolPaths },
): Promise<number> {
  const { flags, words } = readArguments(
    args,
    { to: { type: 'string' }, ctf: { type: 'string' }, ocio: { type: 'string' }, json: { type: 'boolean' } },
    USAGE,
  );
  const action = neededWord(words, 0, 'action', USAGE);
  if (action !== 'show' && action !== 'resolve') {
    throw new PipelineError('input-invalid', `There is no «amf ${action}». Usage: ${USAGE}`, { action });
  }
  const file = neededWord(words, 1, 'file', USAGE);
  const to = pointOf(flags.to ?? (action === 'show' ? 'display' : undefined));
  if (flags.ctf !== undefined && !flags.ctf.endsWith('.ctf')) {
    throw new PipelineError('input-invalid', `--ctf takes a path ending in .ctf, not «${flags.ctf}».`, {
      ctf: flags.ctf,
    });
  }
  if (flags.ocio !== undefined && !/\.ocioz?$/.test(flags.ocio)) {
    throw new PipelineError(
      'input-invalid',
      `--ocio takes a path ending in .ocio or .ocioz, not «${flags.ocio}».`,
      { ocio: flags.ocio },
    );
  }
  const { amf, pipeline } = await resolveFile(file, to);
  const document = action === 'show' ? { ...pipeline, kind: 'amf', ...headOf(amf) } : pipeline;
  if (flags.json) io.stdout(`${JSON.stringify(withoutContents(document), null, 2)}\n`);
  else io.stdout(describe(amf, pipeline));
  if (flags.ctf !== undefined) await exportCtf(pipeline, amf, flags.ctf, deps, io);
  if (flags.ocio !== undefined) await exportOcio(pipeline, amf, basename(file), flags.ocio, io);
  return pipeline.problems.some((problem) => problem.severity === 'error') ? 10 : 0;
}

function pointOf(text: string | undefined): AmfPoint {
  if (text === 'aces' || text === 'working' || text === 'display') return text;
  throw new PipelineError(
    'input-invalid',
    `--to takes aces, working or display, not «${text ?? ''}». Usage: ${USAGE}`,
    { to: text },
  );
}

async function resolveFile(
  file: string,
  to: AmfPoint,
): Promise<{ amf: Amf | null; pipeline: ColorPipeline }> {
  const name = basename(file);
  const { amf, problems } = readAmf(await textOf(file), name);
  if (amf === null) {
    return {
      amf,
      pipeline: {
        version: 1,
        kind: 'color-pipeline',
        config: PINNED_CONFIG.uri,
        to,
        steps: [],
        problems,
        operations: null,
      },
    };
  }
  const pipeline = await resolvePipeline(amf, to, await filesBeside(file), name);
  return { amf, pipeline: { ...pipeline, problems: [...problems, ...pipeline.problems] } };
}

/** Files below the folder of the AMF, links resolved: a link that leaves the folder is as good as absent. */
async function filesBeside(file: string): Promise<AmfFiles> {
  const folder = await realpath(dirname(file));
  return {
    async read(path) {
      const target = await realpath(join(folder, path)).catch(() => null);
      if (target === null || !target.startsWith(folder + sep)) return null;
      return readFile(target).catch(() => null);
    },
  };
}

function headOf(amf: Amf | null) {
  if (amf === null) return {};
  const { version, uuid, description, clipId, archivedPipelines } = amf;
  return {
    amfVersion: version,
    uuid,
    description,
    clipId,
    archivedPipelines,
    systemVersion: amf.pipeline.systemVersion,
    workingLocation: amf.pipeline.workingLocation,
  };
}

/** A LUT in full would drown the document; its name and digest stand for it. */
function withoutContents(document: object): unknown {
  return JSON.parse(JSON.stringify(document, (key, value) => (key === 'content' ? undefined : value)));
}

function describe(amf: Amf | null, pipeline: ColorPipeline): string {
  const head = amf
    ? `AMF ${amf.version}, ACES ${Object.values(amf.pipeline.systemVersion ?? {}).join('.') || 'version not told'}`
    : 'No AMF that could be used';
  const clip = amf?.clipId ? `, clip ${amf.clipId.clipName}` : '';
  const steps = pipeline.steps.map((step, index) => {
    const mark = step.applied ? 'applied' : step.baked ? 'to bake' : 'remains';
    const here = amf?.pipeline.workingLocation === index ? '  -- working location --\n' : '';
    return `${here}  ${mark}  ${step.kind.padEnd(6)}  ${step.id ?? 'CDL'}${step.description ? `  (${step.description})` : ''}\n`;
  });
  return `${head}${clip}\nup to ${pipeline.to}:\n${steps.join('')}${problemLines(pipeline.problems)}`;
}

function problemLines(problems: Finding[]): string {
  return problems.map((problem) => `${problem.severity}: ${problem.forPeople}\n`).join('');
}
