import { mkdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Misbehaviour, ofThisRender } from './misbehaviour.ts';
import { type Clip, probeMovie, probeSequence } from './probe.ts';
import { renderOrder, SPACES } from './render.ts';
import { faultOfParameters, SIGNATURES } from './signatures.ts';

type Params = Record<string, unknown>;
type Being = { id: number; className: string; state: Record<string, unknown> };
type Size = { Width: number; Height: number; PixelAspectRatio: number };
const SHOT_START = 1000;

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

/** Fields that every deliverable of 5.3 has. A deliverable with one left out, or one that is not known, is refused. */
const DELIVERABLE =
  'Name Disabled IsMovie FileType MovieCodec AudioCodec ImageOptions FastStart AudioSampleRate AudioNumChannels Container OutputDirectory FileNamePrefix FileNamePostfix FileNameNumDigits FileNameNumber FileNameExtension ColourSpaceTag RenderFormat RenderResolution RenderFrameRate RenderFieldOrder RenderDecodeQuality RenderColourSpace RenderVideoLUT RenderLayer RenderTrack RenderMask RenderMaskMode RenderBurnin RenderFlashBurnin RenderDisableCache HandleIncompleteStacks HandleEmptyFrames HandleError EmbedTimecode EmbedTape EmbedClip'.split(
    ' ',
  );

/** An error that is told to the caller. */
export class Refusal extends Error {}

/** The objects of one connection, and what their methods do. */
export class World {
  #wrong: Misbehaviour;
  #beings = new Map<number, Being>();
  #nextId = 101;
  #formats = new Map<string, Size>([['HD 1920x1080', { Width: 1920, Height: 1080, PixelAspectRatio: 1 }]]);
  #render = { Status: 'Queued', Error: null as string | null, Total: 0, Complete: 0, Failed: 0 };
  #log: Params[] = [];
  #abort = new AbortController();
  /** Methods in the order they were called, for tests. */
  readonly called: string[] = [];

  constructor(wrong: Misbehaviour) {
    this.#wrong = wrong;
  }

  forget(id: number): void {
    if (!this.#beings.delete(id)) throw new Refusal(`there is no object ${id}`);
  }

  has(id: number): boolean {
    return this.#beings.has(id);
  }

  call(method: string, target: unknown, params: unknown): unknown {
    const signature = SIGNATURES.get(method);
    if (!signature) throw new Refusal(`there is no method ${method}`);
    const fault = faultOfParameters(signature, params);
    if (fault) throw new Refusal(`${method}: ${fault}`);
    const being = signature.isStatic ? null : this.#being(target, method.split('.')[0]!);
    if (signature.isStatic && target !== null && target !== undefined)
      throw new Refusal(`${method} has no target`);
    this.called.push(method);
    const act = this.#acts[method];
    if (!act) throw new Refusal(`${method} is not in this stand-in`);
    return act(params as Params, being as Being);
  }

  stop(): void {
    this.#abort.abort(new Error('shut down'));
  }

  #being(id: unknown, className: string): Being {
    const being = this.#beings.get(id as number);
    if (!being) throw new Refusal(`there is no object ${String(id)}`);
    if (being.className !== className)
      throw new Refusal(`object ${id} is a ${being.className}, no ${className}`);
    return being;
  }

  #make(className: string, state: Record<string, unknown> = {}): { _handle: string; _id: number } {
    const id = this.#nextId++;
    this.#beings.set(id, { id, className, state });
    return { _handle: className, _id: id };
  }

  #of(handle: unknown): Being {
    const { _handle, _id } = handle as { _handle: string; _id: number };
    return this.#being(_id, _handle);
  }

  #inDelta(scene: Being): void {
    if (!scene.state.delta) throw new Refusal('no delta is open');
  }

  #clip(being: Being): Clip {
    return being.state.clip as Clip;
  }

  #space(name: unknown): string {
    if (typeof name !== 'string' || !(name in SPACES))
      throw new Refusal(`there is no colour space ${String(name)}`);
    return name;
  }

  #format(name: unknown): Size {
    const size = this.#formats.get(String(name));
    if (!size) throw new Refusal(`there is no format ${String(name)}`);
    return size;
  }

  #acts: Record<string, (params: Params, being: Being) => unknown> = {
    'Application.get_application_info': () => ({
      Build: '17711',
      Major: '5',
      Minor: '3',
      Name: 'Stand-in',
      Path: '/nowhere',
      Product: 'baselight',
    }),
    'Application.get_sdk_versions': () => [
      { _type: 'SDKVersion', Key: 'standin', Name: 'Stand-in Camera SDK', Description: '', Version: '1.2.3' },
      { _type: 'SDKVersion', Key: 'r3d', Name: 'R3D', Description: '', Version: '8.5' },
    ],
    'Utilities.get_allowed_enum_values': ({ enumType }) => {
      if (!this.#wrong.laterEnums?.includes(String(enumType)))
        throw new Refusal(`there is no enumeration ${String(enumType)}`);
      return [{ _type: 'EnumInfo', Value: 'x', Desc: 'X' }];
    },
    'SequenceDescriptor.get_for_template': ({ template, start, end }) => {
      const clip = probeSequence(String(template), Number(start), Number(end));
      return clip ? [this.#make('SequenceDescriptor', { clip })] : [];
    },
    'SequenceDescriptor.get_for_file': ({ filepath }) => {
      const clip = probeMovie(String(filepath)) ?? frameClip(String(filepath));
      if (!clip) throw new Refusal(`cannot open ${String(filepath)}`);
      return this.#make('SequenceDescriptor', { clip });
    },
    'SequenceDescriptor.get_start_frame': (_, me) => this.#clip(me).start,
    'SequenceDescriptor.get_end_frame': (_, me) => this.#clip(me).start + this.#clip(me).frameCount - 1,
    'SequenceDescriptor.get_start_handle': (_, me) => this.#clip(me).start,
    'SequenceDescriptor.get_end_handle': (_, me) => this.#clip(me).start + this.#clip(me).frameCount - 1,
    'SequenceDescriptor.get_width': (_, me) => this.#clip(me).width,
    'SequenceDescriptor.get_height': (_, me) => this.#clip(me).height,
    'SequenceDescriptor.get_pixel_aspect_ratio': () => 1.0,
    'SequenceDescriptor.is_movie': (_, me) => (this.#clip(me).isMovie ? 1 : 0),
    'SequenceDescriptor.get_tape': () => 'A001C001',
    'SequenceDescriptor.get_start_timecode': () => ({
      _type: 'timecode',
      h: 1,
      m: 0,
      s: 0,
      f: 0,
      phase: 0,
      fps: 24,
      wrap: 24,
    }),
    'SequenceDescriptor.get_metadata': () => ({
      Camera: 'Stand-in',
      Padding: 'x'.repeat(this.#wrong.metadataBytes ?? 0),
    }),
    'Image.get_raw_metadata': () => ({}),
    'Scene.temporary_scene': ({ options }) => {
      const given = options as Params;
      this.#format(given.format);
      return this.#make('Scene', { delta: false, working: this.#space(given.colourspace) });
    },
    'Scene.start_delta': (_, scene) => {
      scene.state.delta = true;
    },
    'Scene.end_delta': (_, scene) => {
      this.#inDelta(scene);
      scene.state.delta = false;
    },
    'Scene.cancel_delta': (_, scene) => {
      scene.state.delta = false;
    },
    'Scene.close_scene': () => 1,
    'Scene.get_metadata_definitions': () => [],
    'Scene.insert_sequence': ({ sequence, colourSpace, format, where }, scene) => {
      this.#inDelta(scene);
      if (where !== 'end') throw new Refusal(`where is ${String(where)}`);
      if (format !== null) this.#format(format);
      const clip = this.#clip(this.#of(sequence));
      const input =
        colourSpace === null
          ? clip.decode.codec === 'exr'
            ? 'ACES_lin'
            : 'Stand-in LogC3 AWG3'
          : this.#space(colourSpace);
      const shot = this.#make('Shot', { clip, scene, input, format });
      scene.state.shot = shot;
      return shot;
    },
    'Shot.get_codec': (_, me) => (this.#clip(me).decode.codec === 'dpx' ? 'standin' : null),
    'Shot.get_start_frame': () => SHOT_START,
    'Shot.get_src_start_frame': (_, me) => this.#clip(me).start,
    'Shot.get_actual_input_colour_space': (_, me) => me.state.input,
    'Shot.get_input_format': (_, me) => me.state.format ?? 'HD 1920x1080',
    'Shot.set_input_format': ({ name }, me) => {
      this.#inDelta(me.state.scene as Being);
      const size = this.#format(name);
      const { width, height } = this.#clip(me);
      if (size.Width !== width || size.Height !== height) throw new Refusal('this stand-in does not scale');
      me.state.format = name;
    },
    'Shot.set_input_colour_space': ({ name }, me) => {
      this.#inDelta(me.state.scene as Being);
      me.state.input = this.#space(name);
    },
    'Shot.get_metadata': () => ({ tape: 'A001C001' }),
    'Shot.get_decode_parameter_type_for_codec': () => DECODE_TYPE,
    'Shot.get_decode_parameter_definitions': ({ decode_type }) =>
      decode_type === DECODE_TYPE ? PARAMETERS : [],
    'Shot.get_decode_parameters': () => ({ ISO: 800, Debayer: 'high' }),
    'Shot.set_decode_parameters': ({ decode_params }, me) => {
      this.#inDelta(me.state.scene as Being);
      for (const key of Object.keys(decode_params as Params))
        if (!PARAMETERS.some(({ Parameter }) => Parameter === key)) throw new Refusal(`no parameter ${key}`);
    },
    'Shot.insert_cdl_layer': ({ cdl_values }) => {
      if ((cdl_values as unknown[]).length !== 10) throw new Refusal('a CDL has ten values');
    },
    'FormatSet.global_formats': () => this.#make('FormatSet'),
    'FormatSet.get_format_names': () => [...this.#formats.keys()],
    'FormatSet.get_colour_space_names': () => Object.keys(SPACES),
    'FormatSet.get_format': ({ name }) => this.#make('Format', { size: this.#format(name) }),
    'FormatSet.add_format': ({ name, width, height, pixelAspectRatio }) => {
      if (this.#formats.has(String(name))) throw new Refusal(`there is a format ${String(name)}`);
      const size = {
        Width: Number(width),
        Height: Number(height),
        PixelAspectRatio: Number(pixelAspectRatio),
      };
      this.#formats.set(String(name), size);
      return this.#make('Format', { size });
    },
    'Format.get_resolution': (_, me) => ({ _type: 'FormatInfo', ...(me.state.size as Size) }),
    'RenderSetup.create': () => this.#make('RenderSetup', { deliverables: [] }),
    'RenderSetup.set_scene': ({ scene }, me) => {
      me.state.scene = this.#of(scene);
    },
    'RenderSetup.add_deliverable': ({ deliverable }, me) => {
      const given = deliverable as Params;
      const fault =
        DELIVERABLE.find((name) => !(name in given)) ??
        Object.keys(given).find((name) => name !== '_type' && !DELIVERABLE.includes(name));
      if (fault) throw new Refusal(`RenderDeliverable: ${fault}`);
      (me.state.deliverables as Params[]).push(given);
    },
    'RenderSetup.set_frames': ({ frames }, me) => {
      me.state.frames = frames;
    },
    'RenderSetup.get_output_filename_for_deliverable': ({ frame }, me) => this.#fileName(me, Number(frame)),
    'RenderProcessor.get': () => this.#make('RenderProcessor'),
    'RenderProcessor.start': ({ renderSetup }) => this.#start(this.#of(renderSetup)),
    'RenderProcessor.get_progress': () => this.#progress(),
    'RenderProcessor.get_log': () => this.#log,
    'RenderProcessor.shutdown': () => this.stop(),
  };

  #fileName(setup: Being, frame: number): string {
    const given = (setup.state.deliverables as Params[])[0]!;
    const number = String(frame).padStart(Number(given.FileNameNumDigits), '0');
    const prefix = this.#wrong.otherNames ? 'other_' : String(given.FileNamePrefix);
    return join(String(given.OutputDirectory), `${prefix}${number}${String(given.FileNameExtension)}`);
  }

  #start(setup: Being): void {
    if (this.#wrong.licenceFolder !== undefined) takeLicence(this.#wrong.licenceFolder);
    const wrong = ofThisRender(this.#wrong);
    const deliverable = (setup.state.deliverables as Params[])[0]!;
    const shot = this.#of((setup.state.scene as Being).state.shot);
    const clip = this.#clip(shot);
    const size = this.#format(deliverable.RenderFormat);
    if (size.Width !== clip.width || size.Height !== clip.height)
      throw new Refusal('this stand-in does not scale');
    const numbers = (setup.state.frames as { Start: number; End: number }[]).flatMap(({ Start, End }) =>
      Array.from({ length: End - Start + 1 }, (_, k) => Start + k),
    );
    const frames = numbers.map((number) => ({
      index: number - SHOT_START,
      path: this.#fileName(setup, number),
    }));
    Object.assign(this.#render, { Status: 'Active', Total: frames.length });
    const order = {
      clip,
      inputSpace: String(shot.state.input),
      outputSpace: this.#space(deliverable.RenderColourSpace),
      frames,
    };
    renderOrder(order, wrong, this.#abort.signal, (complete) => {
      this.#render.Complete = complete;
    }).then(
      () => {
        if (!wrong.stuckAtEnd) this.#render.Status = 'Done';
        this.#render.Error = wrong.doneWithError ?? null;
      },
      (error: unknown) => {
        Object.assign(this.#render, { Status: 'Crashed', Failed: 1 });
        this.#log.push({
          _type: 'RenderProcessorLogItem',
          Time: '',
          Type: 'fail',
          Task: '',
          Frame: 0,
          Message: String(error),
          Detail: String(error),
        });
      },
    );
  }

  #progress(): Params {
    const { Total, Complete } = this.#render;
    const Progress = Total === 0 ? 0 : Complete / Total;
    return {
      _type: 'RenderStatus',
      ...this.#render,
      Remaining: Total - Complete,
      Progress,
      ProgressMessage: '',
    };
  }
}

/** One licence for all processes that know of the folder; given back when the process ends. */
function takeLicence(folder: string): void {
  const held = join(folder, 'held');
  try {
    mkdirSync(held);
  } catch {
    throw new Refusal('All floating licenses are in use');
  }
  process.on('exit', () => rmdirSync(held));
}

/** One frame of a sequence, by its own file: what inspection asks for. */
function frameClip(path: string): Clip | null {
  const match = /^(.*?)(\d+)(\.\w+)$/.exec(path);
  return match
    ? probeSequence(`${match[1]}%.${match[2]!.length}F${match[3]}`, Number(match[2]), Number(match[2]))
    : null;
}
