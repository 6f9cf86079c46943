/** DJI telemetry in a subtitle file: number of captions, the first one's text, and each setting as written, caption by caption. */
export type DjiSrtFacts = { captions: number; first: string; settings: Record<DjiSetting, string[]> };

/** A setting that may change over a take. */
export type DjiSetting = 'iso' | 'shutter' | 'fnum' | 'ct' | 'focal_len';

/**
 * The settings in DJI's spellings: `[iso : 100] [shutter : 1/80.0]`, `F/2.8, SS 30.15, ISO 260`, `ISO:100 Shutter:400 Fnum:F2.8`.
 * Source: samples of JuanIrache/DJI_SRT_Parser.
 */
const SETTINGS: Record<DjiSetting, RegExp[]> = {
  iso: [/\biso\s*:?\s*(\d+)/i],
  shutter: [/\bshutter\s*:\s*(1\/[\d.]+|\d+(?:\.\d+)?)/i, /\bSS\s+([\d.]+)/],
  fnum: [/\bfnum\s*:\s*F?([\d.]+)/i, /\bF\/([\d.]+)/],
  ct: [/\bct\s*:\s*(\d+)/i],
  focal_len: [/\bfocal_len\s*:\s*([\d.]+)/i],
};

/** Reads telemetry captions; null for subtitles of another kind. */
export function readDjiSrt(text: string): DjiSrtFacts | null {
  const captions = text
    .split(/\r?\n\s*\r?\n/)
    .map((block) => block.trim())
    .filter((block) => /\d\d:\d\d:\d\d,\d{3}\s*-->/.test(block))
    .map(wordsOf);
  const [first] = captions;
  if (first === undefined || !/\b(iso\s*:\s*\d|ISO[: ]\s*\d|GPS\s*\()/i.test(first)) return null;
  const settings = Object.fromEntries(
    (Object.keys(SETTINGS) as DjiSetting[]).map((setting) => [setting, changes(captions, SETTINGS[setting])]),
  ) as DjiSrtFacts['settings'];
  return { captions: captions.length, first, settings };
}

/** What a caption says, without its number, its times and its type. */
function wordsOf(block: string): string {
  return block
    .replace(/<[^>]*>/g, ' ')
    .split(/\r?\n/)
    .slice(2)
    .join(' ')
    .trim();
}

/** A setting's values in order, repeats left out. */
function changes(captions: readonly string[], spellings: readonly RegExp[]): string[] {
  const values: string[] = [];
  for (const caption of captions) {
    const told = spellings
      .map((spelling) => spelling.exec(caption)?.[1])
      .find((value) => value !== undefined);
    if (told !== undefined && told !== values.at(-1)) values.push(told);
  }
  return values;
}
