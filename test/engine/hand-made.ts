import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PINNED_CONFIG } from '../../standards/amf/pinned-config.ts';
import { toolPath } from '../support/tools.ts';

/** A clip to render by hand: what a pipeline engineer's script would be given. */
export type HandClip = {
  kind: 'prores' | 'dpx' | 'cinemadng';
  /** The movie, or the frames in order. */
  files: string[];
  frames: number;
  /** Config space of the decoded pixels; raw is developed to ACES2065-1. */
  space: string;
  /** oiiotool geometry of the crop. */
  cut: string;
  /** Gain and camera matrix to ACES2065-1, for raw: sixteen numbers. */
  cameraMatrix?: string;
};

/** What a script took, everything it started included. */
export type Taken = { wallMs: number; cpuMs: number };

const BT709 = 'zscale=matrixin=709:rangein=limited:matrix=gbr:range=full';

/**
 * (a) What is written first: decode everything, then one oiiotool per frame with the studio config, every program with
 * the threads it takes by itself.
 */
export function perFrame(clip: HandClip, compression: string, folder: string): Taken {
  const each = pictures(clip, folder).map(
    (picture, index) =>
      `${oiiotool()} ${commands(clip, picture, compression, join(folder, `${index}.exr`), '')}`,
  );
  return timed([decode(clip, folder), ...each], folder);
}

/** (b) The best bare command lines known: two processes of one thread, commands written out; uncompressed movies by FFmpeg alone. */
export function bestBare(
  clip: HandClip,
  compression: string,
  folder: string,
  curve: { cube: string; mixer: string } | null,
): Taken {
  if (clip.kind === 'prores' && compression === 'none' && curve) {
    const filters = `${BT709},format=gbrpf32le,crop=${cropOf(clip.cut)},lut1d=file=${curve.cube}:interp=linear,colorchannelmixer=${curve.mixer}`;
    const out = `-c:v exr -format half -compression none -f image2 -atomic_writing 1 ${join(folder, '%d.exr')}`;
    return timed(
      [
        `${toolPath('ffmpeg')} -v error -y -threads 2 -i ${clip.files[0]} -frames:v ${clip.frames} -vf "${filters}" ${out}`,
      ],
      folder,
    );
  }
  const all = pictures(clip, folder).map((picture, index) =>
    commands(clip, picture, compression, join(folder, `${index}.exr`), ':type=float'),
  );
  const half = Math.ceil(all.length / 2);
  const part = (list: string[]) =>
    `${oiiotool()} --threads 1 --oiioattrib exr_threads 1 --cache 64 ${list.join(' --pop ')}`;
  return timed(
    [decode(clip, folder), `${part(all.slice(0, half))} & ${part(all.slice(half))} & wait`],
    folder,
  );
}

function oiiotool(): string {
  return toolPath('oiiotool');
}

function decode({ kind, files, frames }: HandClip, folder: string): string {
  if (kind === 'prores')
    return `${toolPath('ffmpeg')} -v error -y -i ${files[0]} -frames:v ${frames} -vf "${BT709},format=gbrp16le,format=rgb48le" -compression_algo raw ${join(folder, '%d.tif')}`;
  if (kind === 'dpx') return ':';
  const links = files.map((file, index) => `ln -s ${file} ${join(folder, `${index}.dng`)}`).join(' && ');
  return `${links} && ${toolPath('dcraw_emu')} -w -o 0 -H 1 -4 -T -c 0 -t 0 -j -q 3 -Z tif ${files.map((_, index) => join(folder, `${index}.dng`)).join(' ')}`;
}

function pictures({ kind, files, frames }: HandClip, folder: string): string[] {
  if (kind === 'dpx') return files;
  return Array.from({ length: frames }, (_, index) =>
    join(folder, `${kind === 'prores' ? index + 1 : index}.tif`),
  );
}

function commands(clip: HandClip, picture: string, compression: string, out: string, read: string): string {
  const camera = clip.cameraMatrix ? `--ccmatrix:transpose=1 ${clip.cameraMatrix}` : '';
  return `-i${read} ${picture} --cut ${clip.cut} ${camera} --colorconvert "${clip.space}" ACEScg -d half --compression ${compression === 'zip' ? 'zip:4' : compression} -o ${out}`;
}

function cropOf(cut: string): string {
  const [, width, height, x, y] = /^(\d+)x(\d+)\+(\d+)\+(\d+)$/.exec(cut)!;
  return [width, height, x, y].join(':');
}

function timed(lines: string[], folder: string): Taken {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const script = join(folder, 'script.sh');
  writeFileSync(script, `set -e\nexport OCIO=${PINNED_CONFIG.uri}\n${lines.join('\n')}\ntimes\n`);
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync('sh', [script], { encoding: 'utf8', maxBuffer: 1 << 26 });
  const wallMs = performance.now() - started;
  if (status !== 0) throw new Error(`the hand-made script ended with ${status}: ${stderr.slice(-2000)}`);
  // The last line of `times` is user and system time of everything the shell waited for.
  const spent = [
    ...stdout
      .trim()
      .split('\n')
      .at(-1)!
      .matchAll(/(\d+)m([\d.]+)s/g),
  ];
  return {
    wallMs,
    cpuMs: spent.reduce(
      (sum, [, minutes, seconds]) => sum + (Number(minutes) * 60 + Number(seconds)) * 1000,
      0,
    ),
  };
}
