/** What Blackmagic's sample program ExtractMetadata prints: keys of the clip and of frame 0. */
export type BrawTextFacts = { clip: Record<string, string>; frame: Record<string, string> };

/** Reads the print; null when the text is none. Source: Blackmagic RAW SDK sample ExtractMetadata. */
export function readBrawText(text: string): BrawTextFacts | null {
  if (!/^\s*Clip Metadata\s*$/m.test(text)) return null;
  const [clip, frame = ''] = text.split(/^\s*Frame \d+ Metadata\s*$/m) as [string, string?];
  const keys = pairs(clip);
  return keys.manufacturer === undefined && keys.camera_type === undefined
    ? null
    : { clip: keys, frame: pairs(frame) };
}

function pairs(text: string): Record<string, string> {
  const lines = text.split(/\r?\n/).map((line) => /^\s*([a-z0-9_]+):\s*(.*?)\s*$/.exec(line));
  return Object.fromEntries(
    lines.flatMap((match) => (match && match[2]!.length < 1000 ? [[match[1]!, match[2]!]] : [])),
  );
}
