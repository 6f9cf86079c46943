import { inflateSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { DEFAULT_THRESHOLDS } from '../../../pipeline/validation/judge.ts';
import type { ComparedPicture } from '../../../pipeline/validation/picture.ts';
import { reportPage } from '../../../pipeline/validation/report-page.ts';
import { judge } from './judge-all.ts';

const SIZE = { width: 2048, height: 64 };

function grey(change: (x: number) => number): ComparedPicture {
  const pixels = Float32Array.from({ length: 3 * SIZE.width * SIZE.height }, (_, k) =>
    change(Math.floor(k / 3) % SIZE.width),
  );
  return { frame: 7, ...SIZE, pixels, header: null };
}

/** Grey values of the pictures of a page, in their order; they have one size. */
function picturesOf(page: string): { width: number; greys: number[] }[] {
  return [...page.matchAll(/data:image\/png;base64,([^"]+)/g)].map(([, data]) => {
    const png = Buffer.from(data!, 'base64');
    const width = png.readUInt32BE(16);
    const at = png.indexOf('IDAT');
    const rows = inflateSync(png.subarray(at + 4, at + 4 + png.readUInt32BE(at - 4)));
    const line = 1 + 3 * width;
    return { width, greys: Array.from({ length: width }, (_, x) => rows[line * 3 + 1 + 3 * x]!) };
  });
}

function pageOf(a: ComparedPicture, b: ComparedPicture): string {
  const side = (name: string, picture: ComparedPicture) => ({
    ...{ name, versions: {}, performance: null },
    pictures: [{ frame: 7, read: async () => picture, coding: async () => null }],
  });
  const judgement = judge([a], [b], DEFAULT_THRESHOLDS);
  const cameraFormat = { id: 'f', label: 'VENICE 2 «8.6K» <17:9>' };
  return reportPage([{ cameraFormat, a: side('a', a), b: side('b', b), judgement }], DEFAULT_THRESHOLDS);
}

it('a column one pixel wide that differs is in the difference map of a picture that is shown smaller', () => {
  const page = pageOf(
    grey(() => 0.18),
    grey((x) => (x === 1023 ? 0.4 : 0.18)),
  );
  const [first, second, map] = picturesOf(page);
  expect(first!.width).toBeLessThanOrEqual(480);
  expect(second!.width).toBe(first!.width);
  expect(map!.greys.filter((value) => value > 250)).toHaveLength(1);
  expect(map!.greys.indexOf(255)).toBe(Math.floor(1023 / Math.ceil(2048 / 480)));
});

it('one spark does not make the rest of the difference map black', () => {
  const page = pageOf(
    grey(() => 0.18),
    grey((x) => (x === 3 ? 900 : 0.18 * 1.03)),
  );
  const [, , map] = picturesOf(page);
  expect(map!.greys.filter((value) => value > 200).length).toBeGreaterThan(0.9 * map!.width);
});

it('names are text in the page, whatever is in them', () => {
  const picture = grey(() => 0.18);
  expect(pageOf(picture, picture)).toContain('VENICE 2 «8.6K» &lt;17:9');
});

it('the page says what it is held against, and of each frame what is wrong with it and how large it is', () => {
  // Of one level alone nothing tells an exposure from any other change.
  const ramp = (x: number) => 0.02 * 2 ** (x / 400);
  const page = pageOf(
    grey(ramp),
    grey((x) => 2 * ramp(x)),
  );
  expect(page).toContain('Limits: ΔE ITP max 10, mean 0.3, 99 % within 1; ten-bit ACEScct codes max 12');
  expect(page).toContain('no display transform');
  expect(page).toContain('Frame 7: <span class="bad">exposure</span>');
  expect(page).toContain('<figcaption>a, 2048x64</figcaption>');
  const same = pageOf(
    grey(() => 0.18),
    grey(() => 0.18),
  );
  expect(same).toContain('Frame 7: <span class="good">within the limits</span>');
});
