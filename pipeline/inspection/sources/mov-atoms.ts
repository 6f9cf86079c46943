import type { MovFacts } from '../../../engine/open/inspect/readers/mov.ts';
import type { MovTrack } from '../../../engine/open/inspect/readers/mov-track.ts';
import type { Rational } from '../../../schemas/rational.ts';
import { nominalBase, snapFrameRate } from '../../../standards/time/frame-rate.ts';
import { isEqual, rational } from '../../../standards/time/rational.ts';
import { codecOfFourcc } from '../codec-names.ts';
import { matrixName, primariesName, transferName } from '../colour-codes.ts';
import type { Readings } from '../reading.ts';
import type { TimecodeReading } from '../timecode-reading.ts';
import { readCameraKeys } from './camera-keys.ts';
import { readGoproTelemetry } from './gopro-telemetry.ts';
import { readSonyNrt } from './sony-nrt.ts';
import { readSonyRtmd } from './sony-rtmd.ts';
import { dig, type Source } from './source.ts';

/** Seconds from 1904-01-01, the epoch of QuickTime, to 1970-01-01. */
const EPOCH_1904_SECONDS = 2_082_844_800;

/** QuickTime and MP4 headers as our own reader gives them. */
export const movAtoms: Source = {
  tool: 'mov-atoms',
  confidence: 0.9,
  read(facts: MovFacts, readings: Readings, file): void {
    readings.add(
      'container',
      'ftyp',
      file.sniffed === 'braw'
        ? 'braw'
        : file.sniffed === 'crx'
          ? 'crm'
          : facts.brand === null || facts.brand === 'qt'
            ? 'mov'
            : 'mp4',
      { raw: facts.brand ?? 'no ftyp' },
    );
    const nrt = dig(facts.xml, 'NonRealTimeMeta');
    if (nrt) readSonyNrt(nrt, readings);
    const video = facts.tracks
      .filter((t) => t.handler === 'vide' && t.format !== 'tmcd')
      .sort((a, b) => area(b) - area(a))[0];
    if (video) readVideo(video, file.sniffed === 'crx', readings);
    for (const track of facts.tracks) if (track.timecode) readTimecode(track, readings);
    if (facts.telemetry) readGoproTelemetry(facts.telemetry, readings);
    if (facts.rtmd) readSonyRtmd(facts.rtmd, readings);
    const sound = facts.tracks.filter((t) => t.handler === 'soun');
    if (sound.length > 0)
      readings.add(
        'audio',
        'trak',
        sound.map((t) => ({
          format: t.format,
          channels: t.channels,
          sampleRate: t.sampleRate,
          bitDepth: t.bitDepth,
        })),
      );
    if (facts.createdSeconds !== null && facts.createdSeconds > EPOCH_1904_SECONDS)
      readings.add(
        'recordedAt',
        'mvhd',
        new Date((facts.createdSeconds - EPOCH_1904_SECONDS) * 1000).toISOString().replace('.000Z', 'Z'),
        { raw: facts.createdSeconds, confidence: 0.3 },
      );
    readCameraKeys(
      Object.fromEntries(Object.entries(facts.keys).map(([key, { value }]) => [key, value])),
      readings,
    );
  },
};

function area(track: MovTrack): number {
  return (track.width ?? 0) * (track.height ?? 0);
}

function readVideo(track: MovTrack, isCanonRaw: boolean, readings: Readings): void {
  // GoPro names itself nowhere else that every model writes.
  if (track.compressor?.startsWith('GoPro '))
    readings.add('cameraMake', 'stsd compressor', 'GoPro', { raw: track.compressor, confidence: 0.7 });
  if (track.format) {
    const codec = codecOfFourcc(track.format);
    // A code that is not in our table says less than what a tool makes of the stream; `mp4v` is MPEG-2 in XDCAM EX.
    readings.add('codec', 'stsd', codec, {
      raw: track.format,
      ...(codec.family === 'other' || track.format === 'mp4v' ? { confidence: 0.4 } : {}),
    });
  }
  // Canon's raw track tells the photosites with their borders, not the picture.
  if (track.width && track.height)
    readings.add(isCanonRaw ? 'sensorArea' : 'imageSize', 'stsd', {
      width: track.width,
      height: track.height,
    });
  if (track.sampleCount > 0) readings.add('frameCount', 'stsz', track.sampleCount);
  if (track.pixelAspect?.horizontal && track.pixelAspect.vertical)
    readings.add(
      'pixelAspectRatio',
      'pasp',
      rational(track.pixelAspect.horizontal, track.pixelAspect.vertical),
      { raw: track.pixelAspect },
    );
  if (track.cleanAperture && Number.isFinite(track.cleanAperture.width))
    readings.add('displaySize', 'clap', track.cleanAperture);
  if (track.fields)
    readings.add('scanType', 'fiel', track.fields.count === 2 ? 'interlaced' : 'progressive', {
      raw: track.fields,
    });
  const turn = rotation(track.matrix);
  if (turn !== null) readings.add('rotation', 'tkhd matrix', turn, { raw: track.matrix });
  if (track.colour) {
    // Cameras tag log material as BT.709 for viewers: a weak word on the encoding, whatever the container says.
    readings.add('colorPrimaries', `colr ${track.colour.type}`, primariesName(track.colour.primaries), {
      raw: track.colour.primaries,
      confidence: 0.3,
    });
    readings.add('transferFunction', `colr ${track.colour.type}`, transferName(track.colour.transfer), {
      raw: track.colour.transfer,
      confidence: 0.3,
    });
    readings.add('matrix', `colr ${track.colour.type}`, matrixName(track.colour.matrix), {
      raw: track.colour.matrix,
    });
    if (track.colour.fullRange !== null)
      readings.add('colorRange', 'colr nclx', track.colour.fullRange ? 'full' : 'limited', {
        raw: track.colour.fullRange,
      });
  }
  // A still of one sample has no rate.
  if (!isCanonRaw || track.sampleCount > 1) readRate(track, readings);
}

/**
 * Durations that differ by one tick around a known rate are rounding of the time scale, anything else is a variable rate.
 */
function readRate(track: MovTrack, readings: Readings): void {
  const { smallestDelta, largestDelta, timescale } = track;
  if (smallestDelta === null || largestDelta === null || timescale === 0 || smallestDelta === 0) return;
  const raw = { timescale, durations: track.durations.slice(0, 4) };
  if (smallestDelta === largestDelta) {
    const exact = rational(timescale, smallestDelta);
    const snapped = snapFrameRate(exact);
    readings.add('frameRate', 'stts', snapped, { raw: { num: timescale, den: smallestDelta } });
    if (!isEqual(exact, snapped)) readings.add('storedFrameRate', 'stts', exact, { raw });
    readings.add('isVariableFrameRate', 'stts', false, { raw });
    return;
  }
  const average = rational(track.sampleCount * timescale, Math.max(1, track.totalDelta));
  const snapped = snapFrameRate(average);
  const isRounding = largestDelta - smallestDelta === 1 && isCountingRate(snapped);
  readings.add('frameRate', 'stts', snapped, { raw: average, confidence: isRounding ? 0.85 : 0.5 });
  readings.add('storedFrameRate', 'stts', average, { raw });
  readings.add('isVariableFrameRate', 'stts', !isRounding, { raw });
}

/** A rate that timecode counts in: whole or NTSC. */
function isCountingRate(rate: Rational): boolean {
  return (
    [24, 25, 30, 48, 50, 60, 96, 100, 120].includes(nominalBase(rate)) &&
    (rate.den === 1 || rate.den === 1001)
  );
}

function rotation(matrix: number[]): number | null {
  if (matrix.length < 5) return null;
  const [a, b, , c, d] = matrix as [number, number, number, number, number];
  const turns: Record<string, number> = { '1,0,0,1': 0, '0,1,-1,0': 90, '-1,0,0,-1': 180, '0,-1,1,0': 270 };
  return turns[[a, b, c, d].map((v) => v + 0).join(',')] ?? null;
}

/**
 * The base is what the time scale and frame duration say. The description's byte of frames per second is not: cameras write 29 for
 * 29.97 (MediaInfo counts by it and comes out minutes off), so its reading is kept as the alternative it is.
 */
function readTimecode(track: MovTrack, readings: Readings): void {
  const tc = track.timecode!;
  if (tc.reelName !== null) readings.add('reelName', 'tmcd name', tc.reelName);
  if (tc.startFrame === null || tc.frameDuration === 0 || tc.timescale === 0) return;
  const exact = rational(tc.timescale, tc.frameDuration);
  const rate = snapFrameRate(exact);
  const reading: TimecodeReading = {
    place: 'tmcd',
    startFrame: tc.startFrame,
    rate,
    dropFrame: tc.dropFrame,
  };
  readings.add('startTimecode', 'tmcd', reading, {
    raw: {
      startFrame: tc.startFrame,
      timescale: tc.timescale,
      frameDuration: tc.frameDuration,
      numberOfFrames: tc.numberOfFrames,
      dropFrame: tc.dropFrame,
    },
  });
  readings.add('timecodeRate', 'tmcd', rate, { raw: exact });
}
