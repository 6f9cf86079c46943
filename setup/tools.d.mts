/** What a set-up purpose needs: `worker` what makes pixels, `run` also the local servers, `demo` and `bench` also the reference tools, `test` everything. */
export type Purpose = 'worker' | 'run' | 'demo' | 'test' | 'bench';

/** The document `<cache>/tools.json`: absolute paths and versions of the programs that set-up found or installed. */
export type ToolsFile = {
  version: 1;
  kind: 'tools';
  table: string;
  tools: Record<string, { path: string; version: string; sizeBytes: number; mtimeMs: number }>;
};

/** One line of `rushes doctor`: a tool, what was found just now, and how to get it. */
export type DoctorRow = {
  name: string;
  why: string;
  neededFor: Purpose;
  needed: boolean;
  ok: boolean;
  version: string | null;
  accepts: string;
  path: string | null;
  rejected: string[];
  how: string;
};

/** Installs what a purpose lacks and writes tools.json. @throws one Error naming everything that could not be had. */
export function ensureTools(options: {
  for: Purpose;
  log: (line: string) => void;
  cache?: string;
}): Promise<ToolsFile>;

/** Reads tools.json; null before the first set-up. */
export function readTools(options?: { cache?: string }): ToolsFile | null;

/** Looks at every tool now; `ok` is false when one the purpose (default `run`) needs is missing. */
export function doctorReport(options?: { cache?: string; for?: Purpose }): Promise<{
  version: 1;
  kind: 'doctor';
  ok: boolean;
  cache: string;
  rows: DoctorRow[];
}>;
