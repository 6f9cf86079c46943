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
  const { message, error: inner, data } = error as { message?: unknown; error?: unknown; data?: unknown };
  const text = [message, inner].find((each) => typeof each === 'string' && each !== '');
  if (typeof text !== 'string') return shortened(jsonText(error));
  // What JSON-RPC has beside the message may be all that tells the cause: a licence, a full disk.
  const beside = typeof data === 'string' ? data : data == null ? '' : jsonText(data);
  return shortened(beside === '' || text.includes(beside) ? text : `${text} (${beside})`);
}

/** A value of the server as JSON; what is nested deeper than that can be written is told as such. */
export function jsonText(value: unknown): string {
  try {
    return JSON.stringify(value) ?? 'nothing';
  } catch {
    return 'a value nested too deeply to be told';
  }
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
    // An apostrophe within a word opens no quotation.
    .replaceAll(/(?<!\w)[«"'`][^«»"'`]*[»"'`](?!\w)/g, ' ')
    .replaceAll(/\S*[/\\]\S*/g, ' ');
  // Also within names of errors: LICENCE_UNAVAILABLE, NoLicenseError.
  return /licen[cs](e|ing)/i.test(words);
}

/** The line of a text that is about licensing; null where none is. */
export function licenceLine(text: string): string | null {
  return text.split('\n').findLast((line) => speaksOfLicence(line)) ?? null;
}
