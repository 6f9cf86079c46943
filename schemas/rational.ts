import { z } from 'zod';

/** An exact fraction: every rate, speed and aspect is one, never a float. Kept in lowest terms, `den` > 0. */
export const Rational = z.object({ num: z.int(), den: z.int().positive() });
export type Rational = z.infer<typeof Rational>;
