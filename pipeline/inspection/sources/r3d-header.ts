import type { R3dFacts } from '../../../engine/open/inspect/readers/r3d.ts';
import { snapFrameRate } from '../../../standards/time/frame-rate.ts';
import { rational } from '../../../standards/time/rational.ts';
import { rateOf } from '../quantities.ts';
import type { Readings } from '../reading.ts';
import type { Source } from './source.ts';

/**
 * R3D directory by tag number. `101b` is the clip number and `1019` the camera letter, whatever other tools call them.
 * Sources: ExifTool Red.pm; shared reference inspection 3.2; agrees with REDline's names on the captured sample.
 */
export const r3dHeader: Source = {
  tool: 'r3d-header',
  confidence: 0.9,
  read(facts: R3dFacts, readings: Readings): void {
    const text = (tag: string) => (typeof facts.tags[tag] === 'string' ? (facts.tags[tag] as string) : null);
    const number = (tag: string) => {
      const v = facts.tags[tag];
      return Array.isArray(v) && typeof v[0] === 'number' && v[0] > 0 ? v[0] : null;
    };
    readings.add('container', 'RED', 'r3d', { raw: `RED${facts.redcodeVersion}` });
    readings.add(
      'codec',
      'RED',
      { family: 'redcode', bayer: true, ...(text('10be') ? { compressionRatio: text('10be') } : {}) },
      { raw: `RED${facts.redcodeVersion}` },
    );
    readings.add('cameraMake', 'RED', 'RED', { raw: `RED${facts.redcodeVersion}` });
    readings.add('cameraModel', '1071', text('1071') ?? text('10a0'));
    readings.add('cameraSerialNumber', '1006', text('1006'));
    readings.add('cameraFirmware', '1025', text('1025'));
    if (facts.width && facts.height)
      readings.add('imageSize', 'rdi width, height', { width: facts.width, height: facts.height });
    if (facts.frameRate)
      readings.add(
        'frameRate',
        'rdi rate',
        snapFrameRate(rational(facts.frameRate.num, facts.frameRate.den)),
        { raw: facts.frameRate },
      );
    readings.add('captureRate', '2066', rateOf(number('2066')), { raw: facts.tags['2066'] });
    const timecode = text('1001');
    if (timecode)
      readings.add('startTimecode', '1001', { place: 'header', text: timecode }, { raw: timecode });
    readings.add('edgeTimecode', '1000', text('1000'));
    readNames(text, readings);
    readings.add('exposureIndex', '403b', number('403b'));
    readings.add('whiteBalance', '200d', number('200d'));
    const tint = facts.tags['200e'];
    if (Array.isArray(tint) && typeof tint[0] === 'number')
      readings.add('tint', '200e', tint[0], { confidence: 0.6 });
    readings.add('focalLength', '406b', number('406b'));
    const aperture = number('406a');
    readings.add('fStop', '406a', aperture === null ? null : aperture / 10, { raw: facts.tags['406a'] });
    const focus = number('606c');
    if (focus === null && facts.tags['606c']) readings.unset('focusDistance', '606c', facts.tags['606c']);
    else
      readings.add('focusDistance', '606c', focus === null ? null : focus / 1000, {
        raw: facts.tags['606c'],
      });
    // Seen 20833.33 at 180° and 24 frames: microseconds.
    const exposure = number('2008');
    readings.add('exposureTime', '2008', exposure === null ? null : exposure / 1e6, {
      raw: facts.tags['2008'],
    });
    readings.add('lensModel', '1070', text('1070'));
    readings.add('lensMake', '106e', text('106e'));
    readings.add('mediaSerial', '1032', text('1032'));
  },
};

/** Reel as RED and editors write it: camera letter and three digits. */
function readNames(text: (tag: string) => string | null, readings: Readings): void {
  const [letter, reel] = [text('1019'), text('101a')];
  readings.add('cameraLabel', '1019', letter);
  readings.add('cameraPosition', '1051', text('1051'));
  readings.add('reelNumber', '101a', reel);
  readings.add('clipNumber', '101b', text('101b'));
  if (letter && reel) readings.add('reelName', '1019, 101a', `${letter}${reel.padStart(3, '0')}`);
  const file = text('1056');
  readings.add('clipName', '1056', file?.replace(/(_\d{3})?\.R3D$/i, ''), { raw: file });
  const [date, time] = [text('1023'), text('1024')];
  const whole = date && time && /^\d{8}$/.test(date) && /^\d{6}$/.test(time);
  if (whole)
    readings.add(
      'recordedAt',
      '1023, 1024',
      `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}T${time.slice(0, 2)}:${time.slice(2, 4)}:${time.slice(4)}`,
      { raw: `${date} ${time}` },
    );
}
