import { access, readdir } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PipelineError } from '../../schemas/failure.ts';
import { exrDamage } from '../open/exr-check.ts';
import type { VendorPicture } from '../vendor/adopt-frames.ts';

/** Takes out of `left`, in order, at most `count` pictures that are wholly written. */
export async function wholeOnes(left: VendorPicture[], count: number): Promise<VendorPicture[]> {
  const whole: VendorPicture[] = [];
  while (left[0] && whole.length < count && (await isWhole(left[0].path))) whole.push(left.shift()!);
  return whole;
}

/** How often it is looked again. */
const LOOK_MS = 50;

/**
 * Waits until every picture is whole, or the time is over: a picture may be renamed, or come through to this side of a
 * shared disk, only after all is said to be done. One that is there and never becomes whole is left for its reader to tell.
 * @throws PipelineError tool-failed for a picture that is not there, with the names that are; the abort reason
 */
export async function settled(
  pictures: readonly VendorPicture[],
  withinMs: number,
  signal: AbortSignal,
): Promise<void> {
  const until = performance.now() + withinMs;
  for (const { path, frame } of pictures) {
    while (!(await isWhole(path)) && performance.now() < until) await sleep(LOOK_MS, undefined, { signal });
    if (await isThere(path)) continue;
    const others = (await pictureNames(path)).join(', ');
    throw new PipelineError(
      'tool-failed',
      `flapid says it is done, but there is no ${basename(path)}; there is ${others || 'no picture'}`,
      { frame, path },
    );
  }
}

/**
 * Refuses a render that left more than was asked for: a picture too many says that the names do not stand for the frames
 * that they were predicted for. What was asked for has been taken away by now.
 * @throws PipelineError tool-failed
 */
export async function requireNoOthers(pictures: readonly VendorPicture[]): Promise<void> {
  const [first] = pictures;
  const others = first ? await pictureNames(first.path) : [];
  if (others.length === 0) return;
  throw new PipelineError(
    'tool-failed',
    `flapid was asked for ${pictures.length} pictures and wrote ${others.join(', ')} besides: which frame is which is not certain`,
    { asked: pictures.map(({ path }) => basename(path)), others },
  );
}

/** Names as long as a sentence can hold. */
const MOST_NAMES = 8;

async function pictureNames(path: string): Promise<string[]> {
  const names = (await readdir(dirname(path))).filter((name) => /\d\.exr$/i.test(name)).sort();
  return names.length <= MOST_NAMES
    ? names
    : [...names.slice(0, MOST_NAMES), `${names.length - MOST_NAMES} more`];
}

async function isWhole(path: string): Promise<boolean> {
  return (await isThere(path)) && (await exrDamage(path)) === null;
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
