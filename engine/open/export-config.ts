import { writeFile } from 'node:fs/promises';
import { strToU8, zipSync } from 'fflate';
import { PipelineError } from '../../schemas/failure.ts';
import type { ColorStep } from '../../schemas/segment-job.ts';
import { PINNED_CONFIG } from '../../standards/amf/pinned-config.ts';
import { pinnedConfigText } from './color-config.ts';
import { type ConfigNames, type LutPlace, namesOf, quoted, stepTransforms } from './config-transforms.ts';

/** Names by which people find the parts of an exported pipeline. */
export const EXPORTED = {
  source: 'AMF source',
  display: 'AMF output',
  view: 'AMF with looks',
  plainView: 'AMF without looks',
  whole: 'AMF pipeline',
} as const;

/** A pipeline by its parts, each from and to ACES2065-1 but for the outer end of `input` and `output`. */
export type PipelineParts = {
  /** Shown as the name of the config. */
  name: string;
  description: string;
  /** From the pixels as they are to ACES2065-1; empty: they are that already. */
  input: ColorStep[];
  looks: { name: string; description: string; steps: ColorStep[] }[];
  /** To the display; null where there is no output transform. */
  output: ColorStep[] | null;
};

/** The first day that a ZIP archive can tell, where it is made: nothing of today may be in the bytes. */
const FIRST_DAY = new Date(1980, 0, 1);

type Lut = { path: string; text: string };

/**
 * Writes a pipeline as an OpenColorIO config that stands alone: the pinned studio config with the source space, each look
 * by its name, a display whose view shows all of it, and the whole as a named transform. LUTs go inside an archive.
 * @param out ending in `.ocio`, or `.ocioz` for the archive; replaced when it exists
 * @throws PipelineError input-invalid when LUTs are needed and `out` is no archive
 */
export async function exportConfig(parts: PipelineParts, out: string): Promise<void> {
  const luts: Lut[] = [];
  const text = await configText(parts, luts);
  if (out.endsWith('.ocioz')) {
    const files = [{ path: 'config.ocio', text }, ...luts].map((file) => [file.path, strToU8(file.text)]);
    return writeFile(out, zipSync(Object.fromEntries(files), { level: 0, mtime: FIRST_DAY }));
  }
  if (luts.length > 0)
    throw new PipelineError(
      'input-invalid',
      `The pipeline has ${luts.length === 1 ? 'a LUT' : `${luts.length} LUTs`}, which an OpenColorIO config holds only as an archive: name it ${out.replace(/\.ocio$/, '')}.ocioz.`,
      { luts: luts.map(({ path }) => path) },
    );
  await writeFile(out, text);
}

async function configText(parts: PipelineParts, luts: Lut[]): Promise<string> {
  const { uri, sha256 } = PINNED_CONFIG;
  const pinned = await pinnedConfigText({ config: uri, configSha256: sha256 });
  const names = namesOf(pinned);
  const groupOf = (steps: ColorStep[], space: string) => transforms(steps, space, names, luts);
  const input = await groupOf(parts.input, 'Raw');
  const looks: (PipelineParts['looks'][number] & { group: string[] })[] = [];
  for (const look of parts.looks) looks.push({ ...look, group: await groupOf(look.steps, 'ACES2065-1') });
  const output = parts.output && (await groupOf(parts.output, 'ACES2065-1'));
  const whole = [...input, ...looks.flatMap(({ group }) => group), ...(output ?? [])];
  const spaces = [
    colourSpace(EXPORTED.source, 'to_scene_reference', input),
    ...(output ? [colourSpace(EXPORTED.display, 'from_scene_reference', output)] : []),
  ];
  return edited(pinned, [
    [/^name: .*$/m, () => `name: ${quoted(parts.name)}`],
    [/^description: \|\n/m, (line) => `${line}${indented(parts.description)}\n\n`],
    [/^search_path: ""$/m, (line) => (luts.length === 0 ? line : 'search_path: luts')],
    [/^displays:\n/m, (line) => (output ? line + display(looks.map(({ name }) => name)) : line)],
    [/^active_displays: \[/m, (line) => (output ? `${line}${EXPORTED.display}, ` : line)],
    [/^active_views: \[/m, (line) => (output ? `${line}${EXPORTED.view}, ${EXPORTED.plainView}, ` : line)],
    [/^looks:\n/m, (line) => line + looks.map(lookText).join('')],
    [/^colorspaces:\n/m, (line) => line + spaces.join('')],
    [/^named_transforms:\n/m, (line) => line + (whole.length === 0 ? '' : namedTransform(whole))],
  ]);
}

/** Every place is there once: the config is pinned by its digest. */
function edited(text: string, edits: readonly [RegExp, (found: string) => string][]): string {
  return edits.reduce((whole, [place, edit]) => {
    if (!place.test(whole)) throw new Error(`the pinned config has no ${place}`);
    return whole.replace(place, edit);
  }, text);
}

async function transforms(
  steps: ColorStep[],
  decodedSpace: string,
  names: ConfigNames,
  luts: Lut[],
): Promise<string[]> {
  const place: LutPlace = async (file, text) => {
    const name = `${luts.length + 1}-${file.replace(/^step-\d+/, 'look')}`;
    luts.push({ path: `luts/${name}`, text });
    return name;
  };
  const found: string[] = [];
  for (const index of steps.keys())
    found.push(...(await stepTransforms(index, { decodedSpace, steps }, names, place)));
  return found;
}

function group(children: readonly string[], indent: string): string {
  const lines = children.map((child) => `${indent}    - ${child}\n`).join('');
  return `!<GroupTransform>\n${indent}  children:\n${lines}`;
}

function colourSpace(name: string, direction: string, children: readonly string[]): string {
  const transform = children.length === 0 ? '' : `    ${direction}: ${group(children, '    ')}`;
  return `  - !<ColorSpace>\n    name: ${name}\n    family: AMF\n    isdata: false\n${transform}\n`;
}

function display(looks: readonly string[]): string {
  const shown = looks.length === 0 ? '' : `, looks: ${quoted(looks.join(', '))}`;
  return (
    `  ${EXPORTED.display}:\n` +
    `    - !<View> {name: ${EXPORTED.view}, colorspace: ${EXPORTED.display}${shown}}\n` +
    `    - !<View> {name: ${EXPORTED.plainView}, colorspace: ${EXPORTED.display}}\n` +
    `    - !<View> {name: Raw, colorspace: Raw}\n`
  );
}

function lookText(look: { name: string; description: string; group: string[] }): string {
  const transform = look.group.length === 0 ? '!<MatrixTransform> {}\n' : group(look.group, '    ');
  return `  - !<Look>\n    name: ${quoted(look.name)}\n    process_space: ACES2065-1\n    description: ${quoted(look.description)}\n    transform: ${transform}\n`;
}

function namedTransform(children: readonly string[]): string {
  return `  - !<NamedTransform>\n    name: ${EXPORTED.whole}\n    family: AMF\n    transform: ${group(children, '    ')}\n`;
}

function indented(text: string): string {
  return text.replace(/^/gm, '  ');
}
