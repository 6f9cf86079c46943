import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { PINNED_CONFIG } from '../../standards/amf/pinned-config.ts';
import { toolPath } from '../support/tools.ts';

/** What a stand-in's "camera file" holds: its size, and how its stand-in program shall go wrong. */
export type StandInClip = {
  width: number;
  height: number;
  frameCount: number;
  wrong?: 'internal error' | 'one frame less' | 'scaled';
  /** Recorded pictures, one file a frame, and the space of the pinned config that they are recorded in: decoded, not made up. */
  recorded?: { files: string[]; space: string };
};

export function readClip(path: string): StandInClip {
  return JSON.parse(readFileSync(path, 'utf8')) as StandInClip;
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
