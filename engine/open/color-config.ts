import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PipelineError } from '../../schemas/failure.ts';
import type { JobColour } from '../../schemas/segment-job.ts';
import { PINNED_CONFIG } from '../../standards/amf/pinned-config.ts';
import { sha256OfCanonical } from '../../standards/hash/canonical-json.ts';
import { convert, decodedSpace, namesOf, stepTransforms } from './config-transforms.ts';

/** Names that a job's own config adds: what stands before and after the job's steps, and the steps themselves. */
export const JOB_SPACES = {
  decoded: 'rushes decoded',
  output: 'rushes output',
  transform: 'rushes pipeline',
} as const;

const PINNED_TEXT = new URL('../assets/studio-config-v4.0.0_aces-v2.0_ocio-v2.5.ocio', import.meta.url);

/** The job's colour as OpenColorIO reads it; `isIdentity` when nothing is to be done. Equal keys make equal pixels. */
export type JobConfig = { path: string; isIdentity: boolean; key: string };

/**
 * Writes into `folder` the pinned config with the job's steps added, twice: as a named transform, which oiiotool
 * applies, and as a pair of colour spaces, which the LUT baker and ociowrite can name. One definition for both routes.
 * @param before name of the space that the pictures come in, where that is not the decoded space
 * @throws PipelineError unsupported for another config, input-invalid for a name that the config does not have
 */
export async function writeJobConfig(colour: JobColour, folder: string, before?: string): Promise<JobConfig> {
  const text = await pinnedConfigText(colour);
  const names = namesOf(text);
  const place = async (file: string, content: string) => {
    await writeFile(join(folder, file), content);
    return join(folder, file);
  };
  const children = await Promise.all(
    colour.steps.map((_, index) => stepTransforms(index, colour, names, place)),
  );
  const lead = before === undefined ? [] : convert(before, decodedSpace(colour), names);
  const steps = [...lead, ...children.flat()];
  const group = steps.map((step) => `        - ${step}\n`).join('');
  const path = join(folder, 'job.ocio');
  await writeFile(path, steps.length === 0 ? text : withJobTransforms(text, group));
  const key = sha256OfCanonical({ colour, before: before ?? null });
  return { path, isIdentity: steps.length === 0, key };
}

/** Names and aliases of the spaces that decoded pixels may be said to be in, `camera-native` for raw among them. */
export async function decodableSpaces(): Promise<ReadonlySet<string>> {
  return new Set(['camera-native', ...namesOf(await readFile(PINNED_TEXT, 'utf8')).spaces]);
}

/** Whether decoded pixels are scene-linear light, whose values have no upper end. */
export async function isSceneLinear(colour: JobColour): Promise<boolean> {
  const text = await pinnedConfigText(colour);
  const blocks = text.split('- !<ColorSpace>\n');
  const block = blocks.find((each) => namesOf(`- !<ColorSpace>\n${each}`).spaces.has(decodedSpace(colour)));
  return block !== undefined && /^ {4}encoding: scene-linear$/m.test(block);
}

/**
 * The text of the pinned config, which is what the job's colour stands on.
 * @throws PipelineError unsupported when the job names another
 */
export async function pinnedConfigText(colour: Pick<JobColour, 'config' | 'configSha256'>): Promise<string> {
  if (colour.config !== PINNED_CONFIG.uri || colour.configSha256 !== PINNED_CONFIG.sha256)
    throw new PipelineError(
      'unsupported',
      `the job's colour stands on ${colour.config} (sha256 ${colour.configSha256}), expected ${PINNED_CONFIG.uri} (sha256 ${PINNED_CONFIG.sha256})`,
      { config: colour.config, configSha256: colour.configSha256, expected: PINNED_CONFIG },
    );
  const text = await readFile(PINNED_TEXT, 'utf8');
  const digest = createHash('sha256').update(text).digest('hex');
  if (digest !== PINNED_CONFIG.sha256)
    throw new Error(`the shipped colour config has sha256 ${digest}, not ${PINNED_CONFIG.sha256}`);
  return text;
}

function withJobTransforms(text: string, group: string): string {
  const spaces =
    `  - !<ColorSpace>\n    name: ${JOB_SPACES.decoded}\n\n` +
    `  - !<ColorSpace>\n    name: ${JOB_SPACES.output}\n    from_scene_reference: !<GroupTransform>\n      children:\n${group}\n`;
  const named = `  - !<NamedTransform>\n    name: ${JOB_SPACES.transform}\n    transform: !<GroupTransform>\n      children:\n${group}\n`;
  const marker = 'named_transforms:\n';
  const at = text.indexOf(marker);
  return `${text.slice(0, at)}${spaces}${marker}${named}${text.slice(at + marker.length)}`;
}
