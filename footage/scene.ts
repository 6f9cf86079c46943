import { apply3, type Matrix3, type Vector3 } from '../engine/open/matrix3.ts';
import { counterLeft, counterModules } from './counter.ts';
import { digitsSize, drawDigits } from './digits.ts';
import { makeGrain } from './grain.ts';
import { PATCH_VALUES } from './patches.ts';
import { type PixelArea, type SceneLayout, sceneLayout } from './scene-layout.ts';

/** What is in front of the camera, and on which sensor it falls. */
export type SceneOptions = {
  width: number;
  height: number;
  seed: number;
  /** Tag of the clip in the counter, 0..255. */
  tag: number;
  /** AP0 to the camera's linear RGB: grain is added there, as a sensor adds it. */
  fromAp0: Matrix3;
};

/** Renders frame `index` (0-based): interleaved linear RGB, row by row from the top. The array is used again by the next call. */
export type Scene = (index: number) => Float32Array;

type Canvas = { width: number; pixels: Float32Array; colour: (ap0: Vector3) => Vector3 };

const WHITE: Vector3 = [0.9, 0.9, 0.9];
const BLACK: Vector3 = [0.004, 0.004, 0.004];
/** Frames of one way of the ball from left to right. */
const BALL_PERIOD = 48;
const RAMP_STOPS = { first: -8, count: 14 };

/** A seeded scene: 24 patches of known value, frame counter and digits, fourteen-stop ramp, zone plate, a moving ball with a highlight, mild grain. */
export function makeScene(options: SceneOptions): Scene {
  const { width, height } = options;
  const layout = sceneLayout(width, height);
  const colour = (ap0: Vector3) => apply3(options.fromAp0, ap0);
  const still: Canvas = { width, pixels: new Float32Array(width * height * 3), colour };
  paintBackground(still, height);
  paintRamp(still, layout.ramp);
  for (const [i, area] of layout.patches.entries()) fill(still, area, PATCH_VALUES[i]!);
  fill(still, layout.counterStrip, WHITE);
  fill(still, layout.digitStrip, BLACK);
  const grain = makeGrain(options.seed);
  const canvas: Canvas = { width, pixels: new Float32Array(width * height * 3), colour };
  return (index) => {
    canvas.pixels.set(still.pixels);
    paintBall(canvas, layout.stage, index + options.seed);
    paintCounter(canvas, layout, index, options.tag);
    paintDigits(canvas, layout.digitStrip, index);
    grain(canvas.pixels, width * 3, index);
    return canvas.pixels;
  };
}

function fill(canvas: Canvas, area: PixelArea, ap0: Vector3): void {
  const [r, g, b] = canvas.colour(ap0);
  for (let y = area.y; y < area.y + area.height; y++) {
    let at = (y * canvas.width + area.x) * 3;
    for (let x = 0; x < area.width; x++) {
      canvas.pixels[at++] = r;
      canvas.pixels[at++] = g;
      canvas.pixels[at++] = b;
    }
  }
}

/** A zone plate: fine detail that shows every resampling. A triangle wave, because its bits are the same on every machine. */
function paintBackground(canvas: Canvas, height: number): void {
  const tint = canvas.colour([1.05, 1, 0.9]);
  const { width } = canvas;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const dx = (x - width * 0.8) / width;
      const dy = (y - height * 0.35) / width;
      const phase = ((dx * dx + dy * dy) * width * 0.2) % 1;
      const level = 0.02 + 0.3 * Math.abs(2 * phase - 1) * (1 - y / height);
      const at = (y * width + x) * 3;
      for (const c of [0, 1, 2] as const) canvas.pixels[at + c] = tint[c] * level;
    }
}

function paintRamp(canvas: Canvas, area: PixelArea): void {
  for (let x = 0; x < area.width; x++) {
    const level = 0.18 * 2 ** (RAMP_STOPS.first + (RAMP_STOPS.count * x) / area.width);
    fill(canvas, { ...area, x: area.x + x, width: 1 }, [level, level, level]);
  }
}

/** The highlight is five stops over white: what clips anywhere in a chain is seen there. */
function paintBall(canvas: Canvas, stage: PixelArea, step: number): void {
  const radius = stage.height * 0.16;
  const way = (step % (BALL_PERIOD * 2)) / BALL_PERIOD;
  const cx = stage.x + radius + (stage.width - 2 * radius) * (way > 1 ? 2 - way : way);
  const cy = stage.y + stage.height * 0.5;
  const warm = canvas.colour([1.2, 0.8, 0.3]);
  for (let y = Math.ceil(cy - radius); y < cy + radius; y++)
    for (let x = Math.ceil(cx - radius); x < cx + radius; x++) {
      const distance = Math.sqrt((x - cx) ** 2 + (y - cy) ** 2) / radius;
      if (distance >= 1) continue;
      const level = distance < 0.3 ? 7.2 : (1 - distance) * 0.9;
      const at = (y * canvas.width + x) * 3;
      for (const c of [0, 1, 2] as const) canvas.pixels[at + c] = warm[c] * level;
    }
}

function paintCounter(canvas: Canvas, layout: SceneLayout, frame: number, tag: number): void {
  const { counterStrip: strip, modulePx } = layout;
  const left = counterLeft(canvas.width);
  // White above and below the modules keeps them apart from the picture when rows are mixed by scaling.
  const inset = Math.floor(strip.height / 8);
  for (const [i, isWhite] of counterModules({ frame, tag }).entries())
    if (!isWhite)
      fill(
        canvas,
        {
          x: left + i * modulePx,
          y: strip.y + inset,
          width: modulePx,
          height: strip.height - 2 * inset,
        },
        BLACK,
      );
}

function paintDigits(canvas: Canvas, strip: PixelArea, frame: number): void {
  const text = String(frame).padStart(6, '0');
  const { columns, rows } = digitsSize(text);
  const dot = Math.max(1, Math.floor(strip.height / (rows + 1)));
  const left = Math.floor((canvas.width - columns * dot) / 2);
  const top = strip.y + Math.floor((strip.height - rows * dot) / 2);
  drawDigits(text, (column, row) => {
    fill(canvas, { x: left + column * dot, y: top + row * dot, width: dot, height: dot }, WHITE);
  });
}
