/** Big-endian bytes of numbers by width, for fixtures. */
export const u8 = (...v: number[]) => Buffer.from(v);
export const u16 = (...v: number[]) =>
  Buffer.concat(
    v.map((n) => {
      const b = Buffer.alloc(2);
      b.writeUInt16BE(n);
      return b;
    }),
  );
export const u32 = (...v: number[]) =>
  Buffer.concat(
    v.map((n) => {
      const b = Buffer.alloc(4);
      b.writeUInt32BE(n >>> 0);
      return b;
    }),
  );
export const u64 = (...v: number[]) =>
  Buffer.concat(
    v.map((n) => {
      const b = Buffer.alloc(8);
      b.writeBigInt64BE(BigInt(n));
      return b;
    }),
  );
export const text = (s: string, length = s.length, fill = 0) =>
  Buffer.concat([Buffer.from(s, 'latin1'), Buffer.alloc(Math.max(0, length - s.length), fill)]);
export const zeros = (length: number) => Buffer.alloc(length);
