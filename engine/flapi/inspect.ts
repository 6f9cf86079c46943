import { z } from 'zod';
import { PipelineError } from '../../schemas/failure.ts';
import type { ToolAnswer } from '../tools/tool-answer.ts';
import { isUrl } from '../tools/url-location.ts';
import { flapiVersions } from './capabilities.ts';
import { discoverDecodeParameters } from './decode-parameters.ts';
import { answerOf, Flag } from './parse-answer.ts';
import type { FlapiSession } from './session.ts';
import { type Handle, typed, WireTimecode } from './wire.ts';

/** What the application knows of one file, and what its decoder takes; the versions that said so stand beside. */
export async function inspectByFlapi(session: FlapiSession, path: string): Promise<ToolAnswer> {
  const started = performance.now();
  const answer = { tool: 'flapi', version: 'unknown', output: null as unknown };
  try {
    const versions = await flapiVersions(session);
    answer.version = Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', ');
    if (isUrl(path))
      throw new PipelineError('unsupported', 'flapid reads files in place, not URLs', { path });
    answer.output = { versions, ...(await readFacts(session, path)) };
    return { ...answer, durationMs: performance.now() - started };
  } catch (error) {
    // What concerns the server concerns every file; what it cannot read of this one is an answer.
    if (
      !(error instanceof PipelineError) ||
      !['tool-failed', 'unsupported'].includes(error.code) ||
      error.facts.code !== undefined
    )
      throw error;
    return { ...answer, error: error.message, durationMs: performance.now() - started };
  }
}

async function readFacts(session: FlapiSession, path: string): Promise<Record<string, unknown>> {
  const found = await session.ask('SequenceDescriptor.get_for_file', { filepath: path });
  const sequence = session.object(found, 'SequenceDescriptor');
  const ask = <T>(schema: z.ZodType<T>, method: string, params: Record<string, unknown> = {}) =>
    answerOf(session, schema, `SequenceDescriptor.${method}`, params, sequence);
  const facts = {
    startFrame: await ask(z.int(), 'get_start_frame'),
    endFrame: await ask(z.int(), 'get_end_frame'),
    width: await ask(z.int(), 'get_width'),
    height: await ask(z.int(), 'get_height'),
    pixelAspectRatio: await ask(z.number(), 'get_pixel_aspect_ratio'),
    startTimecode: await ask(WireTimecode.nullable(), 'get_start_timecode', { index: 0 }),
    tape: await ask(z.string().nullable(), 'get_tape', { index: 0 }),
    isMovie: await ask(Flag, 'is_movie'),
    // Free form: nothing of it is relied on.
    metadata: await ask(z.unknown(), 'get_metadata'),
  };
  return { ...facts, ...(await readDecoder(session, sequence)) };
}

/** Codec, input colour space and decode parameters need a shot, so a temporary scene. */
async function readDecoder(session: FlapiSession, sequence: Handle): Promise<Record<string, unknown>> {
  const options = typed('NewSceneOptions', {
    format: 'HD 1920x1080',
    colourspace: 'ACES_lin',
    frame_rate: 24,
    field_order: 'None',
    template: null,
    blg_template: null,
  });
  const scene = session.object(await session.ask('Scene.temporary_scene', { options }), 'Scene');
  await session.tell(scene, 'Scene.start_delta', { name: 'Inspect' });
  const { _handle, _id } = sequence;
  const inserted = await session.tell(scene, 'Scene.insert_sequence', {
    sequence: { _handle, _id },
    where: 'end',
    relativeTo: null,
    colourSpace: null,
    format: null,
  });
  const shot = session.object(inserted, 'Shot');
  await session.tell(scene, 'Scene.end_delta');
  const text = z.string().nullable();
  const eye = { eye: 'GMSE_MONO' };
  const facts = {
    inputColourSpace: await answerOf(session, text, 'Shot.get_actual_input_colour_space', eye, shot),
    inputFormat: await answerOf(session, text, 'Shot.get_input_format', eye, shot),
    decoder: await discoverDecodeParameters(session, shot),
    decodeParameters: await answerOf(
      session,
      z.looseObject({}).nullable(),
      'Shot.get_decode_parameters',
      {},
      shot,
    ),
  };
  await session.tell(scene, 'Scene.close_scene');
  return facts;
}
