import {
  type Act,
  type Being,
  clipOf,
  type Params,
  Refusal,
  requireDelta,
  type Size,
  spaceOf,
} from './beings.ts';
import { type Look, SPACES } from './render.ts';

/** Where the one shot of a scene begins. */
export const SHOT_START = 1000;

const DECODE_TYPE = 'STANDIN';
const PARAMETERS = [
  {
    _type: 'DecodeParameterDefinition',
    Parameter: 'ISO',
    Type: 'Integer',
    Default: 800,
    Label: 'ISO',
    Min: 100,
    Max: 6400,
    Choices: null,
  },
  {
    _type: 'DecodeParameterDefinition',
    Parameter: 'Debayer',
    Type: 'Choice',
    Default: 'high',
    Label: 'Debayer',
    Min: null,
    Max: null,
    Choices: [
      { Value: 'high', Label: 'High' },
      { Value: 'draft', Label: 'Draft' },
    ],
  },
];

/** Scenes, shots and formats. */
export const SCENE_CALLS: Record<string, Act> = {
  'Scene.temporary_scene': (world, { options }) => {
    const given = options as Params;
    world.format(given.format);
    return world.make('Scene', { delta: false, working: spaceOf(given.colourspace) });
  },
  'Scene.start_delta': (_, __, scene) => {
    scene.state.delta = true;
  },
  'Scene.end_delta': (_, __, scene) => {
    requireDelta(scene);
    scene.state.delta = false;
  },
  'Scene.cancel_delta': (_, __, scene) => {
    scene.state.delta = false;
  },
  'Scene.close_scene': () => 1,
  'Scene.get_metadata_definitions': () => [],
  'Scene.insert_sequence': (world, { sequence, colourSpace, format, where }, scene) => {
    requireDelta(scene);
    if (where !== 'end') throw new Refusal(`where is ${String(where)}`);
    if (format !== null) world.format(format);
    const clip = clipOf(world.of(sequence));
    const own = clip.decode.codec === 'exr' ? 'ACES_lin' : 'Stand-in LogC3 AWG3';
    const input = colourSpace === null ? own : spaceOf(colourSpace);
    const shot = world.make('Shot', { clip, scene, input, format, looks: [] });
    scene.state.shot = shot;
    return shot;
  },
  'Shot.get_codec': (_, __, me) => (clipOf(me).decode.codec === 'dpx' ? 'standin' : null),
  'Shot.get_start_frame': () => SHOT_START,
  'Shot.get_end_frame': (_, __, me) => SHOT_START + clipOf(me).frameCount,
  'Shot.get_src_start_frame': ({ wrong }, __, me) => clipOf(me).start + (wrong.sourceOff ?? 0),
  'Shot.get_actual_input_colour_space': (_, __, me) => me.state.input,
  'Shot.get_input_format': (_, __, me) => me.state.format ?? 'HD 1920x1080',
  'Shot.set_input_format': (world, { name }, me) => {
    requireDelta(me.state.scene as Being);
    const size = world.format(name);
    const { width, height } = clipOf(me);
    if (size.Width !== width || size.Height !== height) throw new Refusal('this stand-in does not scale');
    me.state.format = name;
  },
  'Shot.set_input_colour_space': (_, { name }, me) => {
    requireDelta(me.state.scene as Being);
    me.state.input = spaceOf(name);
  },
  'Shot.get_metadata': () => ({ tape: 'A001C001' }),
  'Shot.get_decode_parameter_type_for_codec': () => DECODE_TYPE,
  'Shot.get_decode_parameter_definitions': (_, { decode_type }) =>
    decode_type === DECODE_TYPE ? PARAMETERS : [],
  'Shot.get_decode_parameters': () => ({ ISO: 800, Debayer: 'high' }),
  'Shot.set_decode_parameters': (_, { decode_params }, me) => {
    requireDelta(me.state.scene as Being);
    for (const key of Object.keys(decode_params as Params))
      if (!PARAMETERS.some(({ Parameter }) => Parameter === key)) throw new Refusal(`no parameter ${key}`);
  },
  'Shot.insert_cdl_layer': (_, { cdl_values }, me) => {
    const values = cdl_values as number[];
    if (values.length !== 10) throw new Refusal('a CDL has ten values');
    const { working } = (me.state.scene as Being).state;
    (me.state.looks as Look[]).push({ values, space: String(working) });
  },
  'Shot.get_blg_payload': (_, __, me) => JSON.stringify([me.state.input, me.state.looks]),
  'FormatSet.global_formats': (world) => world.make('FormatSet'),
  'FormatSet.get_format_names': ({ formats }) => [...formats.keys()],
  'FormatSet.get_colour_space_names': () => Object.keys(SPACES),
  'FormatSet.get_format': (world, { name }) => world.make('Format', { size: world.format(name) }),
  'FormatSet.add_format': (world, { name, width, height, pixelAspectRatio }) => {
    if (world.formats.has(String(name))) throw new Refusal(`there is a format ${String(name)}`);
    const size = {
      Width: Number(width),
      Height: Number(height),
      PixelAspectRatio: Number(pixelAspectRatio),
    };
    world.formats.set(String(name), size);
    return world.make('Format', { size });
  },
  'Format.get_resolution': (_, __, me) => ({ _type: 'FormatInfo', ...(me.state.size as Size) }),
};
