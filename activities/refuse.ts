import type { z } from 'zod';
import type { Refusal } from '../workflows/refusal.ts';

/** A request with its defaults filled, or the sentence that refuses it. */
export type Parsed<T> = { accepted: T } | Refusal;

export function refuse(code: Refusal['refused']['code'], sentence: string): Refusal {
  return { refused: { code, sentence } };
}

/** Refuses a document that is not of its form: names every fault, and shows an example that would do. */
export function refuseForm(what: string, error: z.ZodError, example: unknown): Refusal {
  const faults = error.issues.map((issue) => `${issue.path.join('.') || 'the input'}: ${issue.message}`);
  return refuse(
    'input-invalid',
    `The input is not of the form of ${what}: ${faults.join('; ')}. An example: ${JSON.stringify(example)}.`,
  );
}
