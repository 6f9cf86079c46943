import type { Box, Channel } from './attribute-value.ts';
import type { ExrHeader, ExrPart } from './header.ts';

/** The colour picture in an OpenEXR file: its part, the channels that are its red, green and blue, and its frame in pixel space. */
export type ExrPicture = {
  part: number;
  channels: [red: string, green: string, blue: string];
  frame: Box;
  /** Whether the frame is just what is stored, from pixel 0, 0. */
  isPlain: boolean;
};

/**
 * Finds the one colour picture that a file holds: the first part with R, G and B, whatever their case; else the only layer
 * that has them; else luminance alone, which is all three. A file that leaves a choice, or that no program reads as it is
 * meant, says why in a clause.
 */
export function exrPicture({ parts }: ExrHeader): ExrPicture | { cannot: string } {
  const flat = parts.map((part, index) => ({ part, index })).filter(({ part }) => !isDeep(part));
  for (const find of [plain, layered, luminance]) {
    for (const { part, index } of flat) {
      const found = find(channelsOf(part).map(({ name }) => name));
      if (found === null) continue;
      if ('cannot' in found) return found;
      const stored = boxOf(part, 'dataWindow');
      const frame = pictureFrame(stored, boxOf(part, 'displayWindow'));
      const wrong = channelFault(channelsOf(part), found.channels);
      if (wrong !== null || frame === null) return { cannot: wrong ?? 'it has no data window' };
      const isPlain = frame === stored && frame.xMin === 0 && frame.yMin === 0;
      return { part: index, channels: found.channels, frame, isPlain };
    }
  }
  const names = parts.flatMap((part) => channelsOf(part).map(({ name }) => name));
  return { cannot: `it has no red, green and blue among its channels (${names.join(', ') || 'none'})` };
}

/**
 * The pixels that are the picture: all that is stored where it covers the display window, as overscan does; else the
 * display window, black where nothing is stored.
 */
export function pictureFrame(data: Box | null, display: Box | null): Box | null {
  if (data === null || display === null) return data ?? display;
  const covers =
    data.xMin <= display.xMin &&
    data.yMin <= display.yMin &&
    data.xMax >= display.xMax &&
    data.yMax >= display.yMax;
  return covers ? data : display;
}

type Found = { channels: ExrPicture['channels'] } | { cannot: string } | null;

function plain(names: readonly string[]): Found {
  return inLayer(names, '');
}

function layered(names: readonly string[]): Found {
  const layers = new Set(names.map((name) => name.slice(0, name.lastIndexOf('.') + 1)).filter(Boolean));
  const complete = [...layers].filter((layer) => inLayer(names, layer) !== null);
  if (complete.length > 1)
    return {
      cannot: `it has the layers ${complete.join(', ')} and no picture without a layer: which one is meant is not told`,
    };
  return complete[0] === undefined ? null : inLayer(names, complete[0]);
}

function luminance(names: readonly string[]): Found {
  if (!names.includes('Y')) return null;
  if (names.some((name) => name === 'RY' || name === 'BY'))
    return { cannot: 'its colour is stored as luminance and chroma (Y, RY, BY)' };
  return { channels: ['Y', 'Y', 'Y'] };
}

function inLayer(names: readonly string[], layer: string): { channels: ExrPicture['channels'] } | null {
  const named = (letter: string) =>
    names.find((name) => name === layer + letter) ??
    names.find((name) => name === layer + letter.toLowerCase());
  const [red, green, blue] = [named('R'), named('G'), named('B')];
  return red && green && blue ? { channels: [red, green, blue] } : null;
}

function channelFault(channels: readonly Channel[], names: readonly string[]): string | null {
  const used = channels.filter(({ name }) => names.includes(name));
  if (used.some(({ pixelType }) => pixelType === 0))
    return 'its samples are whole numbers, which are no light';
  if (used.some(({ xSampling, ySampling }) => xSampling !== 1 || ySampling !== 1))
    return 'its channels are stored at less than full size';
  return null;
}

function channelsOf({ attributes }: ExrPart): Channel[] {
  const value = attributes.get('channels')?.value;
  return Array.isArray(value) ? (value as Channel[]) : [];
}

function isDeep({ attributes }: ExrPart): boolean {
  const type = attributes.get('type')?.value;
  return typeof type === 'string' && type.startsWith('deep');
}

function boxOf({ attributes }: ExrPart, name: string): Box | null {
  const box = attributes.get(name)?.value as Box | undefined | null;
  return box && typeof box === 'object' && box.xMax >= box.xMin && box.yMax >= box.yMin ? box : null;
}
