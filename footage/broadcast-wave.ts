import type { Rational } from '../schemas/rational.ts';

/** A recording of a sound recorder. Equal options give equal bytes. */
export type WaveOptions = {
  /** In the file's header. @default 48000 */
  sampleRate?: number;
  /** Samples per channel. */
  samples: number;
  /** Samples since midnight, at `stampRate`. */
  timeReference: number;
  /** Rate that the time reference counts at. @default `sampleRate` */
  stampRate?: number;
  /** What the converter ran at, where it is not what the header says. */
  digitizerRate?: number;
  /** @default 24/1; null: no iXML at all */
  timecodeRate?: Rational | null;
  /** @default false */
  dropFrame?: boolean;
  /** Names of the channels, in order; a name that is null is not told. One channel each. */
  tracks: (string | null)[];
  /** Sample of each channel at which there is a clap; null: silence. */
  claps: (number | null)[];
  /** ISO date. @default 2024-04-26 */
  day?: string;
  tape?: string;
  /** Samples since midnight by iXML, where they contradict the bext. */
  toldSamples?: number;
};

/** Two thirds of full scale in 24 bits. */
const CLAP = 5_592_405;
const SAMPLE_BYTES = 3;

/** A Broadcast Wave file of 24-bit PCM with bext and iXML. Sources: EBU Tech 3285; iXML specification 3.0. */
export function makeBroadcastWave(options: WaveOptions): Buffer {
  const { sampleRate = 48_000, samples, tracks, claps, timecodeRate = { num: 24, den: 1 } } = options;
  const blockBytes = tracks.length * SAMPLE_BYTES;
  const data = Buffer.alloc(samples * blockBytes);
  for (const [channel, clap] of claps.entries())
    if (clap !== null && clap < samples)
      data.writeIntLE(CLAP, clap * blockBytes + channel * SAMPLE_BYTES, SAMPLE_BYTES);
  const format = Buffer.alloc(16);
  format.writeUInt16LE(1, 0);
  format.writeUInt16LE(tracks.length, 2);
  format.writeUInt32LE(sampleRate, 4);
  format.writeUInt32LE(sampleRate * blockBytes, 8);
  format.writeUInt16LE(blockBytes, 12);
  format.writeUInt16LE(SAMPLE_BYTES * 8, 14);
  const chunks = [
    chunk('fmt ', format),
    chunk('bext', bext(options)),
    ...(timecodeRate === null ? [] : [chunk('iXML', Buffer.from(ixml(options, timecodeRate)))]),
    chunk('data', data),
  ];
  return chunk('RIFF', Buffer.concat([Buffer.from('WAVE'), ...chunks]));
}

function chunk(id: string, body: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.write(id, 0, 'latin1');
  head.writeUInt32LE(body.length, 4);
  return Buffer.concat([head, body, Buffer.alloc(body.length % 2)]);
}

function bext({ timeReference, day = '2024-04-26' }: WaveOptions): Buffer {
  const bytes = Buffer.alloc(602);
  bytes.write('Recorder', 256, 'latin1');
  bytes.write(day, 320, 'latin1');
  bytes.write('09:00:00', 330, 'latin1');
  bytes.writeBigUInt64LE(BigInt(timeReference), 338);
  return bytes;
}

function ixml(options: WaveOptions, rate: Rational): string {
  const { sampleRate = 48_000, stampRate = sampleRate, digitizerRate = sampleRate } = options;
  const { timeReference, toldSamples = timeReference, dropFrame = false, tracks, tape } = options;
  const named = tracks.flatMap((name, index) =>
    name === null
      ? []
      : [
          `<TRACK><CHANNEL_INDEX>${index + 1}</CHANNEL_INDEX><INTERLEAVE_INDEX>${index + 1}</INTERLEAVE_INDEX><NAME>${name}</NAME></TRACK>`,
        ],
  );
  const speed = [
    `<TIMECODE_RATE>${rate.num}/${rate.den}</TIMECODE_RATE>`,
    `<TIMECODE_FLAG>${dropFrame ? 'DF' : 'NDF'}</TIMECODE_FLAG>`,
    `<FILE_SAMPLE_RATE>${sampleRate}</FILE_SAMPLE_RATE>`,
    `<DIGITIZER_SAMPLE_RATE>${digitizerRate}</DIGITIZER_SAMPLE_RATE>`,
    `<TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_HI>${Math.floor(toldSamples / 2 ** 32)}</TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_HI>`,
    `<TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_LO>${toldSamples % 2 ** 32}</TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_LO>`,
    `<TIMESTAMP_SAMPLE_RATE>${stampRate}</TIMESTAMP_SAMPLE_RATE>`,
  ].join('');
  const list = `<TRACK_LIST><TRACK_COUNT>${tracks.length}</TRACK_COUNT>${named.join('')}</TRACK_LIST>`;
  return `<?xml version="1.0" encoding="UTF-8"?><BWFXML><IXML_VERSION>1.61</IXML_VERSION>${tape === undefined ? '' : `<TAPE>${tape}</TAPE>`}<SPEED>${speed}</SPEED>${list}</BWFXML>`;
}
