import { readFile } from 'node:fs/promises';
import { PipelineError } from '../schemas/failure.ts';

/**
 * A file that the user names.
 * @throws PipelineError not-found
 */
export async function bytesOf(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new PipelineError(
      'not-found',
      `${file} cannot be read: there is no such file, or it is not readable`,
      { file },
      { cause },
    );
  }
}

/** A text file that the user names, as UTF-8. */
export async function textOf(file: string): Promise<string> {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(await bytesOf(file));
}

/**
 * A JSON file that the user names; a byte order mark, which Windows editors write, is no fault.
 * @throws PipelineError not-found; input-invalid when it is no JSON, with where
 */
export async function jsonOf(file: string): Promise<unknown> {
  const text = await textOf(file);
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new PipelineError('input-invalid', `${file} is no JSON: ${why}`, { file }, { cause });
  }
}
