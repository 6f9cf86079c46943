/** A frame to compare: scene-linear ACES2065-1, three interleaved values a pixel, from the top row. */
export type ComparedPicture = {
  frame: number;
  width: number;
  height: number;
  pixels: Float32Array;
  /** Values of the file's header by name, spelled out; null where the file has none that we read. */
  header: Record<string, string> | null;
};
