import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { PINNED_CONFIG } from '../../standards/amf/pinned-config.ts';
import { toolPath } from '../support/tools.ts';

/** What a stand-in's "camera file" holds: its size, and how its stand-in program shall go wrong. */
export type StandInClip = {
  width: number;
  height: number;
  frameCount: number;
  wrong?:
    | 'internal error'
    | 'one frame less'
    | 'one frame more'
    | 'half a picture'
    | 'numbers off'
    | 'words of a gpu'
    | 'error on standard error'
    | 'noisy metadata'
    | 'decimal commas'
    | 'no metadata'
    | 'scaled';
  /** Recorded pictures, one file a frame, and the space of the pinned config that they are recorded in: decoded, not made up. */
  recorded?: { files: string[]; space: string };
};

export function readClip(path: string): StandInClip {
  return JSON.parse(readFileSync(path, 'utf8')) as StandInClip;
}

/** Says what programs say of themselves and of what they find, and of what went wrong; the exit code stays good. */
export function saySo({ wrong }: StandInClip): void {
  if (wrong === 'words of a gpu')
    process.stdout.write('GPU found: Quadro RTX 6000 (CUDA 11.8, OpenCL 1.2)\r\n  Progress :  50.0 %\r\n');
  if (wrong === 'error on standard error') process.stderr.write('[12:00:00] [error] Error: cannot write\n');
}

/** What is left of a render that a program ended in the middle of its last picture. */
export function halve(path: string): void {
  const bytes = readFileSync(path);
  writeFileSync(path, bytes.subarray(0, bytes.length / 2));
}

/** Writes frame `index` as a picture whose red tells the frame: 0.1 for each. */
export function writeTestPicture(path: string, clip: StandInClip, index: number): void {
  if (clip.recorded) decode(clip.recorded.files[index]!, clip.recorded.space, path);
  else paint(path, clip, index);
}

function paint(path: string, clip: StandInClip, index: number): void {
  const size = `${clip.wrong === 'scaled' ? clip.width / 2 : clip.width}x${clip.height}`;
  const red = (0.1 * (index + 1)).toFixed(3);
  const args = [
    '--create',
    size,
    '3',
    `--fill:color=${red},0.25,0.5`,
    size,
    '-d',
    'half',
    '--compression',
    'piz',
    '-o',
    path,
  ];
  execFileSync(toolPath('oiiotool'), args);
}

function decode(file: string, space: string, path: string): void {
  const colour = ['--colorconfig', PINNED_CONFIG.uri, '--colorconvert', space, 'ACES2065-1'];
  const args = ['-i:type=float', file, ...colour, '-d', 'half', '--compression', 'piz', '-o', path];
  execFileSync(toolPath('oiiotool'), args);
}

/** Ends the stand-in as a program that was called wrongly. */
export function refuse(why: string): never {
  process.stderr.write(`refused: ${why}\n`);
  process.exit(64);
}
