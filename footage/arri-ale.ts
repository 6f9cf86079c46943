import { makeAle, ratePerSecond } from './ale.ts';
import { frameTimecode, type MadeClip } from './clip-spec.ts';

/** The ALE that an ALEXA leaves on its card. `End` is exclusive, as ARRI writes it. Source: shared reference inspection, 3.1 (ALE column). */
export function makeArriAle(clips: readonly MadeClip[], shootDay: string): string {
  const first = clips[0];
  if (!first) return makeAle({ num: 24, den: 1 }, 1080, []);
  return makeAle(
    first.rate,
    first.height,
    clips.map((clip) => ({
      Name: clip.clipName,
      Tracks: clip.hasSound ? 'VA1' : 'V',
      Start: clip.startTimecode,
      End: frameTimecode(clip, clip.frameCount),
      Reel_name: clip.reel,
      Tape: clip.clipName,
      'Source File': clip.path,
      Camera_index: clip.reel.slice(0, 1),
      Manufacturer: 'ARRI',
      Camera_model: 'ALEXA Mini',
      Camera_sn: 'K1.0001234',
      Project_fps: ratePerSecond(clip.rate),
      Sensor_fps: ratePerSecond(clip.rate),
      Exposure_index: '800',
      White_balance: '5600',
      Cc_shift: '0',
      Shutter_angle: '172.8',
      Gamma: 'LOG-C',
      Lens_type: 'Synthetic Prime 32mm T2.8',
      Frame_width: String(clip.width),
      Frame_height: String(clip.height),
      Date_camera: shootDay,
      Time_camera: '09h00m00s',
    })),
  );
}
