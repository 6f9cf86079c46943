import { PipelineError } from '../../schemas/failure.ts';
import { type Finding, finding } from '../../schemas/finding.ts';
import type { DeliveredMovie, PackageManifest } from '../../schemas/package.ts';
import { Rational } from '../../schemas/rational.ts';
import { fieldValue, numberField, rationalField, textField } from './clip-source.ts';
import { describeCodec } from './decode-settings.ts';
import { readJpegSize } from './jpeg-size.ts';
import type { PackageFolder } from './verify-package.ts';

/** How each codec of a recipe shows in what tools say of a file. */
const CODECS: Readonly<Record<string, RegExp>> = {
  'prores-proxy': /prores.*proxy|apco/i,
  'prores-lt': /prores.*lt|apcs/i,
  'prores-4444': /prores.*4444|ap4h/i,
  'dnxhr-lb': /dnx|vc-?3/i,
  h264: /avc|h\.?264/i,
};

/** Checks each movie and still of a package: that it is one, and that its length, time, size, rate and reel are as told. */
export async function verifyMovies(folder: PackageFolder, manifest: PackageManifest): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const movie of manifest.movies ?? [])
    findings.push(
      ...(movie.codec === 'jpeg' ? await stillFindings(folder, movie) : await movieFindings(folder, movie)),
    );
  return findings;
}

async function stillFindings(folder: PackageFolder, still: DeliveredMovie): Promise<Finding[]> {
  const file = await folder.openFile(still.path);
  if (file === null) return [];
  try {
    const { width, height } = await readJpegSize(file, still.path);
    return differing(still, [['size', sizeText(still.size), `${width}x${height}`]]);
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error;
    return [damaged(still, error.message)];
  } finally {
    await file.close();
  }
}

async function movieFindings(folder: PackageFolder, movie: DeliveredMovie): Promise<Finding[]> {
  const clip = (await folder.inspectMovie?.(movie.path)) ?? null;
  // Where no tool that opens movies is at hand, their digests are all that can be held.
  if (clip === null) return [];
  const frameCount = numberField(clip, 'frameCount');
  if (frameCount === null) return [damaged(movie, `"${movie.path}" holds no frames that could be counted`)];
  const size = fieldValue(clip, 'imageSize') as DeliveredMovie['size'] | null;
  const codec = describeCodec(fieldValue(clip, 'codec'));
  return differing(movie, [
    ['number of frames', String(movie.frameCount), String(frameCount)],
    ['codec', movie.codec, CODECS[movie.codec]?.test(codec) === false ? codec : movie.codec],
    ['size', sizeText(movie.size), size && sizeText(size)],
    ['timecode', movie.startTimecode, textField(clip, 'startTimecode')],
    ['reel', movie.container === 'mp4' ? null : movie.reelName, textField(clip, 'reelName')],
    ['frame rate', rateText(movie.frameRate), rateText(rationalField(clip, 'frameRate'))],
  ]);
}

function differing(
  { path }: DeliveredMovie,
  facts: readonly (readonly [name: string, wanted: string | null, got: string | null])[],
): Finding[] {
  return facts
    .filter(([, wanted, got]) => wanted !== null && wanted !== got)
    .map(([name, wanted, got]) => {
      const code = name === 'number of frames' ? 'frame-count-mismatch' : 'header-mismatch';
      const sentence = `"${path}": its ${name} is ${got ?? 'absent'}, by the manifest it must be ${wanted}.`;
      return finding(code, { kind: 'file', id: `${path} ${name}`, path }, sentence, { name, wanted, got });
    });
}

function damaged({ path }: DeliveredMovie, why: string): Finding {
  return finding('frame-damaged', { kind: 'file', id: path, path }, `${why}. Ask for it again.`, { why });
}

function sizeText({ width, height }: { width: number; height: number }): string {
  return `${width}x${height}`;
}

function rateText(value: unknown): string | null {
  const rate = Rational.safeParse(value);
  return rate.success ? `${rate.data.num}/${rate.data.den}` : null;
}
