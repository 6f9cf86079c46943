import { readFileSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { relative, resolve, sep } from 'node:path';
import { parseArgs } from 'node:util';
import { PipelineError } from '../../schemas/failure.ts';
import type { HashFormat } from '../../schemas/hash.ts';
import { type Author, type Creator, FORMATS_IN_XSD_ORDER } from '../../standards/mhl/manifest.ts';
import { isXmlText } from '../../standards/mhl/xml-text.ts';

const OPTIONS = {
  json: { type: 'boolean' },
  verbose: { type: 'boolean', short: 'v' },
  format: { type: 'string', multiple: true },
  record: { type: 'boolean' },
  manifest: { type: 'string', multiple: true },
  'packing-list': { type: 'string', multiple: true },
  'expect-chain': { type: 'string' },
  file: { type: 'string', multiple: true },
  ignore: { type: 'string', multiple: true, short: 'i' },
  'ignore-spec': { type: 'string' },
  'no-directory-hashes': { type: 'boolean', short: 'n' },
  'detect-renaming': { type: 'boolean' },
  'no-detect-renaming': { type: 'boolean' },
  process: { type: 'string' },
  'author-name': { type: 'string' },
  'author-email': { type: 'string' },
  'author-phone': { type: 'string' },
  'author-role': { type: 'string' },
  location: { type: 'string' },
  comment: { type: 'string' },
  output: { type: 'string', short: 'o' },
  collection: { type: 'boolean' },
  threads: { type: 'string' },
} as const;

/** Options of `rushes mhl`, as given. */
export type MhlOptions = ReturnType<typeof readOptions>['values'];

const EVERY = ['json', 'threads'] as const;
const CREATOR = [
  'process',
  'author-name',
  'author-email',
  'author-phone',
  'author-role',
  'location',
  'comment',
] as const;
const IGNORES = ['ignore', 'ignore-spec'] as const;

/** Which options a subcommand knows: one that it would pass over in silence is refused. */
const KNOWN: Record<MhlSubcommand, readonly (keyof typeof OPTIONS)[]> = {
  create: [
    'format',
    'file',
    'no-directory-hashes',
    'detect-renaming',
    'no-detect-renaming',
    'verbose',
    ...IGNORES,
    ...CREATOR,
  ],
  verify: [
    'format',
    'file',
    'record',
    'manifest',
    'packing-list',
    'expect-chain',
    'verbose',
    ...IGNORES,
    ...CREATOR,
  ],
  diff: ['expect-chain', 'verbose', ...IGNORES],
  info: ['file', 'expect-chain', 'verbose'],
  flatten: ['output', 'collection', 'verbose', ...CREATOR],
};

/** The subcommands of `rushes mhl`. */
export type MhlSubcommand = 'create' | 'verify' | 'diff' | 'info' | 'flatten';

/** Splits the arguments of a subcommand. @throws PipelineError input-invalid for an option that it does not know */
export function readOptions(subcommand: MhlSubcommand, args: string[]) {
  const { values, positionals } = split(args);
  const known: readonly string[] = [...KNOWN[subcommand], ...EVERY];
  const unknown = Object.keys(values).find((name) => !known.includes(name));
  if (unknown === undefined) return { values, positionals };
  const sentence = `"rushes mhl ${subcommand}" has no option --${unknown}; it has ${known.map((name) => `--${name}`).join(' ')}`;
  throw new PipelineError('input-invalid', sentence, { option: unknown });
}

function split(args: string[]) {
  try {
    // The reference spells its options with underscores; people who come from it need not unlearn that.
    const spelled = args.map((arg) =>
      arg.startsWith('--') ? arg.replace(/^[^=]+/, (name) => name.replaceAll('_', '-')) : arg,
    );
    return parseArgs({ args: spelled, options: OPTIONS, allowPositionals: true, strict: true });
  } catch (cause) {
    throw new PipelineError('input-invalid', (cause as Error).message.split('. ')[0]!, { args }, { cause });
  }
}

/** Files and folders of `--file`, relative to the folder. @throws PipelineError input-invalid for one outside of it */
export function pathsOf(folder: string, values: MhlOptions): string[] | undefined {
  return values.file?.map((file) => {
    const inside = relative(folder, resolve(folder, file)).split(sep).join('/');
    if (inside !== '..' && !inside.startsWith('../')) return inside;
    throw new PipelineError('input-invalid', `--file "${file}" does not lie in "${folder}"`, { file });
  });
}

/** The folder a command is about, absolute. @throws PipelineError input-invalid, not-found */
export function folderOf(positionals: readonly string[], index = 0): string {
  const given = positionals[index];
  if (given === undefined)
    throw new PipelineError('input-invalid', 'The folder is missing: rushes mhl verify DIR', {});
  const folder = resolve(given);
  const status = statSync(folder, { throwIfNoEntry: false });
  if (status === undefined)
    throw new PipelineError('not-found', `"${given}" does not exist`, { path: folder });
  if (!status.isDirectory())
    throw new PipelineError('input-invalid', `"${given}" is not a folder`, { path: folder });
  return folder;
}

/** Formats asked for, each once; undefined when none is. @throws PipelineError input-invalid */
export function formatsOf(given: readonly string[] | undefined): HashFormat[] | undefined {
  if (given === undefined) return undefined;
  const names = given.flatMap((text) => text.split(',')).map((name) => name.trim().toLowerCase());
  for (const name of names) {
    if (!(FORMATS_IN_XSD_ORDER as readonly string[]).includes(name)) {
      throw new PipelineError(
        'input-invalid',
        `--format takes ${FORMATS_IN_XSD_ORDER.join(', ')}, not "${name}"`,
        { format: name },
      );
    }
  }
  return [...new Set(names as HashFormat[])];
}

/** Ignore patterns from `--ignore` and from the lines of `--ignore-spec`. @throws PipelineError input-invalid, not-found */
export function ignoresOf(values: MhlOptions): string[] {
  const fromFile = values['ignore-spec'] === undefined ? [] : textFile(values['ignore-spec']).split(/\r?\n/);
  const patterns = [...(values.ignore ?? []), ...fromFile].filter(
    (line) => line.trim() !== '' && !line.startsWith('#'),
  );
  for (const pattern of patterns) needXml('--ignore', pattern);
  return patterns;
}

/** Who and what goes into a manifest. @throws PipelineError input-invalid when the schema has no form for it */
export function creatorOf(values: MhlOptions, version: string): Omit<Creator, 'creationDate'> {
  const author = authorOf(values);
  for (const name of ['location', 'comment'] as const) needXml(`--${name}`, values[name] ?? '');
  return {
    hostname: isXmlText(hostname()) ? hostname() : 'unknown',
    tool: { name: 'rushes', version },
    authors: author === null ? [] : [author],
    location: values.location ?? null,
    comment: values.comment ?? null,
  };
}

/** `in-place` for a folder as it lies, `transfer` for a copy just made. @throws PipelineError input-invalid */
export function processOf(values: MhlOptions): 'in-place' | 'transfer' {
  const process = values.process ?? 'in-place';
  if (process !== 'in-place' && process !== 'transfer') {
    throw new PipelineError('input-invalid', `--process takes in-place or transfer, not "${process}"`, {
      process,
    });
  }
  return process;
}

function authorOf(values: MhlOptions): Author | null {
  const { 'author-name': name, 'author-email': email, 'author-phone': phone, 'author-role': role } = values;
  if ([name, email, phone, role].every((part) => part === undefined)) return null;
  for (const part of [name, email, phone, role]) needXml('--author-…', part ?? '');
  // Source: ASC MHL XSD, EmailAddressAttributeType.
  if (email !== undefined && !/^[^@]+@[^.]+\..+$/.test(email)) {
    throw new PipelineError(
      'input-invalid',
      `--author-email "${email}" is not of the form name@host.domain`,
      { email },
    );
  }
  return { name: name ?? '', email, phone, role };
}

function textFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new PipelineError(
      'not-found',
      `"${path}" cannot be read: ${(cause as Error).message}`,
      { path },
      { cause },
    );
  }
}

function needXml(option: string, text: string): void {
  if (!isXmlText(text))
    throw new PipelineError('input-invalid', `${option} has characters that a manifest cannot hold`, {
      option,
    });
}
