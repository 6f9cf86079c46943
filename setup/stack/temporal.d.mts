/** The Temporal development server of the local stack: how it is started. */
export const temporal: {
  program(
    settings: { port: number; uiPort: number; databaseFile: string | null },
    toolPath: (name: string) => string,
  ): { file: string; args: string[] };
};
