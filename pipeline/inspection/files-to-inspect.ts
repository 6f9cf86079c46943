import type { ClipGroup } from '../ingest/clip-group.ts';

/** Sidecars are read in full; one beyond this size is no sidecar. */
const LARGEST_SIDECAR_BYTES = 64 * 1024 * 1024;

/**
 * The files of a clip worth opening: of a sequence the first and the last frame, every file of a spanned take, its sidecars.
 * Proxies and thumbnails repeat the original.
 */
export function filesToInspect(group: ClipGroup, sizes: ReadonlyMap<string, number>): string[] {
  const frames = group.files.filter((f) => f.role === 'frame');
  const ends = new Set([frames[0]?.path, frames.at(-1)?.path]);
  return group.files
    .filter((f) => {
      const size = sizes.get(f.path) ?? 0;
      if (f.role === 'frame') return ends.has(f.path);
      if (f.role === 'sidecar') return size > 0 && size <= LARGEST_SIDECAR_BYTES;
      return f.role === 'essence' || f.role === 'segment' || f.role === 'audio';
    })
    .map((f) => f.path);
}
