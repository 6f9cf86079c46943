import { z } from 'zod';
import { PipelineError } from '../../schemas/failure.ts';
import { jsonText, shortened } from './server-error.ts';
import type { FlapiSession } from './session.ts';
import type { Handle } from './wire.ts';

/** Progress of a render. Source: value type RenderStatus, FLAPI 5.3; captured answer. */
export const RenderStatus = z.looseObject({
  Status: z.string(),
  Error: z.string().nullish(),
  // Nothing public says that they are there before a render has begun.
  Total: z
    .number()
    .nullish()
    .transform((value) => value ?? 0),
  Complete: z
    .number()
    .nullish()
    .transform((value) => value ?? 0),
  Failed: z.number().nullish(),
  Progress: z.number().nullish(),
  ProgressMessage: z.string().nullish(),
});
export type RenderStatus = z.infer<typeof RenderStatus>;

/** One line of a render's log. Source: value type RenderProcessorLogItem, FLAPI 5.3. */
export const LogItem = z.looseObject({
  Type: z.string().nullish(),
  Message: z.string().nullish(),
  Detail: z.string().nullish(),
  Frame: z.number().nullish(),
});
export type LogItem = z.infer<typeof LogItem>;

/** What a decode parameter takes. Source: value type DecodeParameterDefinition, FLAPI 5.3; keys differ by camera and version. */
export const DecodeParameter = z.looseObject({
  Parameter: z.string(),
  // Integer, Float, Boolean, Choice or File; later versions may have more.
  Type: z.string(),
  Default: z.unknown().optional(),
  Label: z.string().nullish(),
  Min: z.unknown().optional(),
  Max: z.unknown().optional(),
  Choices: z.array(z.looseObject({ Value: z.unknown().optional(), Label: z.string().nullish() })).nullish(),
});
export type DecodeParameter = z.infer<typeof DecodeParameter>;

/** A camera maker's library inside the application. Source: value type SDKVersion, FLAPI 5.3. */
export const SdkVersion = z.looseObject({
  Key: z.string().nullish(),
  Name: z.string().nullish(),
  Version: z.union([z.string(), z.number()]).nullish(),
});

/** Size of a format. Source: value type FormatInfo, FLAPI 5.3. */
export const FormatInfo = z.looseObject({
  Width: z.number(),
  Height: z.number(),
  PixelAspectRatio: z.number(),
});

/** A flag. Source: FLAPI 5.3, "flag": 0 or 1; one who writes JSON by habit says true. */
export const Flag = z.union([z.int(), z.boolean().transform(Number)]);

/** Calls, and parses the answer. @throws PipelineError tool-failed when the answer is of another form */
export async function answerOf<T>(
  session: FlapiSession,
  schema: z.ZodType<T>,
  method: string,
  params: Record<string, unknown> = {},
  object?: Handle,
): Promise<T> {
  const answer = object ? await session.tell(object, method, params) : await session.ask(method, params);
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  throw new PipelineError(
    'tool-failed',
    `flapid answered ${method} with ${jsonText(answer).slice(0, 200)}: ${shortened(z.prettifyError(parsed.error))}`,
    { tool: 'flapid', method, answer: shortened(jsonText(answer)) },
  );
}
