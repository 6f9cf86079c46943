import type { Rational } from '../../schemas/rational.ts';
import { allowsDropFrame, nominalBase } from '../../standards/time/frame-rate.ts';

/**
 * A timecode of eight BCD digits, hours first, with the flag bits of SMPTE ST 12-1 where there are any: in the tens of frames bit 2
 * is drop-frame and bit 3 colour frame, in the other tens the top bits are flags. null when a digit is none, as in "unset" patterns.
 * @param rate where it has more than 40 numbers a second and drops none, writers use the flag bits of the frames as digits
 */
export function timecodeOfBcd(
  bcd: string,
  rate: Rational | null = null,
): { text: string; dropFrame: boolean } | null {
  if (!/^[0-9a-f]{8}$/i.test(bcd)) return null;
  const [hours, minutes, seconds, frames] = [0, 2, 4, 6].map((i) =>
    Number.parseInt(bcd.slice(i, i + 2), 16),
  ) as [number, number, number, number];
  const isPlain = rate !== null && nominalBase(rate) > 40 && !allowsDropFrame(rate);
  const dropFrame = !isPlain && (frames & 0x40) !== 0;
  const parts = [
    digits(hours & 0x3f),
    digits(minutes & 0x7f),
    digits(seconds & 0x7f),
    digits(isPlain ? frames : frames & 0x3f),
  ];
  if (parts.some((part) => part === null)) return null;
  const [h, m, s, f] = parts as [number, number, number, number];
  if (h > 23 || m > 59 || s > 59) return null;
  const two = (n: number) => String(n).padStart(2, '0');
  return { text: `${two(h)}:${two(m)}:${two(s)}${dropFrame ? ';' : ':'}${two(f)}`, dropFrame };
}

function digits(byte: number): number | null {
  const [tens, ones] = [byte >> 4, byte & 0xf];
  return tens > 9 || ones > 9 ? null : tens * 10 + ones;
}
