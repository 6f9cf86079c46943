import type { ByteSource } from '../../../../standards/exr/header.ts';
import { ByteCursor, EndOfBytes } from '../byte-cursor.ts';

/** The takes that an AVCHD playlist plays, stream by stream. `joined`: it goes on without a gap from the stream before. */
export type AvchdPlaylist = { items: { stream: string; joined: boolean }[] };

const LONGEST_PLAYLIST = 1024 * 1024;
/** Connection conditions of streams that are one recording. Source: Blu-ray Disc read-only format part 3, PlayItem(). */
const SEAMLESS = new Set([5, 6]);

/** Reads `PLAYLIST/*.MPL` or `.mpls`; null when it is none or is damaged. Source: as in Adobe XMP-Toolkit-SDK, AVCHD_Handler. */
export async function readAvchdPlaylist(source: ByteSource): Promise<AvchdPlaylist | null> {
  const c = new ByteCursor(await source.read(0, Math.min(source.sizeBytes, LONGEST_PLAYLIST)));
  try {
    if (c.fourcc(0) !== 'MPLS') return null;
    const list = c.u32(8);
    const count = c.u16(list + 6);
    const items: AvchdPlaylist['items'] = [];
    let at = list + 10;
    for (let i = 0; i < count; i++) {
      const stream = c.text(at + 2, 5);
      if (!/^\d{5}$/.test(stream)) return null;
      items.push({ stream, joined: SEAMLESS.has(c.u16(at + 11) & 0xf) });
      at += c.slice(at, 2 + c.u16(at)).length;
    }
    return { items };
  } catch (error) {
    if (error instanceof EndOfBytes) return null;
    throw error;
  }
}
