import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { decidePlate } from '../activities/prepare-plate.ts';
import { resolveSources } from '../activities/resolve-sources.ts';
import type { ResolvedSource } from '../engine/engine.ts';
import { writeJobConfig } from '../engine/open/color-config.ts';
import { writeCtf } from '../engine/open/write-ctf.ts';
import { PipelineError } from '../schemas/failure.ts';
import type { PreparedPlate } from '../schemas/plate-facts.ts';
import type { SegmentJob } from '../schemas/segment-job.ts';
import { TurnoverRequest } from '../schemas/turnover.ts';
import { type Installation, withInstallation } from '../service/installation.ts';
import { insidePath } from '../stores/inside-path.ts';
import { neededWord, readArguments } from './arguments.ts';
import type { Command, CommandContext } from './context.ts';
import { locateSounds, locateSource, narrowed, readJob, requireEmpty } from './job-file.ts';

const USAGE =
  'rushes bundle TURNOVER PLATE DIR [--deliverable NAME] [--frames FIRST-LAST] | rushes bundle JOB.json DIR [--frames FIRST-LAST]';
const FLAGS = { deliverable: { type: 'string' }, frames: { type: 'string' } } as const;

/** What goes into a bundle: the exact job, where its sources lie now, and the documents it was decided by. */
type Content = { job: SegmentJob; sources: ResolvedSource[]; documents: { path: string; text: string }[] };

/**
 * `rushes bundle`: everything a specialist's workstation needs to look at one plate before it is made, or to find out why it
 * looks as it does: source frames, the exact job, its colour as an OpenColorIO config and as one CTF, the AMF and the FDL.
 * `rushes render DIR/job.json` gives the same bytes as a worker.
 * @throws PipelineError not-found, input-invalid, tool-missing
 */
export const bundle: Command = async (args, context) => {
  const { flags, words } = readArguments(args, FLAGS, USAGE);
  if (words[0]?.endsWith('.json')) {
    const job = narrowed(await readJob(words[0]), flags.frames);
    const from = dirname(resolve(words[0]));
    const pictures = await Promise.all(neededSources(job).map((source) => locateSource(source, from)));
    const sources = [...pictures, ...(await locateSounds(job, from))];
    await write(neededWord(words, 1, 'folder', USAGE), { job, sources, documents: [] }, context);
    return 0;
  }
  const turnover = neededWord(words, 0, 'turnover', USAGE);
  const plate = neededWord(words, 1, 'plate', USAGE);
  const folder = neededWord(words, 2, 'folder', USAGE);
  return withInstallation(context.configuration(), context.tools(), async (installation) => {
    const prepared = await preparedPlate(installation, turnover, plate);
    const deliverable = flags.deliverable
      ? prepared.deliverables.find(({ name }) => name === flags.deliverable)
      : (prepared.deliverables.find(({ kind }) => kind === 'sequence') ?? prepared.deliverables[0]);
    if (deliverable === undefined) throw noDeliverable(prepared, flags.deliverable);
    const job = narrowed(deliverable.job, flags.frames);
    const { first, last } = job.frames;
    const frames = Array.from({ length: last - first + 1 }, (_, k) => first + k);
    const work = await installation.deps.scratch.open({ signal: context.signal });
    try {
      const sources = await resolveSources(installation.deps, job, frames, work.path, context.signal);
      await write(folder, { job, sources, documents: documentsOf(prepared) }, context);
    } finally {
      await work.remove();
    }
    return 0;
  });
};

async function preparedPlate({ deps }: Installation, id: string, plateId: string): Promise<PreparedPlate> {
  const known = await deps.catalogue.getTurnover(id);
  if (known?.planKey == null)
    throw new PipelineError('not-found', `There is no turnover ${id} with a plan here.`, { turnover: id });
  const decided = await decidePlate(deps, TurnoverRequest.parse(known.request), known.planKey, plateId);
  if ('away' in decided) throw new PipelineError('not-found', decided.away, { plateId });
  return decided.prepared;
}

function noDeliverable(
  { plateId, deliverables, findings }: PreparedPlate,
  asked: string | undefined,
): PipelineError {
  const why = findings.find(({ severity }) => severity === 'error')?.forPeople;
  const names = deliverables.map(({ name }) => name).join(', ');
  const sentence = names ? `it has ${names}` : (why ?? 'nothing can be made of it');
  return new PipelineError(
    'not-found',
    `${plateId} has no deliverable ${asked ?? ''} to bundle: ${sentence}.`,
    {
      plateId,
      asked: asked ?? null,
    },
  );
}

/** The AMF with the files it names, and the framing, as the plate was decided by them. */
function documentsOf(prepared: PreparedPlate): Content['documents'] {
  const { amf, amfFiles, fdl } = prepared.sources as {
    amf: { name: string; text: string } | null;
    amfFiles: { path: string; text: string }[];
    fdl: string | null;
  };
  return [
    ...(amf ? [{ path: `look/${amf.name}`, text: amf.text }] : []),
    ...amfFiles.map(({ path, text }) => ({ path: `look/${path}`, text })),
    ...(fdl ? [{ path: 'framing/plate.fdl', text: fdl }] : []),
  ];
}

function neededSources(job: SegmentJob): SegmentJob['sources'] {
  const { first, last } = job.frames;
  return job.sources.filter(({ frame }) => frame === undefined || (frame >= first && frame <= last));
}

/** Files of several sound rolls have one name often. */
function soundName(name: string, at: number): string {
  return `sound-${at}-${name}`;
}

function here(
  { site: _s, bucket: _b, key: _k, versionId: _v, ...source }: SegmentJob['sources'][number],
  name: string,
): SegmentJob['sources'][number] {
  return { ...source, location: `sources/${name}` };
}

async function write(
  folder: string,
  { job, sources, documents }: Content,
  context: CommandContext,
): Promise<void> {
  await requireEmpty(folder);
  for (const part of ['sources', 'colour']) await mkdir(join(folder, part), { recursive: true });
  const sounds = sources.filter(({ isSound }) => isSound);
  for (const source of sources) {
    const { location } = source;
    const name = source.isSound ? soundName(source.name, sounds.indexOf(source)) : source.name;
    const file = insidePath(join(folder, 'sources'), name);
    if (/^https?:/.test(location)) await fetchInto(file, location, context.signal);
    else await copyFile(location, file);
  }
  for (const { path, text } of documents) {
    const file = insidePath(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  const local = {
    sources: neededSources(job).map((source) => here(source, source.name)),
    ...(job.sound && { sound: job.sound.map((source, at) => here(source, soundName(source.name, at))) }),
  };
  await writeFile(join(folder, 'job.json'), `${JSON.stringify({ ...job, ...local }, null, 2)}\n`);
  await writeJobConfig(job.colour, join(folder, 'colour'));
  await writeCtf(job.colour, context.tools(), join(folder, 'colour', 'pipeline.ctf'), context.signal);
  await writeFile(join(folder, 'README.txt'), readme(job));
  context.io.stderr(
    `${folder}: ${sources.length} source files, job, colour${documents.length > 0 ? ', documents' : ''}\n`,
  );
}

async function fetchInto(file: string, url: string, signal: AbortSignal): Promise<void> {
  const answer = await fetch(url, { signal });
  if (!answer.ok || answer.body === null)
    throw new PipelineError('service-away', `The store answered ${answer.status} for ${file}.`, {
      status: answer.status,
    });
  await writeFile(file, answer.body);
}

function readme({ clip, frames, colour, engine, output, geometry }: SegmentJob): string {
  const size = geometry.canvas ?? geometry.scale ?? geometry.crop;
  return `Look development bundle: ${clip.clipName}, source frames ${frames.first} to ${frames.last}

sources/              camera files as recorded; a movie whole
job.json              the exact job. «rushes render job.json --out frames» makes the same bytes as a worker does, by the engine
                      «${engine}» in the same versions; «rushes validate frames YOUR-STILLS» compares
colour/job.ocio       the pinned OpenColorIO config (${colour.config}) with this job's pipeline as the named transform
                      «rushes pipeline», from «rushes decoded» to «rushes output»
colour/pipeline.ctf   the same pipeline in one file, ${colour.decodedSpace} to ${colour.outputSpace}
look/, framing/       the AMF with its files, the FDL of this plate, where there are any

Decoded pixels are in ${colour.decodedSpace === 'camera-native' ? 'ACES2065-1 (raw is developed to it)' : colour.decodedSpace}; the plate is ${size.width}x${size.height} ${output.kind} in ${colour.outputSpace}.
Geometry, in source pixels: ${JSON.stringify(geometry)}
`;
}
