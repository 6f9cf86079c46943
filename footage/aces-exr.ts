import { mkdir, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { requireTool } from '../engine/tools/require-tool.ts';
import { runProgram } from '../engine/tools/run-program.ts';
import type { ToolPaths } from '../engine/tools/tool-paths.ts';
import { finishAcesFile } from './aces-header.ts';
import { ACES2065_1 } from './camera-encoding.ts';
import { type ClipSpec, frameTimecode, isDropFrame, recordedAt } from './clip-spec.ts';
import type { MadeSequence } from './dpx-sequence.ts';
import { sceneOfClip } from './film-clip.ts';
import { frameOfTimecode } from './record-timecode.ts';

/** Frames that lie as float files in scratch at one time: 25 MB each in HD. */
const FRAMES_A_RUN = 8;
const CONFIG = 'ocio://studio-config-v4.0.0_aces-v2.0_ocio-v2.5';

/**
 * Records a clip as ACES camera EXR frames (SMPTE ST 2065-4, strict), numbered by the frames of the day.
 * OpenEXR itself writes them, so that our reader meets files that it did not write.
 * @throws PipelineError tool-missing, tool-failed
 */
export async function makeAcesExr(spec: ClipSpec, dir: string, tools: ToolPaths): Promise<MadeSequence> {
  await mkdir(dir, { recursive: true });
  const scratch = await mkdtemp(join(tmpdir(), 'rushes-exr-'));
  const scene = sceneOfClip(spec, ACES2065_1);
  const firstNumber = frameOfTimecode(spec.startTimecode, spec.rate);
  const fileNames: string[] = [];
  try {
    for (let first = 0; first < spec.frames; first += FRAMES_A_RUN) {
      const frames = Array.from({ length: Math.min(FRAMES_A_RUN, spec.frames - first) }, (_, i) => first + i);
      const args: string[] = [];
      for (const frame of frames) {
        const [float, half] = scratchFiles(scratch, frame);
        await writeFloatMap(float, scene(frame), spec);
        args.push(...frameArguments(spec, frame, firstNumber + frame, float, half));
      }
      await runProgram({
        tool: 'oiiotool',
        path: requireTool(tools, 'oiiotool'),
        args: ['--threads', '1', '--colorconfig', CONFIG, ...args],
      });
      for (const frame of frames) {
        const fileName = `${spec.clipName}.${String(firstNumber + frame).padStart(7, '0')}.exr`;
        const written = await readFile(scratchFiles(scratch, frame)[1]);
        await writeFile(join(dir, fileName), finishAcesFile(written, isDropFrame(spec)));
        fileNames.push(fileName);
      }
    }
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  return { fileNames, firstNumber };
}

/** Each run writes over the files of the one before. */
function scratchFiles(scratch: string, frame: number): [float: string, half: string] {
  const name = join(scratch, String(frame % FRAMES_A_RUN));
  return [`${name}.pfm`, `${name}.exr`];
}

/** A Portable FloatMap: rows from the bottom up; the negative scale says little-endian. */
async function writeFloatMap(file: string, linear: Float32Array, { width, height }: ClipSpec): Promise<void> {
  const rows = Array.from({ length: height }, (_, i) => {
    const start = linear.byteOffset + (height - 1 - i) * width * 12;
    return new Uint8Array(linear.buffer, start, width * 12);
  });
  const handle = await open(file, 'w');
  try {
    await handle.writev([Buffer.from(`PF\n${width} ${height}\n-1.0\n`), Buffer.concat(rows)]);
  } finally {
    await handle.close();
  }
}

function frameArguments(spec: ClipSpec, frame: number, number: number, float: string, out: string): string[] {
  const attribute = (name: string, value: string, type?: string) => [
    type ? `--attrib:type=${type}` : '--attrib',
    name,
    value,
  ];
  return [
    '-i:type=float',
    float,
    '--iscolorspace',
    'lin_ap0_scene',
    '--eraseattrib',
    '.*',
    ...attribute('smpte:TimeCode', frameTimecode(spec, frame).replace(';', ':'), 'timecode'),
    ...attribute('framesPerSecond', `${spec.rate.num}/${spec.rate.den}`, 'rational'),
    ...attribute('reelName', spec.reel),
    ...attribute('cameraMake', 'ARRI'),
    ...attribute('cameraModel', 'ALEXA 35'),
    ...attribute('cameraSerialNumber', 'K1.0012345'),
    ...attribute('cameraLabel', spec.reel.slice(0, 1)),
    ...attribute('lensModel', 'Synthetic Prime 32mm T2.8'),
    ...attribute('isoSpeed', '800', 'float'),
    ...attribute('tStop', '2.8', 'float'),
    ...attribute('shutterAngle', '172.8', 'float'),
    ...attribute('cameraCCTSetting', '5600', 'float'),
    ...attribute('imageCounter', String(number), 'int'),
    ...attribute('DateTime', recordedAt(spec.shootDay).replace(/-/g, ':').replace('T', ' ').replace('Z', '')),
    ...attribute('openexr:ACESContainerPolicy', 'strict'),
    '--compression',
    'none',
    '--nosoftwareattrib',
    '-d',
    'half',
    '-o',
    out,
    '--pop',
  ];
}
