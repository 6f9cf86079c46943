import { type ParseArgsConfig, parseArgs } from 'node:util';
import { PipelineError } from '../schemas/failure.ts';

/** The flags a command takes, as `node:util` describes them. */
export type Flags = NonNullable<ParseArgsConfig['options']>;

/** Flags and the words between them. */
export type Arguments<F extends Flags> = {
  flags: {
    [K in keyof F]?: F[K] extends { type: 'boolean' }
      ? boolean
      : F[K] extends { multiple: true }
        ? string[]
        : string;
  };
  words: string[];
};

/** Somebody asks how a command is called: no fault, and nothing of the command is run. */
export class UsageAsked extends Error {
  readonly usage: string;

  constructor(usage: string) {
    super('the usage of a command was asked for');
    this.usage = usage;
  }
}

/** Whether the usage is asked for, by `--help` or `-h` anywhere before a `--`. */
export function asksForUsage(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  return (end < 0 ? args : args.slice(0, end)).some((arg) => arg === '--help' || arg === '-h');
}

/**
 * Splits a command's arguments into flags and words.
 * @throws UsageAsked for `--help` or `-h`; PipelineError input-invalid for an unknown flag or a flag without its value
 */
export function readArguments<const F extends Flags>(args: string[], flags: F, usage: string): Arguments<F> {
  if (asksForUsage(args)) throw new UsageAsked(usage);
  try {
    const { values, positionals } = parseArgs({ args, options: flags, allowPositionals: true, strict: true });
    return { flags: values as Arguments<F>['flags'], words: positionals };
  } catch (cause) {
    const message = cause instanceof Error ? cause.message.split('. ')[0] : String(cause);
    throw new PipelineError('input-invalid', `${message}. Usage: ${usage}`, { args }, { cause });
  }
}

/** The one word at a place. @throws PipelineError input-invalid with the usage when it is not there */
export function neededWord(words: string[], index: number, what: string, usage: string): string {
  const word = words[index];
  if (word === undefined)
    throw new PipelineError('input-invalid', `The ${what} is missing. Usage: ${usage}`, {});
  return word;
}

/** A flag's value. @throws PipelineError input-invalid with the usage when it is not given */
export function neededFlag(value: string | undefined, name: string, usage: string): string {
  if (value === undefined)
    throw new PipelineError('input-invalid', `--${name} is needed. Usage: ${usage}`, {});
  return value;
}

/** A whole number. @throws PipelineError input-invalid */
export function wholeNumber(text: string | undefined, name: string): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text))
    throw new PipelineError('input-invalid', `--${name} takes a whole number, not «${text}».`, {
      [name]: text,
    });
  return Number(text);
}
