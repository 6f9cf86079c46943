import { z } from 'zod';

/** An edge code of film: which perforation of which roll of stock a frame begins at. Source: SMPTE ST 254; OpenEXR ImfKeyCode.h. */
export const Keycode = z.object({
  manufacturer: z.int().min(0).max(99),
  filmType: z.int().min(0).max(99),
  prefix: z.int().min(0).max(999_999).describe('of the roll'),
  count: z.int().min(0).max(9999),
  perfOffset: z.int().min(0).max(119).describe('perforations from the count to the frame'),
  perfsPerFrame: z.int().min(1).max(15),
  perfsPerCount: z.int().min(20).max(120),
});
export type Keycode = z.infer<typeof Keycode>;
