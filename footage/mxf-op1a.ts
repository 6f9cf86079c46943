import { rename } from 'node:fs/promises';
import { requireTool } from '../engine/tools/require-tool.ts';
import { runProgram } from '../engine/tools/run-program.ts';
import type { ToolPaths } from '../engine/tools/tool-paths.ts';
import { SONY_SLOG3 } from './camera-encoding.ts';
import type { ClipSpec } from './clip-spec.ts';
import { BIT_EXACT, pictureInput, TO_YCBCR } from './ffmpeg-picture.ts';
import { filmClip } from './film-clip.ts';
import { writeUmids } from './mxf-umid.ts';

const DNXHR = ['-c:v', 'dnxhd', '-profile:v', 'dnxhr_hqx'];
/** Class 100 is defined for 1920 x 1080 at 24000/1001, 25 and 30000/1001 alone; x264's output depends on its thread count, which is fixed with the other arguments. */
const XAVC = [
  '-c:v',
  'libx264',
  '-x264-params',
  'avcintra-class=100:avcintra-flavor=sony:force-cfr=1:colorprim=bt709:transfer=bt709:colormatrix=bt709',
];

/**
 * Records a clip as an OP1a MXF in S-Log3: timecode in material and source package, the reel as tape package, and UMIDs of its own.
 * `spec.codec` is DNxHR HQX (the default) or XAVC-like AVC-Intra.
 * @throws PipelineError tool-missing, tool-failed
 */
export async function makeMxfOp1a(spec: ClipSpec, file: string, tools: ToolPaths): Promise<void> {
  const part = `${file}.part`;
  await runProgram({
    tool: 'ffmpeg',
    path: requireTool(tools, 'ffmpeg'),
    stdin: filmClip(spec, SONY_SLOG3),
    args: [
      '-y',
      '-v',
      'error',
      ...pictureInput(spec),
      '-vf',
      `${TO_YCBCR},format=yuv422p10le`,
      ...(spec.codec === 'xavc-intra' ? XAVC : DNXHR),
      '-timecode',
      spec.startTimecode,
      '-metadata',
      `reel_name=${spec.reel}`,
      ...BIT_EXACT,
      '-f',
      'mxf',
      part,
    ],
  });
  await writeUmids(part, spec);
  await rename(part, file);
}
