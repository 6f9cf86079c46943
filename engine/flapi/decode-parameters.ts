import { z } from 'zod';
import { PipelineError } from '../../schemas/failure.ts';
import type { SegmentJob } from '../../schemas/segment-job.ts';
import { answerOf, DecodeParameter } from './parse-answer.ts';
import type { FlapiSession } from './session.ts';
import type { Handle } from './wire.ts';

/** What a shot's decoder is and takes, as the running application says it: nothing about any camera is assumed. */
export type DecodeOffer = { codec: string | null; type: string | null; parameters: DecodeParameter[] };

/** Asks the application which decode parameters a shot has. */
export async function discoverDecodeParameters(session: FlapiSession, shot: Handle): Promise<DecodeOffer> {
  const text = z.string().nullable();
  const codec = await answerOf(session, text, 'Shot.get_codec', {}, shot);
  if (codec === null) return { codec, type: null, parameters: [] };
  const type = await answerOf(session, text, 'Shot.get_decode_parameter_type_for_codec', { codec });
  if (type === null || type === '') return { codec, type: null, parameters: [] };
  const parameters = await answerOf(
    session,
    z.array(DecodeParameter),
    'Shot.get_decode_parameter_definitions',
    {
      decode_type: type,
    },
  );
  return { codec, type, parameters };
}

/**
 * The values of the job's `decode.vendorParameters`, held against what the application offers.
 * @throws PipelineError input-invalid for an unknown parameter or a value outside its range; unsupported for decode
 * settings of the open engine, which have no name here
 */
export function decodeValues(job: SegmentJob, offer: DecodeOffer): Record<string, unknown> {
  const { whiteBalance, exposureStops, vendorParameters = {} } = job.decode;
  if (typeof whiteBalance === 'object' || (exposureStops ?? 0) !== 0)
    throw new PipelineError(
      'unsupported',
      'the flapi engine takes white balance and exposure as decode.vendorParameters, by the names its own decoder has',
      { whiteBalance, exposureStops, offered: offer.parameters.map(({ Parameter }) => Parameter) },
    );
  for (const [name, value] of Object.entries(vendorParameters)) {
    const fault = faultOf(name, value, offer);
    if (fault)
      throw new PipelineError('input-invalid', `decode.vendorParameters.${name}: ${fault}`, {
        name,
        value,
        codec: offer.codec,
        offered: offer.parameters.map(({ Parameter }) => Parameter),
      });
  }
  return vendorParameters;
}

function faultOf(name: string, value: unknown, { codec, parameters }: DecodeOffer): string | null {
  const definition = parameters.find(({ Parameter }) => Parameter === name);
  if (!definition) {
    const names = parameters.map(({ Parameter }) => Parameter).join(', ');
    return `${codec ?? 'this media'} has no such parameter; it has ${names || 'none'}`;
  }
  const { Type, Min, Max, Choices } = definition;
  if (Type === 'Choice')
    return Choices?.some(({ Value }) => Value === value)
      ? null
      : `${JSON.stringify(value)} is none of ${Choices?.map(({ Value }) => JSON.stringify(Value)).join(', ')}`;
  if (Type === 'File') return typeof value === 'string' ? null : 'a file path is expected';
  if (Type === 'Boolean') return value === 0 || value === 1 ? null : 'expected 0 or 1';
  if (Type !== 'Integer' && Type !== 'Float') return `its kind «${Type}» is not known here: leave it out`;
  if (typeof value !== 'number' || (Type === 'Integer' && !Number.isInteger(value)))
    return `${JSON.stringify(value)} is no ${Type === 'Integer' ? 'whole ' : ''}number`;
  if ((typeof Min === 'number' && value < Min) || (typeof Max === 'number' && value > Max))
    return `${value} is not between ${Min} and ${Max}`;
  return null;
}
