/** Names of the code points that containers and codecs share. Source: ISO/IEC 23091-2 (ITU-T H.273) tables 2, 3 and 4; 2 is "unspecified". */
const PRIMARIES: Record<number, string> = {
  1: 'BT.709',
  4: 'BT.470 M',
  5: 'BT.601 PAL',
  6: 'BT.601 NTSC',
  9: 'BT.2020',
  11: 'DCI-P3',
  12: 'Display P3',
};
const TRANSFERS: Record<number, string> = {
  1: 'BT.709',
  4: 'Gamma 2.2',
  5: 'Gamma 2.8',
  6: 'BT.601',
  8: 'Linear',
  9: 'Log 100:1',
  10: 'Log 316:1',
  13: 'sRGB',
  14: 'BT.2020 10-bit',
  15: 'BT.2020 12-bit',
  16: 'PQ',
  18: 'HLG',
};
const MATRICES: Record<number, string> = {
  0: 'rgb',
  1: 'bt709',
  4: 'fcc',
  5: 'bt601',
  6: 'bt601',
  9: 'bt2020nc',
  10: 'bt2020c',
};

/** FFmpeg's words for the same code points. Source: FFmpeg libavutil/pixdesc.c. */
const FFMPEG: Record<string, string> = {
  bt709: 'BT.709',
  bt470m: 'BT.470 M',
  bt470bg: 'BT.601 PAL',
  smpte170m: 'BT.601',
  smpte240m: 'SMPTE 240M',
  bt2020: 'BT.2020',
  smpte432: 'Display P3',
  smpte431: 'DCI-P3',
  smpte2084: 'PQ',
  'arib-std-b67': 'HLG',
  linear: 'Linear',
  log100: 'Log 100:1',
  log316: 'Log 316:1',
  'iec61966-2-1': 'sRGB',
  gamma22: 'Gamma 2.2',
  gamma28: 'Gamma 2.8',
  'bt2020-10': 'BT.2020 10-bit',
  'bt2020-12': 'BT.2020 12-bit',
};
const FFMPEG_MATRICES: Record<string, string> = {
  bt709: 'bt709',
  bt2020nc: 'bt2020nc',
  bt2020c: 'bt2020c',
  smpte170m: 'bt601',
  bt470bg: 'bt601',
  gbr: 'rgb',
  fcc: 'fcc',
};

export function primariesName(code: number): string | null {
  return PRIMARIES[code] ?? null;
}

export function transferName(code: number): string | null {
  return TRANSFERS[code] ?? null;
}

/** The Y′CbCr matrix in the words of DecodeSettings where there is one. */
export function matrixName(code: number): string | null {
  return MATRICES[code] ?? null;
}

/** FFmpeg's word for primaries or a transfer function in ours; null for "unknown" and "reserved". */
export function ffmpegColourName(word: string | undefined): string | null {
  return word === undefined ? null : (FFMPEG[word] ?? null);
}

export function ffmpegMatrixName(word: string | undefined): string | null {
  return word === undefined ? null : (FFMPEG_MATRICES[word] ?? null);
}
