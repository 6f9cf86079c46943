import { FAILURES } from '../schemas/failure.ts';
import type { Refusal } from '../workflows/refusal.ts';
import type { Output } from './context.ts';

/** Tells a refusal in its sentence, and answers with its exit code. */
export function printRefusal({ refused }: Refusal, io: Output): number {
  io.stderr(`refused: ${refused.sentence}\n`);
  return FAILURES[refused.code].exitCode;
}
