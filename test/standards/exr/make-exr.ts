type ExrFixture = {
  width: number;
  height: number;
  comment?: string;
  /** Frames after the timecode 10:00:00:00 at 24. @default 20 */
  frame?: number;
  reelName?: string;
};

/** An uncompressed half-float scan-line OpenEXR file, built byte by byte: black, with the header a plate has. */
export function makeExr({
  width,
  height,
  comment,
  frame = 20,
  reelName = 'A001R1AB',
}: ExrFixture): Uint8Array {
  const window = ints(0, 0, width - 1, height - 1);
  const bcd = (packed(Math.floor(frame / 24)) << 8) | packed(frame % 24);
  const header = Buffer.concat([
    ints(20000630, 2),
    attribute(
      'channels',
      'chlist',
      Buffer.concat([channel('B'), channel('G'), channel('R'), Buffer.from([0])]),
    ),
    attribute(
      'chromaticities',
      'chromaticities',
      floats(0.7347, 0.2653, 0, 1, 0.0001, -0.077, 0.32168, 0.33767),
    ),
    ...(comment === undefined ? [] : [attribute('comments', 'string', Buffer.from(comment))]),
    attribute('compression', 'compression', Buffer.from([0])),
    attribute('dataWindow', 'box2i', window),
    attribute('displayWindow', 'box2i', window),
    attribute('framesPerSecond', 'rational', ints(24000, 1001)),
    attribute('lineOrder', 'lineOrder', Buffer.from([0])),
    attribute('pixelAspectRatio', 'float', floats(1)),
    attribute('reelName', 'string', Buffer.from(reelName)),
    attribute('screenWindowCenter', 'v2f', floats(0, 0)),
    attribute('screenWindowWidth', 'float', floats(1)),
    attribute('timeCode', 'timecode', ints(0x10000000 | bcd, 0)),
    Buffer.from([0]),
  ]);
  const lineBytes = width * 3 * 2;
  const table = Buffer.alloc(height * 8);
  const lines: Buffer[] = [];
  for (let y = 0; y < height; y++) {
    table.writeBigUInt64LE(BigInt(header.length + height * 8 + y * (8 + lineBytes)), y * 8);
    lines.push(ints(y, lineBytes), Buffer.alloc(lineBytes));
  }
  return Buffer.concat([header, table, ...lines]);
}

/** Two decimal digits, four bits each. */
function packed(value: number): number {
  return (Math.floor(value / 10) << 4) | (value % 10);
}

function attribute(name: string, type: string, value: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${name}\0${type}\0`), ints(value.length), value]);
}

function channel(name: string): Buffer {
  return Buffer.concat([Buffer.from(`${name}\0`), ints(1, 0, 1, 1)]);
}

function ints(...values: number[]): Buffer {
  const buffer = Buffer.alloc(values.length * 4);
  for (const [i, value] of values.entries()) buffer.writeInt32LE(value | 0, i * 4);
  return buffer;
}

function floats(...values: number[]): Buffer {
  const buffer = Buffer.alloc(values.length * 4);
  for (const [i, value] of values.entries()) buffer.writeFloatLE(value, i * 4);
  return buffer;
}
