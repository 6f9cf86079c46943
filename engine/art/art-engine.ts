import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PipelineError } from '../../schemas/failure.ts';
import type { Engine, ResolvedSource } from '../engine.ts';
import type { ToolPaths } from '../tools/tool-paths.ts';
import { isUrl } from '../tools/url-location.ts';
import { type ParameterRanges, vendorParameters } from '../vendor/check-parameters.ts';
import { createProgramEngine, type ProgramOrder, type VendorProgram } from '../vendor/program-engine.ts';

/** Source: ARRI Reference Tool 0.4.0, parameters.schema.json. Left out: debayer, texture, crop and scaling, which are not values of a clip. */
const PARAMETERS: ParameterRanges = {
  exposureIndexOverride: [160, 6400],
  colorTemperatureOverride: [2000, 11_000],
  tintOverride: [-16, 16],
};

/** ARRI Reference Tool by its command line. Sources: docs of 0.4.0 (`process`, `export`); `--render-platform` from code for 1.0. */
const ART: VendorProgram = {
  name: 'art',
  tool: 'art-cmd',
  fix: 'download the ARRI Reference Tool from ARRI, accept its terms, and name art-cmd in tools.json',
  recipeRevision: '1',
  decodes: ['arriraw', 'prores'],
  versionArguments: ['--version'],
  inspects: 'ari',
  versionWords: /(?:art-cmd|reference tool|^\W*version)[^\d\n]*(\d+\.\d+(?:\.\d+)*)/im,
  // As a message begins, and as a log marks its level.
  failureWords: /^.*(?:\b(?:fatal|error):|\[(?:error|critical|fatal)\]).*$/im,
  async renderArguments(order) {
    const { job, sources, first, last, directory, scratch, version } = order;
    const values = vendorParameters(job, 'art', PARAMETERS);
    const parameters = join(scratch, `art-${first}.json`);
    const hasValues = Object.keys(values).length > 0;
    if (hasValues) await writeFile(parameters, JSON.stringify(values));
    return [
      'process',
      '--input',
      inputOf(order, sources),
      // Counted from the clip's first frame, whatever its number is.
      '--start',
      String(first),
      '--duration',
      String(last - first + 1),
      '--target-colorspace',
      'AP0/D60/linear',
      '--video-codec',
      'exr_piz/f16',
      ...(hasValues ? ['--parameters', parameters] : []),
      ...processorOnly(version),
      '--output',
      join(directory, 'plate.%07d.exr'),
    ];
  },
};

/** The engine for ARRIRAW, HDE and ARRI ProRes; the program is the user's own installation, never brought along. */
export function createArtEngine(tools: ToolPaths): Engine & { close(): Promise<void> } {
  return createProgramEngine(ART, tools);
}

/** No GPU: the option has another name since 1.0. The value for 0.x is not in any public text: `rushes engines` says so. */
function processorOnly(version: string): string[] {
  return version.startsWith('0.') ? ['--processing-device', 'cpu'] : ['--render-platform', 'cpu'];
}

function inputOf({ job }: ProgramOrder, sources: readonly ResolvedSource[]): string {
  const remote = sources.find(({ location }) => isUrl(location));
  if (remote)
    throw new PipelineError(
      'unsupported',
      `the art engine reads files in place: ${remote.name} is only there by URL; mount the store`,
      {
        name: remote.name,
      },
    );
  if (sources[0]!.frame === undefined) return sources[0]!.location;
  const match = /^(.*?)(\d+)(\.[A-Za-z0-9]+)$/.exec(sources[0]!.name);
  const folder = dirname(sources[0]!.location);
  const number = Number(match?.[2]);
  const nameOf = (index: number) =>
    `${match?.[1]}${String(number + index).padStart(match?.[2]?.length ?? 0, '0')}${match?.[3]}`;
  const isWhole = sources.every(
    (source, index) => source.frame === index && source.location === join(folder, nameOf(index)),
  );
  // The program counts files, not numbers: behind a hole every frame would be another one.
  if (!match || !isWhole)
    throw new PipelineError(
      'unsupported',
      `${job.clip.clipName}: the art engine counts frames by files, so a sequence must be whole, in one folder and under its own names`,
      { first: sources[0]!.name, files: sources.length },
    );
  return join(folder, `${match[1]}%0${match[2]!.length}d${match[3]}`);
}
