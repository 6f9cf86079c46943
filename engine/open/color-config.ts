import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PipelineError } from '../../schemas/failure.ts';
import type { ColorStep, JobColour } from '../../schemas/segment-job.ts';
import { PINNED_CONFIG } from '../../standards/amf/pinned-config.ts';
import { sha256OfCanonical } from '../../standards/hash/canonical-json.ts';

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
  const children = await Promise.all(
    colour.steps.map((step, index) => stepTransforms(step, index, colour, names, folder)),
  );
  const lead = before === undefined ? [] : convert(before, decodedSpace(colour), names);
  const steps = [...lead, ...children.flat()];
  const group = steps.map((step) => `        - ${step}\n`).join('');
  const path = join(folder, 'job.ocio');
  await writeFile(path, steps.length === 0 ? text : withJobTransforms(text, group));
  const key = sha256OfCanonical({ colour, before: before ?? null });
  return { path, isIdentity: steps.length === 0, key };
}

/** Config name of the space that decoded pixels are in: raw is developed to ACES2065-1. */
export function decodedSpace(colour: JobColour): string {
  return colour.decodedSpace === 'camera-native' ? 'ACES2065-1' : colour.decodedSpace;
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

async function pinnedConfigText(colour: JobColour): Promise<string> {
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

type ConfigNames = { spaces: Set<string>; views: Map<string, string> };

/** Colour space names and aliases, and the display sections as text: enough to refuse a wrong name in words. */
function namesOf(text: string): ConfigNames {
  const spaces = new Set<string>();
  for (const match of text.matchAll(/- !<ColorSpace>\n {4}name: (.+)\n(?: {4}aliases: \[(.*)\]\n)?/g)) {
    spaces.add(match[1]!);
    for (const alias of match[2]?.split(', ') ?? []) spaces.add(alias);
  }
  const views = new Map<string, string>();
  const displays = text.slice(text.indexOf('\ndisplays:\n'), text.indexOf('\nvirtual_display:\n'));
  for (const match of displays.matchAll(/^ {2}(\S.*):\n((?: {4}.*\n?)+)/gm)) views.set(match[1]!, match[2]!);
  return { spaces, views };
}

async function stepTransforms(
  step: ColorStep,
  index: number,
  colour: JobColour,
  names: ConfigNames,
  folder: string,
): Promise<string[]> {
  switch (step.kind) {
    case 'convert':
      return convert(step.from, step.to, names);
    case 'display':
      requireView(step.display, step.view, names);
      requireSpace(step.from, names);
      return [
        `!<DisplayViewTransform> {src: ${quoted(step.from)}, display: ${quoted(step.display)}, view: ${quoted(step.view)}}`,
      ];
    case 'builtin':
      return [
        `!<BuiltinTransform> {style: ${quoted(step.style)}${step.inverse ? ', direction: inverse' : ''}}`,
      ];
    case 'file':
      return [await fileTransform(step, index, folder)];
    case 'cdl': {
      const around = spaceBefore(colour, index);
      const cdl = `!<CDLTransform> {slope: [${step.slope}], offset: [${step.offset}], power: [${step.power}], sat: ${step.saturation}, style: noclamp}`;
      return [
        ...convert(around, step.workingSpace, names),
        cdl,
        ...convert(step.workingSpace, around, names),
      ];
    }
  }
}

function convert(from: string, to: string, names: ConfigNames): string[] {
  requireSpace(from, names);
  requireSpace(to, names);
  return from === to ? [] : [`!<ColorSpaceTransform> {src: ${quoted(from)}, dst: ${quoted(to)}}`];
}

/** The colour space in which step `index` finds the picture: a `file` step does not change the name. */
function spaceBefore(colour: JobColour, index: number): string {
  const previous = colour.steps.slice(0, index).findLast((step) => step.kind === 'convert');
  if (previous?.kind === 'convert') return previous.to;
  return decodedSpace(colour);
}

const LUT_SUFFIX = /\.(ctf|clf|cube|spi1d|spi3d|3dl|csp)$/i;

async function fileTransform(
  step: ColorStep & { kind: 'file' },
  index: number,
  folder: string,
): Promise<string> {
  const digest = createHash('sha256').update(step.content).digest('hex');
  if (digest !== step.sha256)
    throw new PipelineError(
      'input-invalid',
      `colour step ${index}: ${step.name} has sha256 ${digest}, the job says ${step.sha256}`,
      {
        name: step.name,
        expected: step.sha256,
        got: digest,
      },
    );
  const suffix = LUT_SUFFIX.exec(step.name)?.[0].toLowerCase() ?? '.ctf';
  const path = join(folder, `step-${index}${suffix}`);
  await writeFile(path, step.content);
  return `!<FileTransform> {src: ${quoted(path)}, interpolation: best}`;
}

function requireSpace(name: string, names: ConfigNames): void {
  if (!names.spaces.has(name))
    throw new PipelineError('input-invalid', `the colour config has no colour space "${name}"`, {
      name,
      known: [...names.spaces],
    });
}

function requireView(display: string, view: string, names: ConfigNames): void {
  const section = names.views.get(display);
  if (section === undefined || !section.includes(view))
    throw new PipelineError(
      'input-invalid',
      `the colour config has no view "${view}" on a display "${display}"`,
      {
        display,
        view,
        displays: [...names.views.keys()],
      },
    );
}

/** A YAML flow scalar; JSON strings are one. */
function quoted(name: string): string {
  return JSON.stringify(name);
}
