/** Path of one of our own C programs, built by set-up from the sources of this checkout; null where it has not been built. */
export function builtProgram(name: 'exr-frames' | 'hash-files', cache?: string): string | null;
