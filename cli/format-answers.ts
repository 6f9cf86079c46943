import { z } from 'zod';
import { CameraFormatAttributes, type LearnedRule } from '../schemas/camera-format.ts';
import { PipelineError } from '../schemas/failure.ts';
import { parseRational } from '../standards/time/rational.ts';

/**
 * What a person says of a camera format, as `FIELD=VALUE` words: `inputColorSpace=S-Log3 S-Gamut3.Cine`, `lensSqueeze=2`,
 * `lensSqueeze=4/3`, `decode.whiteBalanceK=5600`, or a field's JSON.
 * @throws PipelineError input-invalid with what is wrong and what there is
 */
export function formatAnswers(words: readonly string[], usage: string): LearnedRule['attributes'] {
  const said: Record<string, unknown> = {};
  for (const word of words) {
    const at = word.indexOf('=');
    if (at < 1)
      throw new PipelineError('input-invalid', `«${word}» is not FIELD=VALUE. Usage: ${usage}`, { word });
    const [field, value] = [word.slice(0, at), word.slice(at + 1).trim()];
    if (field.startsWith('decode.'))
      said.decode = { ...(said.decode as object), [field.slice('decode.'.length)]: plainValue(value) };
    else said[field] = field === 'lensSqueeze' ? squeezeOf(value) : jsonOrText(value);
  }
  const attributes = CameraFormatAttributes.partial().safeParse(said);
  if (words.length === 0) throw refused('nothing was said', usage);
  if (!attributes.success)
    throw refused(z.prettifyError(attributes.error).replaceAll(/\s*\n\s*/g, ' '), usage);
  return attributes.data;
}

function refused(why: string, usage: string): PipelineError {
  const fields = Object.keys(CameraFormatAttributes.shape).join(', ');
  return new PipelineError(
    'input-invalid',
    `A camera format has the fields ${fields}: ${why}. Usage: ${usage}`,
    {},
  );
}

/** 2, 1.33, 4/3 or 2:1; anything else stays as it is and is refused by the schema. */
function squeezeOf(text: string): unknown {
  return text === 'null' ? null : (parseRational(text.replace(':', '/')) ?? text);
}

function plainValue(text: string): unknown {
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : jsonOrText(text);
}

function jsonOrText(text: string): unknown {
  if (text === 'null') return null;
  if (!/^[[{"]/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
