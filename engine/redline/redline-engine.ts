import { PipelineError } from '../../schemas/failure.ts';
import type { Engine } from '../engine.ts';
import type { ToolPaths } from '../tools/tool-paths.ts';
import { isUrl } from '../tools/url-location.ts';
import { type ParameterRanges, vendorParameters } from '../vendor/check-parameters.ts';
import { createProgramEngine, type VendorProgram } from '../vendor/program-engine.ts';

/** Development that REDline takes on its command line; ranges of REDCINE-X PRO's own controls. Left out: grading, which is a look. */
const PARAMETERS: ParameterRanges = {
  iso: [50, 12_800],
  kelvin: [1700, 10_000],
  tint: [-100, 100],
  exposure: [-7, 7],
};

/** Source: REDline manual, `--exrCompression`: lossless; the plate's own compression is made when the frame is adopted. */
const PIZ = '4';

/** REDline by its command line. Sources: REDline options; OpenVPCal's own call (`--format 2 --exrACES 1 --useMeta`). */
const REDLINE: VendorProgram = {
  name: 'redline',
  tool: 'redline',
  fix: 'install REDCINE-X PRO from RED, accept its terms, and name REDline as redline in tools.json',
  recipeRevision: '1',
  decodes: ['r3d'],
  versionArguments: ['--help'],
  inspects: 'r3d',
  versionWords: /(?:redline|^\W*(?:build|version))[^\d\n]*(\d+\.\d+(?:\.\d+)*)/im,
  failureWords: /^.*(?:Internal Error|finished with error).*$/im,
  async renderArguments({ job, sources, first, last, directory }) {
    const input = sources[0]!;
    if (isUrl(input.location))
      throw new PipelineError(
        'unsupported',
        `the redline engine reads files in place: ${input.name} is only there by URL; mount the store`,
        { name: input.name },
      );
    const values = vendorParameters(job, 'redline', PARAMETERS);
    return [
      '--silent',
      // The first file of the clip; REDline finds the others beside it.
      '--i',
      input.location,
      '--outDir',
      directory,
      '--o',
      'plate',
      '--format',
      '2',
      '--exrACES',
      '1',
      '--exrCompression',
      PIZ,
      '--res',
      '1',
      '--useMeta',
      '--metaIgnoreFrameGuide',
      ...Object.entries(values).flatMap(([name, value]) => [`--${name}`, String(value)]),
      '--start',
      String(first),
      '--end',
      String(last),
      '--gpuPlatform',
      '0',
    ];
  },
};

/** The engine for REDCODE; the program is the user's own installation, never brought along. */
export function createRedlineEngine(tools: ToolPaths): Engine & { close(): Promise<void> } {
  return createProgramEngine(REDLINE, tools);
}
