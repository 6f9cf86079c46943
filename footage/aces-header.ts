/** oiiotool is told by this attribute to write the ACES container, and leaves it in the file, where no camera has it. */
const POLICY_ATTRIBUTE = 'openexr:ACESContainerPolicy';
/** Source: OpenEXR, ImfTimeCode.h, TV60 packing: bit 6 of the word. */
const DROP_FRAME_BIT = 0x40;

type Attribute = { name: string; start: number; valueAt: number; end: number };

/**
 * An uncompressed ACES file of oiiotool as a camera would have written it: without the writer's instruction, and with the
 * drop-frame bit that oiiotool can't set.
 */
export function finishAcesFile(file: Buffer, isDropFrame: boolean): Buffer {
  const attributes = readAttributes(file);
  const policy = attributes.find(({ name }) => name === POLICY_ATTRIBUTE);
  const timeCode = attributes.find(({ name }) => name === 'timeCode');
  const dataWindow = attributes.find(({ name }) => name === 'dataWindow');
  if (!policy || !timeCode || !dataWindow)
    throw new Error('oiiotool left out an attribute that it was given');
  if (isDropFrame) file[timeCode.valueAt] = file[timeCode.valueAt]! | DROP_FRAME_BIT;
  const tableAt = attributes.at(-1)!.end + 1;
  const lines = file.readInt32LE(dataWindow.valueAt + 12) - file.readInt32LE(dataWindow.valueAt + 4) + 1;
  const removed = BigInt(policy.end - policy.start);
  // The table of an uncompressed file has the place of each line.
  for (let line = 0; line < lines; line++) {
    const at = tableAt + line * 8;
    file.writeBigUInt64LE(file.readBigUInt64LE(at) - removed, at);
  }
  return Buffer.concat([file.subarray(0, policy.start), file.subarray(policy.end)]);
}

/** Name, NUL, type, NUL, length, value; an empty name ends the header. Source: OpenEXR file layout. */
function readAttributes(file: Buffer): Attribute[] {
  const attributes: Attribute[] = [];
  for (let start = 8; file[start] !== 0; ) {
    const nameEnd = file.indexOf(0, start);
    const typeEnd = file.indexOf(0, nameEnd + 1);
    const valueAt = typeEnd + 5;
    const end = valueAt + file.readInt32LE(typeEnd + 1);
    attributes.push({ name: file.toString('latin1', start, nameEnd), start, valueAt, end });
    start = end;
  }
  return attributes;
}
