import { PipelineError } from '../../schemas/failure.ts';
import type { DevelopedTags } from './camera-matrix.ts';
import type { RenderRun } from './render-run.ts';

/** What LibRaw says of a camera's own raw picture, as far as developing it goes. */
export type CameraRawTags = DevelopedTags & { width: number; height: number };

/** Source: LibRaw, its table of ColorMatrix values is Adobe's for D65 (`adobe_coeff`). */
const D65 = 21;

/**
 * Asks LibRaw for the size, the white balance as shot and the colour matrix of raw pictures.
 * @throws PipelineError unreadable when LibRaw does not know the picture or its camera, tool-missing
 */
export async function readCameraRawTags(
  run: Pick<RenderRun, 'run'>,
  path: string,
  name: string,
): Promise<CameraRawTags> {
  const file = path.startsWith('-') ? `./${path}` : path;
  const { stdout } = await run.run('raw-identify', { args: ['-v', file], goodExitCodes: 'any' });
  return cameraRawTags(stdout.toString('latin1'), name);
}

/**
 * Reads what `raw-identify -v` prints.
 * @param name of the file, for people
 * @throws PipelineError unreadable
 */
export function cameraRawTags(text: string, name: string): CameraRawTags {
  const size = /^Image size:\s+(\d+) x (\d+)/m.exec(text);
  if (size === null) throw unreadable(name, 'LibRaw does not know it as a raw picture');
  const matrix = rows(text, 'XYZ->CamRGB matrix:');
  const gains = /^\s+As shot\s+([\d.]+) ([\d.]+) ([\d.]+)/m.exec(text)?.slice(1, 4).map(Number);
  const [red = 0, green = 0, blue = 0] = gains ?? [];
  return {
    ...{ width: Number(size[1]), height: Number(size[2]) },
    // LibRaw prints zeros for a camera that its table does not have.
    colorMatrices: matrix?.some((value) => value !== 0) ? [{ matrix, illuminant: D65 }] : [],
    analogBalance: [1, 1, 1],
    asShotNeutral: red > 0 && green > 0 && blue > 0 ? [1 / red, 1 / green, 1 / blue] : null,
    baselineExposureStops: Number(/^Baseline exposure:\s+(-?[\d.]+)/m.exec(text)?.[1] ?? 0),
  };
}

/** Three rows of three behind a title. */
function rows(text: string, title: string): number[] | null {
  const at = text.indexOf(title);
  if (at < 0) return null;
  const values = text
    .slice(at + title.length)
    .trim()
    .split(/\s+/)
    .slice(0, 9)
    .map(Number);
  return values.length === 9 && values.every(Number.isFinite) ? values : null;
}

function unreadable(name: string, why: string): PipelineError {
  return new PipelineError('unreadable', `${name} cannot be developed: ${why}`, { name });
}
