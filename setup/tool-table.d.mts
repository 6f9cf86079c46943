import type { Purpose } from './tools.mjs';

/** Where set-up gets a program. */
export type ToolSource =
  | { kind: 'debian'; package: string }
  | { kind: 'python'; file: string }
  | { kind: 'go'; module: string; command: string; version: string }
  | { kind: 'native'; folder: string; digest: string }
  | { kind: 'postgres' };

/** The rows of the table of programs that a purpose needs. */
export function toolsFor(
  purpose: Purpose,
): { name: string; for: Purpose; accepts: string; why: string; from: ToolSource }[];
