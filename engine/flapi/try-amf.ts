import { join } from 'node:path';
import { z } from 'zod';
import { PipelineError } from '../../schemas/failure.ts';
import { runProgram } from '../tools/run-program.ts';
import type { ToolPaths } from '../tools/tool-paths.ts';
import { type AmfCalls, type AmfJob, amfStackOf, insertAmf } from './amf-stack.ts';
import { answerOf } from './parse-answer.ts';
import type { FlapiSession } from './session.ts';
import { type Handle, typed } from './wire.ts';

const CDL = { slope: [1.2, 1, 0.9], offset: [0, 0.01, 0], power: [1, 1.1, 1], saturation: 0.8 };

/**
 * Whether AMFs do what they say here, found by putting three on a small picture: two cameras' input transforms have to
 * come out as those two, and a look has to change the grade. null when they do, else why not, in words.
 * @throws PipelineError when the connection breaks
 */
export async function tryAmf(
  session: FlapiSession,
  calls: AmfCalls,
  tools: ToolPaths,
  folder: string,
): Promise<string | null> {
  try {
    const picture = await smallPicture(tools, folder);
    const grades: string[] = [];
    for (const [index, [space, hasLook]] of TRIALS.entries())
      grades.push(
        await gradeOf(session, calls, picture, trialJob(space, hasLook), join(folder, `${index}.amf`)),
      );
    return grades[1] === grades[2] ? 'a look in an AMF changes nothing in the grade' : null;
  } catch (error) {
    const isAnswer = error instanceof PipelineError && error.facts.code === undefined;
    if (!isAnswer || error.code === 'capacity' || error.code === 'tool-stalled') throw error;
    return error.message;
  }
}

const TRIALS = [
  ['S-Log3 S-Gamut3.Cine', false],
  ['ARRI LogC3 (EI800)', false],
  ['ARRI LogC3 (EI800)', true],
] as const;

async function smallPicture(tools: ToolPaths, folder: string): Promise<string> {
  const path = join(folder, 'trial.0001.exr');
  if (tools.oiiotool === undefined)
    throw new PipelineError('tool-missing', 'without oiiotool no AMF can be tried', {});
  const args = ['--create', '64x36', '3', '-d', 'half', '-o', path];
  await runProgram({ tool: 'oiiotool', path: tools.oiiotool, args });
  return path;
}

async function gradeOf(
  session: FlapiSession,
  calls: AmfCalls,
  picture: string,
  job: AmfJob,
  file: string,
): Promise<string> {
  const found = await session.ask('SequenceDescriptor.get_for_file', { filepath: picture });
  const { _handle, _id } = session.object(found, 'SequenceDescriptor');
  const options = typed('NewSceneOptions', {
    ...{ format: 'HD 1920x1080', colourspace: 'ACES_lin', frame_rate: 24 },
    ...{ field_order: 'None', template: null, blg_template: null },
  });
  const scene = session.object(await session.ask('Scene.temporary_scene', { options }), 'Scene');
  await session.tell(scene, 'Scene.start_delta', { name: 'Try' });
  const inserted = await session.tell(scene, 'Scene.insert_sequence', {
    ...{ sequence: { _handle, _id }, where: 'end', relativeTo: null },
    ...{ colourSpace: null, format: null },
  });
  const shot: Handle = session.object(inserted, 'Shot');
  await insertAmf(session, shot, calls, amfStackOf(job)!, file);
  await session.tell(scene, 'Scene.end_delta');
  const grade = await answerOf(session, z.string(), 'Shot.get_blg_payload', {}, shot);
  await session.tell(scene, 'Scene.close_scene');
  return grade;
}

function trialJob(decodedSpace: string, hasLook: boolean): AmfJob {
  const cdl = { kind: 'cdl' as const, ...CDL, workingSpace: 'ACEScct' };
  return {
    clip: { clipName: 'trial' },
    frames: { first: 1, last: 1 },
    colour: { decodedSpace, steps: hasLook ? [cdl] : [] },
  };
}
