/**
 * Methods that the stand-in knows, with the types of their parameters and whether they belong to a class (`S`) or an object
 * (`i`). Source: the public FLAPI 5.3 interface pages. Everything else is refused.
 */
const TABLE = `
S Application.get_application_info()
S Application.get_sdk_versions()
S Utilities.get_allowed_enum_values(enumType: string)
S SequenceDescriptor.get_for_template(template: string, start: int|null, end: int|null)
S SequenceDescriptor.get_for_file(filepath: string)
i SequenceDescriptor.get_start_frame()
i SequenceDescriptor.get_end_frame()
i SequenceDescriptor.get_start_handle()
i SequenceDescriptor.get_end_handle()
i SequenceDescriptor.get_width()
i SequenceDescriptor.get_height()
i SequenceDescriptor.get_pixel_aspect_ratio()
i SequenceDescriptor.get_start_timecode(index: int)
i SequenceDescriptor.get_tape(index: int)
i SequenceDescriptor.is_movie()
i SequenceDescriptor.get_metadata()
S Image.get_raw_metadata(filename: string)
S Scene.temporary_scene(options: NewSceneOptions)
i Scene.start_delta(name: string)
i Scene.cancel_delta()
i Scene.end_delta()
i Scene.close_scene()
i Scene.insert_sequence(sequence: SequenceDescriptor, where: string, relativeTo: Shot|null, colourSpace: string|null, format: string|null)
i Scene.get_metadata_definitions()
i Shot.get_codec()
i Shot.get_start_frame()
i Shot.get_end_frame()
i Shot.get_src_start_frame()
i Shot.get_actual_input_colour_space(eye: string)
i Shot.get_input_format(eye: string)
i Shot.set_input_format(name: string, eye: string)
i Shot.set_input_colour_space(name: string, eye: string)
i Shot.get_metadata(md_keys: set)
S Shot.get_decode_parameter_type_for_codec(codec: string)
S Shot.get_decode_parameter_definitions(decode_type: string)
i Shot.get_decode_parameters()
i Shot.set_decode_parameters(decode_params: struct)
i Shot.insert_cdl_layer(cdl_values: array)
i Shot.get_blg_payload()
S FormatSet.global_formats()
i FormatSet.get_format_names()
i FormatSet.get_format(name: string)
i FormatSet.get_colour_space_names()
i FormatSet.add_format(name: string, description: string, width: int, height: int, pixelAspectRatio: float)
i Format.get_resolution(res: string)
S RenderSetup.create()
i RenderSetup.set_scene(scene: Scene)
i RenderSetup.add_deliverable(deliverable: RenderDeliverable)
i RenderSetup.set_frames(frames: array)
i RenderSetup.get_output_filename_for_deliverable(index: int, leave_container: int, frame: int)
S RenderProcessor.get()
i RenderProcessor.start(renderSetup: RenderSetup)
i RenderProcessor.get_progress()
i RenderProcessor.get_log()
i RenderProcessor.shutdown()
`;

/** What 6.0 has beside, as this stand-in's own schema.json says it: no public text has the names of the parameters. */
const LATER = `
i Shot.insert_amf_stack(amf_pathname: string, how: AMFInsertSettings)
i Shot.aces_idt_for_input_colour_space()
`;

/** Fields of value types that only later versions have. */
export const LATER_TYPES: Readonly<Record<string, readonly string[]>> = {
  AMFInsertSettings: ['CLFDirectory', 'CCCDirectory', 'ObeyApplied', 'Apply'],
};

export type Signature = { isStatic: boolean; params: { name: string; type: string; nullable: boolean }[] };

/** Every known method by its name. */
export const SIGNATURES = signaturesOf(TABLE);

/** Every method that 6.0 knows, by its name. */
export const LATER_SIGNATURES = signaturesOf(TABLE + LATER);

function signaturesOf(table: string): ReadonlyMap<string, Signature> {
  return new Map(
    [...table.matchAll(/^([Si]) ([\w.]+)\((.*)\)$/gm)].map(([, kind, name, params]) => [
      name!,
      {
        isStatic: kind === 'S',
        params: [...params!.matchAll(/(\w+): (\w+)(\|null)?/g)].map(([, param, type, nullable]) => ({
          name: param!,
          type: type!,
          nullable: nullable !== undefined,
        })),
      },
    ]),
  );
}

const VALUE_TYPES = new Set(['NewSceneOptions', 'RenderDeliverable', 'struct', ...Object.keys(LATER_TYPES)]);

/** What is wrong with the parameters of a call; null when they fit. */
export function faultOfParameters({ params }: Signature, given: unknown): string | null {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return 'params is no object';
  const values = given as Record<string, unknown>;
  for (const name of Object.keys(values))
    if (!params.some((param) => param.name === name)) return `unknown parameter ${name}`;
  for (const { name, type, nullable } of params) {
    if (!(name in values)) return `parameter ${name} is missing`;
    const value = values[name];
    if (value === null ? !nullable : !fits(type, value)) return `parameter ${name} is no ${type}`;
  }
  return null;
}

function fits(type: string, value: unknown): boolean {
  if (type === 'int') return Number.isInteger(value);
  if (type === 'float') return typeof value === 'number';
  if (type === 'string') return typeof value === 'string';
  if (type === 'array') return Array.isArray(value);
  if (typeof value !== 'object' || value === null) return false;
  const tagged = value as { _type?: unknown; _handle?: unknown; _id?: unknown };
  if (type === 'set') return tagged._type === 'set';
  if (type === 'struct') return tagged._type === undefined;
  if (VALUE_TYPES.has(type)) return tagged._type === undefined || tagged._type === type;
  return tagged._handle === type && Number.isInteger(tagged._id);
}
