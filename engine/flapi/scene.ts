import { z } from 'zod';
import { PipelineError } from '../../schemas/failure.ts';
import type { PixelSize, SegmentJob } from '../../schemas/segment-job.ts';
import { type AmfCalls, insertAmf } from './amf-stack.ts';
import { type FlapiColour, requireListed } from './colour.ts';
import { decodeValues, discoverDecodeParameters } from './decode-parameters.ts';
import { answerOf, FormatInfo } from './parse-answer.ts';
import type { FlapiSession } from './session.ts';
import { type Handle, typed } from './wire.ts';

/** The job's colour in FilmLight's words, and how an AMF is put on a shot where there is one; `file` is where it is written. */
export type SceneColour = { colour: FlapiColour; amf: { calls: AmfCalls; file: string } | null };

/** A temporary scene with one shot in it, ready to render. */
export type PlateScene = { scene: Handle; shot: Handle; format: string };

/**
 * Builds the scene: our format, the clip with it as its input format, colour and decode values, in one delta that is
 * taken back whole when a part fails. Nothing is scaled: source, scene and output have one size.
 */
export async function buildScene(
  session: FlapiSession,
  job: SegmentJob,
  sequence: Handle,
  said: SceneColour,
): Promise<PlateScene> {
  const { colour } = said;
  const format = await ensureFormat(session, job.geometry.source, colour);
  const options = typed('NewSceneOptions', {
    format,
    colourspace: colour.working,
    frame_rate: job.clip.frameRate.num / job.clip.frameRate.den,
    field_order: 'None',
    template: null,
    blg_template: null,
  });
  const scene = session.object(await session.ask('Scene.temporary_scene', { options }), 'Scene');
  await session.tell(scene, 'Scene.start_delta', { name: 'Insert' });
  try {
    const shot = await insertShot(session, job, scene, sequence, { format, ...said });
    await session.tell(scene, 'Scene.end_delta');
    return { scene, shot, format };
  } catch (error) {
    // The first fault is the one to tell; a server that is gone cannot take the delta back either.
    await session.tell(scene, 'Scene.cancel_delta').catch(() => {});
    throw error;
  }
}

/** The format of this size, made where it is not there yet. Source: FilmLight's TranscodeToEXR names one by its size. */
async function ensureFormat(session: FlapiSession, size: PixelSize, colour: FlapiColour): Promise<string> {
  const name = `Rushes ${size.width}x${size.height}`;
  const formats = session.object(await session.ask('FormatSet.global_formats'), 'FormatSet');
  const text = z.array(z.string());
  requireListed(colour, await answerOf(session, text, 'FormatSet.get_colour_space_names', {}, formats));
  if (!(await answerOf(session, text, 'FormatSet.get_format_names', {}, formats)).includes(name)) {
    const params = { name, description: 'Rushes', ...size, pixelAspectRatio: 1.0 };
    try {
      session.object(await session.tell(formats, 'FormatSet.add_format', params), 'Format');
      return name;
    } catch (error) {
      // Global formats are shared: another job may have made it since we looked.
      if (!(await answerOf(session, text, 'FormatSet.get_format_names', {}, formats)).includes(name))
        throw error;
    }
  }
  const format = session.object(await session.tell(formats, 'FormatSet.get_format', { name }), 'Format');
  const is = await answerOf(session, FormatInfo, 'Format.get_resolution', { res: 'GMPR_HIGH' }, format);
  if (is.Width !== size.width || is.Height !== size.height || is.PixelAspectRatio !== 1)
    throw new PipelineError(
      'tool-failed',
      `the format «${name}» is ${is.Width}x${is.Height} here: rename it`,
      { name, is },
    );
  return name;
}

async function insertShot(
  session: FlapiSession,
  job: SegmentJob,
  scene: Handle,
  sequence: Handle,
  { format, colour, amf }: SceneColour & { format: string },
): Promise<Handle> {
  const { _handle, _id } = sequence;
  const answer = await session.tell(scene, 'Scene.insert_sequence', {
    sequence: { _handle, _id },
    where: 'end',
    relativeTo: null,
    colourSpace: colour.input,
    format,
  });
  const shot = session.object(answer, 'Shot');
  const offer = await discoverDecodeParameters(session, shot);
  const values = decodeValues(job, offer);
  if (Object.keys(values).length > 0)
    await session.tell(shot, 'Shot.set_decode_parameters', { decode_params: values });
  if (colour.input !== null)
    await session.tell(shot, 'Shot.set_input_colour_space', { name: colour.input, eye: 'GMSE_MONO' });
  await session.tell(shot, 'Shot.set_input_format', { name: format, eye: 'GMSE_MONO' });
  if (colour.amf && amf) await insertAmf(session, shot, amf.calls, colour.amf, amf.file);
  for (const cdl of colour.cdls) await session.tell(shot, 'Shot.insert_cdl_layer', { cdl_values: cdl });
  return shot;
}

/**
 * Scene frame of each source frame: start of the shot and the way into its source. Shot frames are floats, source frames whole.
 * @param numbers of the wanted frames in the sequence
 * @throws PipelineError unsupported when the shot does not hold them: another frame would be made for each
 */
export async function framesInScene(
  session: FlapiSession,
  { shot }: PlateScene,
  numbers: readonly number[],
): Promise<number[]> {
  const number = z.number();
  const start = Math.round(await answerOf(session, number, 'Shot.get_start_frame', {}, shot));
  const end = Math.round(await answerOf(session, number, 'Shot.get_end_frame', {}, shot));
  const sourceStart = await answerOf(session, number, 'Shot.get_src_start_frame', {}, shot);
  const frames = numbers.map((each) => start + each - sourceStart);
  const outside = frames.findIndex((frame) => frame < start || frame >= end);
  if (outside < 0) return frames;
  // It would say the same again: no retry helps.
  throw new PipelineError(
    'unsupported',
    `flapid's shot holds the source frames from ${sourceStart} to ${sourceStart + end - start - 1}, frame ${numbers[outside]} was put into it`,
    { start, end, sourceStart, numbers },
  );
}
