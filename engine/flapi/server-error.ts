import { PipelineError } from '../../schemas/failure.ts';
import type { ServerMessage } from './wire.ts';

/** What the server said is wrong, whichever of the two shapes it has; null for a result. */
export function errorText(message: ServerMessage): string | null {
  const { error } = message;
  if (error === undefined || error === null) return null;
  return typeof error === 'string' ? error : error.message;
}

/**
 * Turns words of FilmLight's software into our failure. A licence that is missing or taken waits (`capacity`): another
 * job gives it back. Codes of errors are not public, so the words are all there is; paths are left out of them, because
 * a folder may be named after anything.
 */
export function serverFailure(what: string, text: string, facts: Record<string, unknown>): PipelineError {
  if (speaksOfLicence(text))
    return new PipelineError('capacity', `${what}: FilmLight's software has no licence free now: ${text}`, {
      ...facts,
      said: text,
    });
  return new PipelineError('tool-failed', `${what}: ${text}`, { ...facts, said: text });
}

/** Whether a text is about licensing, paths in it not counted. */
export function speaksOfLicence(text: string): boolean {
  const words = text.replaceAll(/\S*[/\\]\S*/g, ' ').replaceAll(/[«"'`][^«»"'`]*[»"'`]/g, ' ');
  return /\b(un)?licen[cs](e|es|ed|ing)\b/i.test(words);
}
