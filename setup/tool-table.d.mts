import type { Purpose } from './tools.mjs';

/** Where set-up gets a program. */
export type ToolSource =
  | { kind: 'debian'; package: string }
  | { kind: 'python'; file: string }
  | { kind: 'go'; module: string; command: string; version: string; packages: number }
  | { kind: 'native'; folder: string; digest: string }
  | { kind: 'postgres' };

/** One program of the table. */
export type ToolRow = { name: string; for: Purpose; accepts: string; why: string; from: ToolSource };

/** A Debian package that brings no program; it counts when `file` exists. */
export type DebianFile = { name: string; package: string; for: Purpose; file: string; why: string };

/** Debian packages that bring no program. */
export const DEBIAN_FILES: DebianFile[];

/** The rows that a purpose needs, of the programs or of another table. */
export function toolsFor(purpose: Purpose): ToolRow[];
export function toolsFor<Row extends { for: Purpose }>(purpose: Purpose, table: Row[]): Row[];
