import { PipelineError } from '../../schemas/failure.ts';

/** What a naming template may name. `version` counts plates of a shot from 1 and is written with at least three digits. */
export type NamingValues = {
  shot: string;
  plate: string;
  version: number;
  clip?: string;
  reel?: string;
  turnover?: string;
};

const TOKENS = ['shot', 'plate', 'version', 'clip', 'reel', 'turnover'] as const;
const TOKEN = /\{([^{}]*)\}/g;

/** The only characters of delivered names. Source: Netflix partner help 360001937127. */
const LEGAL = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/** The longest file name that every file system and tape format in use takes, in bytes; names here are ASCII. */
const MAX_NAME_BYTES = 255;

/** Says in one sentence what is wrong with a naming template, or null when it can be used. */
export function checkTemplate(template: string): string | null {
  for (const [token, name] of template.matchAll(TOKEN)) {
    if (!(TOKENS as readonly string[]).includes(name ?? '')) {
      return `the name "${template}" has ${token}, which is not known; known: ${TOKENS.map((t) => `{${t}}`).join(' ')}.`;
    }
  }
  const rest = template.replaceAll(TOKEN, '');
  const bad = /[^A-Za-z0-9._-]/.exec(rest);
  if (bad)
    return `the name "${template}" has the character ${JSON.stringify(bad[0])}; use letters, digits, "." "_" "-".`;
  return null;
}

/**
 * The file stem of a deliverable, e.g. `AGM_104_065_010_PL01_v001`.
 * @throws PipelineError input-invalid when a value is missing or would put an illegal character into a file name
 */
export function fileStem(template: string, values: NamingValues): string {
  const problem = checkTemplate(template);
  if (problem)
    throw new PipelineError('input-invalid', `A recipe cannot name its files: ${problem}`, { template });
  const stem = template.replaceAll(TOKEN, (_token, name: (typeof TOKENS)[number]) => {
    if (name === 'version') return String(values.version).padStart(3, '0');
    const value = values[name];
    if (value) return value;
    throw new PipelineError(
      'input-invalid',
      `The name "${template}" needs {${name}}, which this plate does not have.`,
      {
        template,
        values,
      },
    );
  });
  if (!LEGAL.test(stem) || stem.includes('..')) {
    throw new PipelineError(
      'input-invalid',
      `"${stem}" cannot be a file name: use letters, digits, "." "_" "-" only.`,
      {
        template,
        values,
      },
    );
  }
  return stem;
}

/** The folder of a plate in its package: `<stem>/<width>x<height>`. Source: Netflix partner help 360055781594. */
export function plateFolder(stem: string, size: { width: number; height: number }): string {
  return `${stem}/${size.width}x${size.height}`;
}

/**
 * The name of one delivered frame, e.g. `<stem>.1001.exr`.
 * @param number as delivered, not the source frame
 * @throws PipelineError input-invalid for a negative number, for one that needs more digits, or for an over-long name
 */
export function frameName(stem: string, number: number, digits: number, ending: string): string {
  const text = String(number);
  if (number < 0 || text.length > digits) {
    throw new PipelineError(
      'input-invalid',
      `Frame ${number} of ${stem} does not fit ${digits} digits; raise the recipe's digits or lower its first number.`,
      { number, digits },
    );
  }
  const name = `${stem}.${text.padStart(digits, '0')}.${ending}`;
  if (name.length > MAX_NAME_BYTES) {
    throw new PipelineError(
      'input-invalid',
      `The file name "${name}" is longer than ${MAX_NAME_BYTES} characters.`,
      {
        name,
      },
    );
  }
  return name;
}
