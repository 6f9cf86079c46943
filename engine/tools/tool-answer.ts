/** One tool's words on one file, as `RawFacts.tools` keeps them. A file the tool cannot read is `error`, not an exception. */
export type ToolAnswer = {
  tool: string;
  version: string;
  output: unknown;
  error?: string;
  durationMs: number;
};
