import type { ClipSpec } from './clip-spec.ts';

/** R′G′B′ to Y′CbCr by zimg: swscale takes BT.601 for untagged streams and rounds with a bias. */
export const TO_YCBCR = 'zscale=matrixin=gbr:rangein=full:matrix=709:range=limited';

/** Nothing in the file tells when or by which build it was made; two threads, because some encoders' bytes depend on the number. */
export const BIT_EXACT: readonly string[] = [
  '-fflags',
  '+bitexact',
  '-flags:v',
  '+bitexact',
  '-threads',
  '2',
];

/** Arguments with which ffmpeg reads the picture of a clip from standard input. */
export function pictureInput(spec: ClipSpec): string[] {
  const { width, height, rate } = spec;
  return [
    '-f',
    'rawvideo',
    '-pix_fmt',
    'gbrp16le',
    '-s',
    `${width}x${height}`,
    '-r',
    `${rate.num}/${rate.den}`,
    '-i',
    'pipe:0',
  ];
}
