/** Absolute paths of the programs an engine drives, by the name set-up knows them: `ffmpeg`, `oiiotool`, … */
export type ToolPaths = Readonly<Record<string, string>>;
