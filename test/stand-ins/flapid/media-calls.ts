import { type Act, clipOf, Refusal } from './beings.ts';
import { type Clip, probeMovie, probeSequence } from './probe.ts';

/** The application and its media. */
export const MEDIA_CALLS: Record<string, Act> = {
  'Application.get_application_info': ({ wrong }) => ({
    ...versionOf(wrong.version ?? '5.3.17711'),
    Name: 'Stand-in',
    Path: '/nowhere',
    Product: 'baselight',
  }),
  'Application.get_sdk_versions': () => [
    { _type: 'SDKVersion', Key: 'standin', Name: 'Stand-in Camera SDK', Description: '', Version: '1.2.3' },
    { _type: 'SDKVersion', Key: 'r3d', Name: 'R3D', Description: '', Version: '8.5' },
  ],
  'Utilities.get_allowed_enum_values': ({ wrong }, { enumType }) => {
    if (!wrong.laterEnums?.includes(String(enumType)))
      throw new Refusal(`there is no enumeration ${String(enumType)}`);
    return [{ _type: 'EnumInfo', Value: 'x', Desc: 'X' }];
  },
  'SequenceDescriptor.get_for_template': (world, { template, start, end }) => {
    const clip = probeSequence(String(template), Number(start), Number(end));
    return clip ? [world.make('SequenceDescriptor', { clip })] : [];
  },
  'SequenceDescriptor.get_for_file': (world, { filepath }) => {
    const clip = probeMovie(String(filepath)) ?? frameClip(String(filepath));
    if (!clip) throw new Refusal(`cannot open ${String(filepath)}`);
    return world.make('SequenceDescriptor', { clip });
  },
  'SequenceDescriptor.get_start_frame': (_, __, me) => clipOf(me).start,
  'SequenceDescriptor.get_end_frame': (_, __, me) => clipOf(me).start + clipOf(me).frameCount - 1,
  'SequenceDescriptor.get_start_handle': (_, __, me) => clipOf(me).start,
  'SequenceDescriptor.get_end_handle': (_, __, me) => clipOf(me).start + clipOf(me).frameCount - 1,
  'SequenceDescriptor.get_width': (_, __, me) => clipOf(me).width,
  'SequenceDescriptor.get_height': (_, __, me) => clipOf(me).height,
  'SequenceDescriptor.get_pixel_aspect_ratio': () => 1.0,
  'SequenceDescriptor.is_movie': (_, __, me) => (clipOf(me).isMovie ? 1 : 0),
  'SequenceDescriptor.get_tape': () => 'A001C001',
  'SequenceDescriptor.get_start_timecode': ({ wrong }) => {
    const [h, m, s, f] = wrong.startsAt ?? [1, 0, 0, 0];
    return { _type: 'timecode', h, m, s, f, phase: 0, fps: 24, wrap: 24 };
  },
  'SequenceDescriptor.get_metadata': ({ wrong }) => ({
    Camera: 'Stand-in',
    Padding: 'x'.repeat(wrong.metadataBytes ?? 0),
  }),
  'Image.get_raw_metadata': () => ({}),
};

function versionOf(version: string): Record<'Major' | 'Minor' | 'Build', string> {
  const [Major = '', Minor = '', Build = ''] = version.split('.');
  return { Build, Major, Minor };
}

/** One frame of a sequence, by its own file: what inspection asks for. */
function frameClip(path: string): Clip | null {
  const match = /^(.*?)(\d+)(\.\w+)$/.exec(path);
  return match
    ? probeSequence(`${match[1]}%.${match[2]!.length}F${match[3]}`, Number(match[2]), Number(match[2]))
    : null;
}
