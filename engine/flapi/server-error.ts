import { PipelineError } from '../../schemas/failure.ts';
import type { ServerMessage } from './wire.ts';

/** What fits into a failure that travels through histories; the rest is in the server's own log. */
const MOST_CHARACTERS = 2000;

/** A text of the server, cut where it is too long to be told. */
export function shortened(text: string): string {
  return text.length <= MOST_CHARACTERS
    ? text
    : `${text.slice(0, MOST_CHARACTERS).toWellFormed()} … (${text.length} characters)`;
}

/**
 * What the server said is wrong, whichever shape it has: `error.message` as official clients read it, a text as the prose
 * shows it, or anything else that stands where an error does. null for a result.
 */
export function errorText({ error }: ServerMessage): string | null {
  if (error === undefined || error === null || error === false) return null;
  if (typeof error === 'string') return error === '' ? 'an error without words' : shortened(error);
  const { message, error: inner } = error as { message?: unknown; error?: unknown };
  const text = [message, inner].find((each) => typeof each === 'string' && each !== '');
  return shortened(typeof text === 'string' ? text : JSON.stringify(error));
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
  // The start is enough, and what follows looks at each character more than once.
  const words = text
    .slice(0, MOST_CHARACTERS)
    .replaceAll(/\S*[/\\]\S*/g, ' ')
    .replaceAll(/[«"'`][^«»"'`]*[»"'`]/g, ' ');
  return /\b(un)?licen[cs](e|es|ed|ing)\b/i.test(words);
}
