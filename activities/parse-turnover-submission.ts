import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { readFdlSource } from '../pipeline/delivery/fdl-source.ts';
import { type LookFile, readLooks } from '../pipeline/delivery/looks.ts';
import { findRecipe, readRecipe } from '../pipeline/delivery/recipes.ts';
import { PipelineError } from '../schemas/failure.ts';
import type { Rational } from '../schemas/rational.ts';
import { type TurnoverRequest, TurnoverSubmission } from '../schemas/turnover.ts';
import { parseFrameRate } from '../standards/time/frame-rate.ts';
import { defineActivity } from './define-activity.ts';
import type { Dependencies } from './dependencies.ts';
import { type Parsed, refuse, refuseForm } from './refuse.ts';
import { allowedFile, allowedFolder } from './source-path.ts';

/** A cut list of a feature is under a megabyte; what is larger than this is something else. */
const LARGEST_LIST_BYTES = 64 * 2 ** 20;

const EXAMPLE = { production: 'AGM', cutList: { path: '/turnovers/AGM_104_v1.edl' }, recipe: 'vfx-plates' };

/**
 * Reads what a person sent as a turnover: fills the defaults and puts its documents into the store under their digests,
 * or refuses in one sentence. A retry is safe: equal documents have equal keys.
 */
export const parseTurnoverSubmission = defineActivity(
  'parseTurnoverSubmission',
  z.unknown(),
  async (deps, input): Promise<Parsed<TurnoverRequest>> => {
    const parsed = TurnoverSubmission.safeParse(input);
    if (!parsed.success) return refuseForm('a turnover', parsed.error, EXAMPLE);
    try {
      return { accepted: await accept(deps, parsed.data) };
    } catch (error) {
      if (error instanceof PipelineError && !error.retry) {
        return refuse(
          error.code === 'not-found' || error.code === 'refused-by-rule' ? error.code : 'input-invalid',
          error.message,
        );
      }
      throw error;
    }
  },
);

async function accept(
  deps: Dependencies,
  submission: z.output<typeof TurnoverSubmission>,
): Promise<TurnoverRequest> {
  const { production, revision, priority } = submission;
  const site = submission.site ?? deps.site;
  const own = typeof submission.recipe === 'string' ? null : readRecipe(submission.recipe);
  const recipe = own ?? findRecipe(submission.recipe as string);
  const [list, ...further] = await readLists(deps, submission.cutList);
  return {
    production,
    revision,
    priority,
    site,
    name: submission.name ?? nameOf(list.fileName),
    recipe: recipe.name,
    handles: submission.handles ?? recipe.handles,
    fps: submission.fps === undefined ? null : readRate(submission.fps),
    cutListKey: await deps.facts.putBytes(production, 'cut-lists', list.fileName, list.bytes),
    cutListFileName: list.fileName,
    ...(further.length === 0
      ? {}
      : { furtherLists: await Promise.all(further.map((one) => putList(deps, production, one))) }),
    ...(submission.numbering === undefined ? {} : { numbering: submission.numbering }),
    ...(submission.sound === undefined ? {} : { sound: submission.sound }),
    ...(submission.shotTemplate === undefined ? {} : { shotTemplate: readTemplate(submission.shotTemplate) }),
    amfKey: await putAmf(deps, production, submission.amf),
    fdlKey: await putFdl(deps, production, submission.fdl),
    ...(submission.looks === undefined
      ? {}
      : { looksKey: await putLooks(deps, production, submission.looks) }),
    ...(submission.references === undefined
      ? {}
      : { referencesKey: await putReferences(deps, production, submission.references) }),
    ...(own === null ? {} : { recipeKey: await deps.facts.put(production, 'recipes', own.name, own) }),
    deadline: submission.deadline ?? null,
  };
}

/** Refused here when it is not valid: no plate could be framed by it. */
async function putFdl(
  deps: Dependencies,
  production: string,
  fdl: string | undefined,
): Promise<string | null> {
  if (fdl === undefined) return null;
  readFdlSource(fdl);
  return deps.facts.putBytes(production, 'fdl', 'framing.fdl', Buffer.from(fdl));
}

/** Refused here when one cannot be read: a grade that is not sure is no grade. */
async function putLooks(deps: Dependencies, production: string, looks: LookFile[]): Promise<string> {
  readLooks(looks);
  const names = looks.map(({ fileName }) => plainName(fileName).toLowerCase());
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw new PipelineError('input-invalid', `Two look files are named «${twice}»: give each its own name.`, {
      twice,
    });
  return deps.facts.put(production, 'looks', 'looks', { files: looks });
}

/** Stills and movies that dailies are handed round as. */
const REFERENCE = /\.(jpe?g|png|tiff?|mov|mp4|mxf)$/i;

/** Their paths: what they show is read where the plates are checked. A folder stands for what lies in it. */
async function putReferences(deps: Dependencies, production: string, given: string[]): Promise<string> {
  const files: string[] = [];
  for (const one of given) {
    const isFolder = (await stat(one).catch(() => null))?.isDirectory() ?? false;
    if (isFolder) {
      const folder = await allowedFolder(one, deps.sourceRoots);
      const names = (await readdir(folder)).filter((name) => REFERENCE.test(name)).sort();
      files.push(...names.map((name) => path.join(folder, name)));
      continue;
    }
    const file = await allowedFile(one, deps.sourceRoots);
    if (!REFERENCE.test(file))
      throw new PipelineError(
        'input-invalid',
        `${one} is no reference to compare with: send JPEG, PNG, TIFF, MOV, MP4 or MXF.`,
        { file: one },
      );
    files.push(file);
  }
  return deps.facts.put(production, 'references', 'references', { files });
}

/** Kept as one fact with the files it names, so that a plate resolves the same look wherever it is prepared. */
async function putAmf(
  deps: Dependencies,
  production: string,
  amf: z.output<typeof TurnoverSubmission>['amf'],
): Promise<string | null> {
  if (amf === undefined) return null;
  const kept = typeof amf === 'string' ? { name: 'look.amf', text: amf, files: {} } : amf;
  return deps.facts.put(production, 'amf', 'look', Array.isArray(kept) ? { bundles: kept } : kept);
}

type SentLists = z.output<typeof TurnoverSubmission>['cutList'];
type ReadList = { fileName: string; bytes: Buffer };

/** All lists of the turnover. They lie in one folder of the package, so that their names must differ. */
async function readLists(deps: Dependencies, lists: SentLists): Promise<[ReadList, ...ReadList[]]> {
  const read: ReadList[] = [];
  for (const list of Array.isArray(lists) ? lists : [lists]) {
    const one = await readList(deps, list);
    if (read.some(({ fileName }) => fileName.toLowerCase() === one.fileName.toLowerCase()))
      throw new PipelineError(
        'input-invalid',
        `Two cut lists are named «${one.fileName}»: give each layer a name of its own, such as V1.edl and V2.edl.`,
        { fileName: one.fileName },
      );
    read.push(one);
  }
  return read as [ReadList, ...ReadList[]];
}

async function putList(deps: Dependencies, production: string, { fileName, bytes }: ReadList) {
  return { key: await deps.facts.putBytes(production, 'cut-lists', fileName, bytes), fileName };
}

/** @throws PipelineError input-invalid when shots could not be told apart by it */
function readTemplate(template: string): string {
  const unknown = /\{(?!list\}|number\}|reel\})[^}]*\}?/.exec(template)?.[0];
  if (unknown === undefined && template.includes('{number}')) return template;
  throw new PipelineError(
    'input-invalid',
    `«${template}» cannot name shots: ${unknown === undefined ? 'it needs {number}, or all would have one name' : `${unknown} is not known`}. Known: {list}, {number}, {reel}.`,
    { template },
  );
}

async function readList(deps: Dependencies, list: Exclude<SentLists, unknown[]>): Promise<ReadList> {
  if ('text' in list) return { fileName: plainName(list.fileName), bytes: Buffer.from(list.text) };
  if ('key' in list) {
    return { fileName: path.posix.basename(list.key), bytes: await deps.facts.getBytes(list.key) };
  }
  const file = await allowedFile(list.path, deps.sourceRoots);
  const { size } = await stat(file);
  if (size > LARGEST_LIST_BYTES) {
    throw new PipelineError(
      'input-invalid',
      `${list.path} has ${size} bytes: a cut list has at most ${LARGEST_LIST_BYTES}.`,
      { size },
    );
  }
  return { fileName: path.basename(list.path), bytes: await readFile(file) };
}

/** The list goes by this name into the store and into the package. @throws PipelineError input-invalid */
function plainName(fileName: string): string {
  if (path.posix.basename(fileName) === fileName && !/^\.{1,2}$|\0/.test(fileName)) return fileName;
  throw new PipelineError('input-invalid', `«${fileName}» is not a file name: give one without folders.`, {
    fileName,
  });
}

function readRate(text: string): Rational {
  const rate = parseFrameRate(text);
  if (rate !== null) return rate;
  throw new PipelineError('input-invalid', `«${text}» is no frame rate: write 24, 23.976 or 24000/1001.`, {
    fps: text,
  });
}

function nameOf(fileName: string): string {
  const name = path
    .parse(fileName)
    .name.replace(/[^A-Za-z0-9._-]+/g, '_')
    .replace(/^[^A-Za-z0-9]+/, '');
  if (name === '')
    throw new PipelineError(
      'input-invalid',
      `«${fileName}» gives no turnover name: give one in the field «name».`,
      { fileName },
    );
  return name.slice(0, 127);
}
