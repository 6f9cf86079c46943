import type { MhlOutput } from '../mhl.ts';
import { readOptions } from './options.ts';
/** stub */
export async function flatten(args: string[], io: MhlOutput): Promise<number> { readOptions(args); io.stderr(''); return 0; }
