/** A rectangle in pixels, origin top left. */
export type PixelArea = { x: number; y: number; width: number; height: number };

/** Columns and rows of the patch grid. */
export const PATCH_GRID = { columns: 6, rows: 4 } as const;

/** Picture width over the width of one counter module: 48 modules take the middle three quarters. */
export const WIDTH_IN_MODULES = 64;

/** Where things stand in the picture. Patches and counter lie inside the middle three quarters both ways, so that a crop to 2.39:1 or 4:3 keeps them. */
export type SceneLayout = {
  /** In reading order. */
  patches: PixelArea[];
  /** Full-width white strip that holds the counter modules. */
  counterStrip: PixelArea;
  /** Edge of one counter module. */
  modulePx: number;
  /** Black strip with the frame number in digits. */
  digitStrip: PixelArea;
  /** Fourteen stops from left to right, down to the lower edge. */
  ramp: PixelArea;
  /** Where the ball moves. */
  stage: PixelArea;
};

/** The layout at a picture size. The smallest useful width is 128: below it a counter module is under two pixels. */
export function sceneLayout(width: number, height: number): SceneLayout {
  // Even edges: a patch never shares a chroma sample or a Bayer cell with its neighbour.
  const even = (value: number) => Math.round(value / 2) * 2;
  const across = (i: number) => even(width * (0.125 + (0.48 * i) / PATCH_GRID.columns));
  const down = (i: number) => even(height * (0.14 + (0.4 * i) / PATCH_GRID.rows));
  const strip = (top: number, bottom: number): PixelArea => ({
    x: 0,
    y: even(height * top),
    width,
    height: even(height * bottom) - even(height * top),
  });
  return {
    patches: Array.from({ length: PATCH_GRID.columns * PATCH_GRID.rows }, (_, i) => {
      const column = i % PATCH_GRID.columns;
      const row = Math.floor(i / PATCH_GRID.columns);
      const [x, y] = [across(column), down(row)];
      return { x, y, width: across(column + 1) - x, height: down(row + 1) - y };
    }),
    counterStrip: strip(0.57, 0.66),
    modulePx: Math.max(1, Math.floor(width / WIDTH_IN_MODULES)),
    digitStrip: strip(0.68, 0.8),
    ramp: { ...strip(0.82, 1), height: height - even(height * 0.82) },
    stage: { x: even(width * 0.64), y: 0, width: width - even(width * 0.64), height: even(height * 0.55) },
  };
}
