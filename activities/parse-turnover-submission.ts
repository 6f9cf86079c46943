import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { readFdlSource } from '../pipeline/delivery/fdl-source.ts';
import { findRecipe } from '../pipeline/delivery/recipes.ts';
import { PipelineError } from '../schemas/failure.ts';
import type { Rational } from '../schemas/rational.ts';
import { type TurnoverRequest, TurnoverSubmission } from '../schemas/turnover.ts';
import { parseFrameRate } from '../standards/time/frame-rate.ts';
import { defineActivity } from './define-activity.ts';
import type { Dependencies } from './dependencies.ts';
import { type Parsed, refuse, refuseForm } from './refuse.ts';
import { allowedFile } from './source-path.ts';

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
  const recipe = findRecipe(submission.recipe);
  const list = await readList(deps, submission.cutList);
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
    amfKey: await putAmf(deps, production, submission.amf),
    fdlKey: await putFdl(deps, production, submission.fdl),
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

/** Kept as one fact with the files it names, so that a plate resolves the same look wherever it is prepared. */
async function putAmf(
  deps: Dependencies,
  production: string,
  amf: z.output<typeof TurnoverSubmission>['amf'],
): Promise<string | null> {
  if (amf === undefined) return null;
  return deps.facts.put(
    production,
    'amf',
    'look',
    typeof amf === 'string' ? { name: 'look.amf', text: amf, files: {} } : amf,
  );
}

async function readList(
  deps: Dependencies,
  list: z.output<typeof TurnoverSubmission>['cutList'],
): Promise<{ fileName: string; bytes: Buffer }> {
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
