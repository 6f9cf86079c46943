import { createHash } from 'node:crypto';
import { PipelineError } from '../../schemas/failure.ts';
import type { ColorStep, JobColour } from '../../schemas/segment-job.ts';

/** What a config's text names: colour spaces with their aliases, and the section of each display. */
export type ConfigNames = { spaces: Set<string>; views: Map<string, string> };

/** Colour space names and aliases, and the display sections as text: enough to refuse a wrong name in words. */
export function namesOf(text: string): ConfigNames {
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

/** Where the text of a LUT is put, and the name by which the config finds it there. */
export type LutPlace = (file: string, text: string) => Promise<string>;

/**
 * A colour step as transforms of a config.
 * @param index of the step in `colour.steps`
 * @throws PipelineError input-invalid for a name that the config does not have, and for a file with another digest
 */
export async function stepTransforms(
  index: number,
  colour: Pick<JobColour, 'decodedSpace' | 'steps'>,
  names: ConfigNames,
  place: LutPlace,
): Promise<string[]> {
  const step = colour.steps[index]!;
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
      return [await fileTransform(step, index, place)];
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

/** From one space to another; nothing where they are one. @throws PipelineError input-invalid */
export function convert(from: string, to: string, names: ConfigNames): string[] {
  requireSpace(from, names);
  requireSpace(to, names);
  return from === to ? [] : [`!<ColorSpaceTransform> {src: ${quoted(from)}, dst: ${quoted(to)}}`];
}

/** The colour space in which step `index` finds the picture: a `file` step does not change the name. */
function spaceBefore(colour: Pick<JobColour, 'decodedSpace' | 'steps'>, index: number): string {
  const previous = colour.steps.slice(0, index).findLast((step) => step.kind === 'convert');
  if (previous?.kind === 'convert') return previous.to;
  return decodedSpace(colour);
}

const LUT_SUFFIX = /\.(ctf|clf|cube|spi1d|spi3d|3dl|csp)$/i;

async function fileTransform(
  step: ColorStep & { kind: 'file' },
  index: number,
  place: LutPlace,
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
  const source = await place(`step-${index}${suffix}`, step.content);
  return `!<FileTransform> {src: ${quoted(source)}, interpolation: best}`;
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
export function quoted(name: string): string {
  return JSON.stringify(name);
}

/** Config name of the space that decoded pixels are in: raw is developed to ACES2065-1. */
export function decodedSpace(colour: Pick<JobColour, 'decodedSpace'>): string {
  return colour.decodedSpace === 'camera-native' ? 'ACES2065-1' : colour.decodedSpace;
}
