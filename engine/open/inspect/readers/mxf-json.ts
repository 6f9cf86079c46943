const LONGEST_JSON = 1024 * 1024;

/**
 * ARRI's metadata sets: items `80 7B` with JSON, each followed by `80 7C` with the UTF-16BE address of its schema, whose last
 * word but the version names the set. Source: shared reference inspection 3.3; not proven on a camera file.
 */
export function jsonSets(bytes: Uint8Array): Record<string, unknown> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const sets: Record<string, unknown> = {};
  const tag = Buffer.from([0x80, 0x7b]);
  for (let at = buffer.indexOf(tag); at >= 0 && at + 4 < buffer.length; at = buffer.indexOf(tag, at + 2)) {
    const length = buffer.readUInt16BE(at + 2);
    const end = at + 4 + length;
    if (length < 2 || length > LONGEST_JSON || end + 4 > buffer.length || buffer[at + 4] !== 0x7b) continue;
    const json = parsed(buffer.toString('utf8', at + 4, end));
    if (json === undefined || buffer[end] !== 0x80 || buffer[end + 1] !== 0x7c) continue;
    const address = new TextDecoder('utf-16be').decode(
      buffer.subarray(end + 4, end + 4 + buffer.readUInt16BE(end + 2)),
    );
    const name = /camera\/([a-z0-9_]+)\/v/i.exec(address)?.[1];
    if (name) sets[name] ??= json;
  }
  return sets;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
