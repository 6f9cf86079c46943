import type { Configuration } from '../service/configuration.ts';

/** Where a command writes. With `--json`, stdout bears one JSON document and nothing else. */
export type Output = { stdout: (text: string) => void; stderr: (text: string) => void };

/** What every command gets; each part is made when it is first asked for, so that a local command needs no server. */
export type CommandContext = {
  io: Output;
  env: NodeJS.ProcessEnv;
  signal: AbortSignal;
  /** Programs that set-up found. @throws PipelineError tool-missing */
  tools: () => Record<string, string>;
  /** @throws PipelineError service-away, input-invalid */
  configuration: () => Configuration;
};

/** A command: its arguments after its name, and the exit code of design.md section 8. */
export type Command = (args: string[], context: CommandContext) => Promise<number>;

/** Prints a document on stdout as one JSON text. */
export function printJson(io: Output, document: unknown): void {
  io.stdout(`${JSON.stringify(document, null, 2)}\n`);
}
