/**
 * What every run begins with: one thread (one process per core beats threads within a frame), a cache that does not keep
 * a sequence, and file names taken as they are (`#` and `{}` mean something to oiiotool otherwise).
 */
export function oiiotoolStart(threads: number): string[] {
  return [
    '--threads',
    String(threads),
    '--oiioattrib',
    'exr_threads',
    String(threads),
    '--cache',
    '64',
    '--wildcardoff',
    '--evaloff',
  ];
}

/** Reads an image as float, past the cache: `--native` would clip a later colour conversion of 16-bit samples at 1.0. */
export function readAsFloat(path: string): string[] {
  return ['-i:type=float', path];
}

/** Version in the output of `oiiotool --buildinfo`; null when it is another program's. */
export function oiiotoolVersion(text: string): string | null {
  return /(?:OIIO|OpenImageIO) ([\d.]+)/.exec(text)?.[1] ?? null;
}

/** Libraries inside the program, by name, from `oiiotool --buildinfo`: the colour library decides pixels. */
export function oiiotoolLibraries(text: string): Record<string, string> {
  const libraries: Record<string, string> = {};
  const openColorIo = /OpenColorIO (\d[\w.]*)/.exec(text)?.[1];
  const openExr = /OpenEXR (\d[\w.]*)/.exec(text)?.[1];
  if (openColorIo) libraries.OpenColorIO = openColorIo;
  if (openExr) libraries.OpenEXR = openExr;
  return libraries;
}
