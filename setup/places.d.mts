/** Folder of this checkout, links resolved. */
export const checkoutDir: string;
/** Folder of everything downloaded or built: `RUSHES_CACHE`, else `/var/cache/rushes` as root, else `~/.cache/rushes`. */
export function cacheDir(env?: NodeJS.ProcessEnv): string;
/** Folder of this checkout's local stack: `RUSHES_STATE`, else below the cache. */
export function defaultStateDir(env?: NodeJS.ProcessEnv): string;
