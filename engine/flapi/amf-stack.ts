import { writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { Cdl } from '../../schemas/cut-list.ts';
import { PipelineError } from '../../schemas/failure.ts';
import type { ColorStep, JobColour, SegmentJob } from '../../schemas/segment-job.ts';
import { newAmf } from '../../standards/amf/deliver-amf.ts';
import { findTransform, inputIdOf } from '../../standards/amf/transform-table.ts';
import { type InstalledInterface, parametersFor } from './installed-interface.ts';
import { answerOf } from './parse-answer.ts';
import type { FlapiSession } from './session.ts';
import type { Handle } from './wire.ts';

/** The method that puts an AMF on a shot, and the one that tells which input transform the shot then has. Source: release notes of 6.0.20910. */
const INSERT = 'Shot.insert_amf_stack';
const INPUT_ID = 'Shot.aces_idt_for_input_colour_space';

/** How the installed version takes an AMF: parameters by the names that it says. */
export type AmfCalls = {
  insertion(path: string): Record<string, unknown>;
  inputId: Record<string, unknown>;
};

/** The calls, where the installation describes both in a form that we can fill; null where it does not. */
export function amfCalls(installed: InstalledInterface | null): AmfCalls | null {
  if (!installed) return null;
  const [insert, inputId] = [
    parametersFor(installed, INSERT, { string: '' }),
    parametersFor(installed, INPUT_ID, {}),
  ];
  if (!insert || !inputId) return null;
  return {
    insertion: (path) => parametersFor(installed, INSERT, { string: path })!,
    inputId,
  };
}

/** An AMF for the camera's input transform, of this space of the pinned config, and the look that is to be in the pixels. */
export type AmfStack = { space: string; text: string };

/** What of a job an AMF tells of. */
export type AmfJob = Pick<SegmentJob, 'frames'> & {
  clip: Pick<SegmentJob['clip'], 'clipName'>;
  colour: Pick<JobColour, 'decodedSpace' | 'steps'>;
};

/** ASC CDLs in an AMF that we write are applied there. */
const LOOK_SPACE = 'ACEScct';
/** Identity of a document that lives as long as one render: the same job is the same text. */
const NOWHERE = 'urn:uuid:00000000-0000-4000-8000-000000000000';

/** The job's colour as an AMF, nothing of it applied yet; null where an AMF cannot say it: no input transform of ACES, more than one look. */
export function amfStackOf(job: AmfJob): AmfStack | null {
  const { decodedSpace, steps } = job.colour;
  const inputId = inputIdOf(decodedSpace);
  const looks = steps.filter((step): step is Extract<ColorStep, { kind: 'cdl' }> => step.kind === 'cdl');
  const isSayable = steps.every(({ kind }) => kind === 'convert' || kind === 'cdl');
  const look = looks[0] ?? null;
  if (inputId === null || !isSayable || looks.length > 1 || (look && look.workingSpace !== LOOK_SPACE))
    return null;
  return { space: decodedSpace, text: amfText(job, inputId, look) };
}

function amfText(
  { clip, frames }: AmfJob,
  inputId: string,
  look: Extract<ColorStep, { kind: 'cdl' }> | null,
): string {
  return newAmf({
    clip: { clipName: clip.clipName, pattern: '########.exr', min: frames.first, max: frames.last },
    description: 'What is to be done to the picture of one render',
    at: '1970-01-01T00:00:00Z',
    uuids: { amf: NOWHERE, pipeline: NOWHERE },
    inputId,
    inputPending: true,
    hasOutput: false,
    cdl: look && Cdl.parse(look),
  });
}

/**
 * Puts the AMF on the shot, and asks the application which input transform the shot has now: an application that passes
 * over it would render another picture without a word.
 * @throws PipelineError unsupported when it has another one
 */
export async function insertAmf(
  session: FlapiSession,
  shot: Handle,
  calls: AmfCalls,
  { space, text }: AmfStack,
  file: string,
): Promise<void> {
  await writeFile(file, text);
  await session.tell(shot, INSERT, calls.insertion(file));
  const id = await answerOf(session, z.string().nullable(), INPUT_ID, calls.inputId, shot);
  const known = id === null ? null : findTransform(id);
  if (known?.kind === 'space' && known.space === space && known.toAces) return;
  // It would be the same again: no retry helps.
  throw new PipelineError(
    'unsupported',
    `flapid was given an AMF for ${space}, and says that the shot has ${id ?? 'no input transform of ACES'}`,
    { space, id },
  );
}
