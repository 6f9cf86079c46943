/** DJI telemetry in a subtitle file: number of captions, texts of the first and the last. */
export type DjiSrtFacts = { captions: number; first: string; last: string };

/** Reads telemetry captions; null for subtitles of another kind. Source: samples of JuanIrache/DJI_SRT_Parser. */
export function readDjiSrt(text: string): DjiSrtFacts | null {
  const blocks = text
    .split(/\r?\n\s*\r?\n/)
    .map((b) => b.trim())
    .filter((b) => /\d\d:\d\d:\d\d,\d{3}\s*-->/.test(b));
  const told = blocks.map((b) =>
    b
      .replace(/<[^>]*>/g, ' ')
      .split(/\r?\n/)
      .slice(2)
      .join(' ')
      .trim(),
  );
  const isTelemetry = /\b(iso\s*:\s*\d|ISO[: ]\s*\d|GPS\s*\()/i.test(told[0] ?? '');
  return isTelemetry ? { captions: blocks.length, first: told[0]!, last: told.at(-1)! } : null;
}
