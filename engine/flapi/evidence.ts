import type { Evidence } from '../vendor/evidence.ts';

const CLIENTS = 'frames of the 5.3 Python and Node clients';
const PAGES = 'FLAPI 5.3.17711 interface pages';

const CAPTURED =
  'connect Application.get_application_info SequenceDescriptor.get_for_template SequenceDescriptor.get_start_timecode SequenceDescriptor.get_metadata Scene.temporary_scene Scene.start_delta Scene.insert_sequence Scene.end_delta Shot.get_codec Shot.set_decode_parameters Shot.set_input_format FormatSet.add_format RenderSetup.add_deliverable RenderSetup.set_frames RenderProcessor.get RenderProcessor.start RenderProcessor.get_progress connect_signal'.split(
    ' ',
  );
const DOCUMENTED =
  'RenderSetup.set_scene Application.get_sdk_versions SequenceDescriptor.get_for_file SequenceDescriptor.get_start_frame SequenceDescriptor.get_end_frame SequenceDescriptor.get_width SequenceDescriptor.get_height SequenceDescriptor.get_pixel_aspect_ratio SequenceDescriptor.get_tape SequenceDescriptor.is_movie Scene.cancel_delta Scene.close_scene Shot.get_start_frame Shot.get_end_frame Shot.get_src_start_frame Shot.get_actual_input_colour_space Shot.get_input_format Shot.set_input_colour_space Shot.insert_cdl_layer Shot.get_decode_parameters Shot.get_decode_parameter_type_for_codec Shot.get_decode_parameter_definitions FormatSet.global_formats FormatSet.get_format_names FormatSet.get_format FormatSet.get_colour_space_names Format.get_resolution RenderSetup.create RenderSetup.get_output_filename_for_deliverable RenderProcessor.get_log RenderProcessor.shutdown Utilities.get_allowed_enum_values Shot.get_blg_payload'.split(
    ' ',
  );

/** What the FilmLight engine relies on. A test holds it against every method that the engine calls. */
export const FLAPI_EVIDENCE: readonly Evidence[] = [
  ...CAPTURED.map((what) => ({ what, rests: 'captured' as const, source: CLIENTS })),
  ...DOCUMENTED.map((what) => ({ what, rests: 'vendor page' as const, source: PAGES })),
  { what: 'flapid --slave --flmon --fifo', rests: 'public code', source: 'launch of the 5.3 Python client' },
  {
    what: 'FileType EXR, compression PIZ',
    rests: 'public code',
    source: "FilmLight's TranscodeToEXR example",
  },
  { what: 'colour spaces ACES_lin and ACEScg', rests: 'public code', source: "FilmLight's examples" },
  {
    what: 'order of the ten values of a CDL',
    rests: 'unproven',
    source: 'inferred: slope, offset, power by channel, saturation',
  },
  {
    what: 'scene frame from shot start and source start',
    rests: 'unproven',
    source: 'inferred from the frame conventions',
  },
  {
    what: 'codecs told from names of camera libraries',
    rests: 'unproven',
    source: 'keys of get_sdk_versions are not public',
  },
  {
    what: 'CUDA_VISIBLE_DEVICES= keeps flapid on the processor',
    rests: 'unproven',
    source: "NVIDIA's variable; no switch of FilmLight is public",
  },
  { what: 'words of a licence error', rests: 'unproven', source: 'error codes are not public' },
  {
    what: 'enumerations AMF_APPLY and AFFINE_TYPE tell that AMF and FDL are there',
    rests: 'unproven',
    source: 'names of the contents list; asked, and told to people',
  },
  {
    what: 'share/flapi/schema/schema.json beside flapid, its classes, methods and value types',
    rests: 'public code',
    source: "FilmLight's own flapi-dev-mcp",
  },
  ...['Shot.insert_amf_stack', 'Shot.aces_idt_for_input_colour_space'].map((what) => ({
    what,
    rests: 'unproven' as const,
    source:
      'name in the release notes of 6.0.20910; parameters as schema.json of the installation says them, used only where it was tried',
  })),
  { what: 'class FDL', rests: 'unproven', source: 'name only, not called: framing is ours, to the pixel' },
];
