import type { createHasher } from '../../standards/hash/hasher.ts';

/** Port: makes a hasher. The arithmetic lives in `standards/hash`; stores only feed it bytes. */
export type CreateHasher = typeof createHasher;
