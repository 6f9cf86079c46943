import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { extname } from 'node:path';
import type { DecodeSettings } from '../../../schemas/segment-job.ts';
import { toolPath } from '../../support/tools.ts';

/** A clip as the stand-in understands it. `start` is the number of its first frame, as the interface counts. */
export type Clip = {
  files: string[];
  isMovie: boolean;
  width: number;
  height: number;
  start: number;
  frameCount: number;
  rate: { num: number; den: number };
  decode: DecodeSettings;
};

const DECODE: Record<string, DecodeSettings> = {
  '.mov': { codec: 'prores', container: 'mov', matrix: 'bt709', range: 'limited' },
  '.mxf': { codec: 'dnxhd', container: 'mxf', matrix: 'bt709', range: 'limited' },
  '.dpx': { codec: 'dpx', container: 'sequence' },
  '.exr': { codec: 'exr', container: 'sequence' },
};

/** A movie by its file; null when there is none that can be read. */
export function probeMovie(path: string): Clip | null {
  const decode = DECODE[extname(path)];
  if (!existsSync(path) || !decode) return null;
  const stream = ffprobe(path, 'width,height,r_frame_rate,nb_frames,nb_read_packets', ['-count_packets']);
  const [num, den] = String(stream.r_frame_rate).split('/').map(Number) as [number, number];
  const frameCount = Number(stream.nb_read_packets ?? stream.nb_frames);
  const { width, height } = stream as { width: number; height: number };
  return { files: [path], isMovie: true, width, height, start: 0, frameCount, rate: { num, den }, decode };
}

/** A sequence by FilmLight's template; null when no frame is there. */
export function probeSequence(template: string, start: number, end: number): Clip | null {
  const match = /^(.*)%\.(\d+)F(\.\w+)$/.exec(template);
  if (!match) return null;
  const [, before, digits, after] = match as unknown as [string, string, string, string];
  const files = [];
  for (let number = start; number <= end; number++) {
    const path = `${before}${String(number).padStart(Number(digits), '0')}${after}`;
    if (existsSync(path)) files.push(path);
  }
  const decode = DECODE[after];
  if (files.length !== end - start + 1 || !decode) return null;
  const { width, height } = ffprobe(files[0]!, 'width,height', []) as { width: number; height: number };
  const rate = { num: 24, den: 1 };
  return { files, isMovie: false, width, height, start, frameCount: files.length, rate, decode };
}

function ffprobe(path: string, entries: string, more: string[]): Record<string, unknown> {
  const args = [
    '-v',
    'error',
    ...more,
    '-select_streams',
    'v:0',
    '-show_entries',
    `stream=${entries}`,
    '-of',
    'json',
    path,
  ];
  const answer = JSON.parse(execFileSync(toolPath('ffprobe'), args, { encoding: 'utf8' }));
  return answer.streams[0];
}
