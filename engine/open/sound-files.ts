import { join } from 'node:path';
import type { SoundPiece } from '../../schemas/sound.ts';
import { canonicalJson } from '../../standards/hash/canonical-json.ts';
import { FFMPEG_BITEXACT, FFMPEG_QUIET, networkArguments } from '../tools/ffmpeg.ts';
import type { MovieJob } from './movie-route.ts';
import type { RenderRun } from './render-run.ts';

/** Sample rate of every track. */
const RATE = 48_000;

type Input = { file: number; second: number; seconds: number; rate: number };
type Track = { pieces: readonly SoundPiece[]; sampleCount: number; path: string };

/**
 * Makes the tracks of the sound roll that movies carry, each a WAVE file of one channel, 48 kHz and 24 bit, silent where
 * no piece lies. One program reads each recording once; tracks that several movies share are made once.
 * @returns of each job the files of its tracks, in order
 */
export async function makeSoundFiles(
  run: Pick<RenderRun, 'sounds' | 'scratch' | 'run'>,
  jobs: readonly MovieJob[],
): Promise<string[][]> {
  const made = new Map<string, Track>();
  const paths = jobs.map(({ output: { sound } }) =>
    (sound?.tracks ?? []).map(({ pieces }) => {
      const key = canonicalJson({ pieces, sampleCount: sound!.sampleCount });
      const path = join(run.scratch, `sound-${made.size}.wav`);
      const track = made.get(key) ?? { pieces, sampleCount: sound!.sampleCount, path };
      made.set(key, track);
      return track.path;
    }),
  );
  if (made.size > 0) await layTracks(run, [...made.values()]);
  return paths;
}

async function layTracks(run: Pick<RenderRun, 'sounds' | 'run'>, tracks: readonly Track[]): Promise<void> {
  const inputs = inputsOf(tracks);
  const graph = tracks.map((track, index) => trackFilters(track, index, inputs)).join(';');
  const args = [
    ...inputs.flatMap((input) => inputArguments(run, input)),
    ...['-filter_complex', graph],
    ...tracks.flatMap(({ path }, index) => [
      ...['-map', `[track${index}]`, '-c:a', 'pcm_s24le', '-rf64', 'auto'],
      ...[...FFMPEG_BITEXACT, '-f', 'wav', path],
    ]),
  ];
  // It tells that it lives; a long recording is read for minutes.
  const alive = () => {};
  await run.run('ffmpeg', { args: [...FFMPEG_QUIET, '-progress', 'pipe:1', ...args], stdout: alive });
}

/** Each part of a recording that is read, from a whole second on: a seek there lands on the very sample. */
function inputsOf(tracks: readonly Track[]): Input[] {
  const inputs = new Map<string, Input>();
  for (const { file, first, count, sampleRate: rate } of tracks.flatMap(({ pieces }) => pieces)) {
    const second = Math.floor(first / rate);
    const seconds = Math.ceil((first + count) / rate) - second;
    const known = inputs.get(`${file} ${second}`);
    inputs.set(`${file} ${second}`, {
      ...{ file, second, rate },
      seconds: Math.max(seconds, known?.seconds ?? 0),
    });
  }
  return [...inputs.values()];
}

function inputArguments({ sounds }: Pick<RenderRun, 'sounds'>, { file, second, seconds }: Input): string[] {
  const source = sounds[file];
  if (!source) throw new Error(`the job names sound file ${file} of ${sounds.length}`);
  const { location } = source;
  const seek = second === 0 ? [] : ['-ss', String(second)];
  return [...seek, '-t', String(seconds), ...networkArguments(location), '-i', location];
}

/** From the channels of its pieces to one track, every sample of which is said. */
function trackFilters({ pieces, sampleCount }: Track, track: number, inputs: readonly Input[]): string {
  const chains = pieces.map((piece, index) => {
    const second = Math.floor(piece.first / piece.sampleRate);
    const input = inputs.findIndex((one) => one.file === piece.file && one.second === second);
    const label = pieces.length === 1 ? `track${track}` : `piece${track}-${index}`;
    const ends = pieces.length === 1 ? 's32' : 'fltp';
    return `[${input}:a:0]${pieceFilters(piece, sampleCount, second).join(',')},aresample=osf=${ends}[${label}]`;
  });
  if (pieces.length === 1) return chains[0]!;
  // Pieces never overlap, and 24 bits fit a float: what is added to silence stays what it was.
  const parts = pieces.map((_, index) => `[piece${track}-${index}]`).join('');
  return [
    ...chains,
    `${parts}amix=inputs=${pieces.length}:normalize=0,aresample=osf=s32[track${track}]`,
  ].join(';');
}

function pieceFilters(piece: SoundPiece, sampleCount: number, second: number): string[] {
  const { channel, first, count, sampleRate, playRate, at } = piece;
  const start = first - second * sampleRate;
  return [
    // The one channel as it is, whatever layout the file claims.
    `pan=mono|c0=c${channel}`,
    'aresample=osf=s32p',
    `atrim=start_sample=${start}:end_sample=${start + count}`,
    'asetpts=N/SR/TB',
    ...(playRate === sampleRate ? [] : [`asetrate=${playRate}`]),
    ...(playRate === RATE ? [] : [`aresample=${RATE}:osf=s32p`]),
    ...(at === 0 ? [] : [`adelay=${at}S`]),
    `apad=whole_len=${sampleCount}`,
    `atrim=end_sample=${sampleCount}`,
  ];
}
