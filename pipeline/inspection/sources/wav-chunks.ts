import type { WavFacts } from '../../../engine/open/inspect/readers/wav.ts';
import type { SoundFormat } from '../../../schemas/sound.ts';
import { nominalBase } from '../../../standards/time/frame-rate.ts';
import { rational } from '../../../standards/time/rational.ts';
import { rateOf } from '../quantities.ts';
import type { Readings } from '../reading.ts';
import type { Source } from './source.ts';

/**
 * Sound recorders' files: time reference in samples since midnight, slate and rate from iXML. Where iXML writes its own time stamp,
 * it is in samples of its own rate. Sources: EBU Tech 3285; iXML specification 3.0.
 */
export const wavChunks: Source = {
  tool: 'wav-chunks',
  confidence: 0.9,
  read(facts: WavFacts, readings: Readings): void {
    const ixml = facts.ixml ?? '';
    const tag = (name: string) =>
      new RegExp(`<${name}>\\s*([^<]*?)\\s*</${name}>`, 'i').exec(ixml)?.[1] || undefined;
    readings.add('container', 'RIFF', 'wav');
    readings.add('codec', 'fmt', { family: 'pcm', ...(facts.bitDepth ? { bitDepth: facts.bitDepth } : {}) });
    readAudio(facts, ixml, tag, readings);
    readTime(facts, tag, readings);
    const slate = Object.fromEntries(
      [
        ['SCENE', 'scene'],
        ['TAKE', 'take'],
        ['PROJECT', 'production'],
        ['NOTE', 'notes'],
        ['CIRCLED', 'circled'],
      ].flatMap(([name, key]) => (tag(name!) ? [[key!, tag(name!)]] : [])),
    );
    if (Object.keys(slate).length > 0) readings.add('slate', 'iXML', slate);
    readings.add('reelName', 'iXML TAPE', tag('TAPE'));
    readings.add('uuid', 'iXML FILE_UID', tag('FILE_UID'), { confidence: 0.8 });
    readings.add('umid', 'bext UMID', facts.bext?.umid);
    readings.add('cameraMake', 'bext originator', facts.bext?.originator || null, { confidence: 0.4 });
    const { date, time } = facts.bext ?? { date: '', time: '' };
    if (/^\d{4}.\d\d.\d\d$/.test(date))
      readings.add(
        'recordedAt',
        'bext date, time',
        `${date.replaceAll(/[^\d]/g, '-')}T${time.replaceAll(/[^\d]/g, ':')}`,
        { raw: `${date} ${time}` },
      );
  },
};

type Tag = (name: string) => string | undefined;

function readAudio(facts: WavFacts, ixml: string, tag: Tag, readings: Readings): void {
  const names = [...ixml.matchAll(/<TRACK>.*?<\/TRACK>/gis)].map(([track]) => ({
    index: Number(/<CHANNEL_INDEX>\s*(\d+)/i.exec(track)?.[1] ?? 0),
    ...placeInFile(track),
    name: /<NAME>\s*([^<]*?)\s*<\/NAME>/i.exec(track)?.[1] ?? '',
    function: /<FUNCTION>\s*([^<]*?)\s*<\/FUNCTION>/i.exec(track)?.[1] ?? '',
  }));
  readings.add('audio', 'fmt, iXML TRACK_LIST', [
    {
      format: 'pcm',
      channels: facts.channels,
      sampleRate: facts.sampleRate,
      bitDepth: facts.bitDepth,
      samples: facts.frames,
      ...(names.length > 0 ? { tracks: names } : {}),
      ...(tag('TAPE') ? { soundRoll: tag('TAPE') } : {}),
      ...soundClock(facts, tag),
    },
  ]);
}

/** Which channel of the file a track is: the recorder's own number of it is another. Source: iXML specification 3.0, INTERLEAVE_INDEX. */
function placeInFile(track: string): { interleave?: number } {
  const index = Number(/<INTERLEAVE_INDEX>\s*(\d+)/i.exec(track)?.[1] ?? 0);
  return index > 0 ? { interleave: index } : {};
}

/** When the recorder's clock stood at the first sample, and how fast it ran: what sound is laid under pictures by. */
function soundClock(facts: WavFacts, tag: Tag): Pick<SoundFormat, 'clock'> {
  const stamp = timeStamp(facts, tag);
  const rate = rateOf(tag('TIMECODE_RATE'));
  const [inFile, digitizer] = [tag('FILE_SAMPLE_RATE'), tag('DIGITIZER_SAMPLE_RATE')].map(Number);
  if (stamp === null) return {};
  const inIxml = ixmlStamp(tag);
  return {
    clock: {
      ...stamp,
      timecodeRate: rate,
      dropFrame: rate === null ? null : /^df$/i.test(tag('TIMECODE_FLAG') ?? ''),
      ...(digitizer! > 0 ? { digitizerRate: digitizer! } : {}),
      ...(inFile! > 0 ? { toldSampleRate: inFile! } : {}),
      ...(facts.bext && inIxml !== null ? { toldSamples: inIxml } : {}),
    },
  };
}

/** Samples since midnight and the rate that they count at; null where the recorder told none. */
function timeStamp(facts: WavFacts, tag: Tag): { samples: number; sampleRate: number } | null {
  const samples = facts.bext ? facts.bext.timeReference : ixmlStamp(tag);
  const sampleRate = Number(tag('TIMESTAMP_SAMPLE_RATE') ?? facts.sampleRate ?? 0);
  if (samples === null || sampleRate <= 0 || !Number.isSafeInteger(samples)) return null;
  return { samples, sampleRate };
}

function ixmlStamp(tag: Tag): number | null {
  const [high, low] = [
    tag('TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_HI'),
    tag('TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_LO'),
  ];
  return high !== undefined && low !== undefined ? Number(high) * 2 ** 32 + Number(low) : null;
}

/** Samples since midnight to a frame of the recorder's timecode, rounded down: the frame in which the recording begins. */
function readTime(facts: WavFacts, tag: Tag, readings: Readings): void {
  const spoken = tag('TIMECODE_RATE');
  const rate = rateOf(spoken);
  readings.add('timecodeRate', 'iXML TIMECODE_RATE', rate, { raw: spoken });
  const stamp = timeStamp(facts, tag);
  if (stamp === null || !rate) return;
  const { samples, sampleRate } = stamp;
  const dropFrame = /^df$/i.test(tag('TIMECODE_FLAG') ?? '');
  // Timecode of an NTSC rate runs slower than the clock, drop-frame or not: count frames, not seconds.
  const frame = Math.floor((samples * rate.num) / (rate.den * sampleRate) + 1e-6);
  readings.add(
    'startTimecode',
    facts.bext ? 'bext time reference' : 'iXML time stamp',
    { place: 'header', startFrame: frame, rate, dropFrame },
    {
      raw: { samples, sampleRate, rate: spoken, flag: tag('TIMECODE_FLAG') ?? null, base: nominalBase(rate) },
    },
  );
  if (facts.frames && facts.sampleRate)
    readings.add(
      'frameCount',
      'samples at TIMECODE_RATE',
      Math.floor((facts.frames * rate.num) / (rate.den * facts.sampleRate)),
      { raw: facts.frames, confidence: 0.7 },
    );
  readings.add('frameRate', 'iXML TIMECODE_RATE', rational(rate.num, rate.den), {
    raw: spoken,
    confidence: 0.8,
  });
}
