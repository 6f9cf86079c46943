import { PipelineError } from '../schemas/failure.ts';

/** The parts of a roll's id as a person types it: `AGM/20260930/A001R1AA`. @throws PipelineError input-invalid */
export function rollParts(id: string): { production: string; shootDay: string; roll: string } {
  const [production, shootDay, roll] = threeParts(id, 'roll', '<production>/<shoot day>/<roll>');
  return { production, shootDay, roll };
}

/** The parts of the id of a turnover, or of its package: `AGM/CUT/2`. @throws PipelineError input-invalid */
export function turnoverParts(
  id: string,
  what: 'turnover' | 'package',
): { production: string; name: string; revision: number } {
  const form = `<production>/<${what === 'turnover' ? 'name' : 'turnover'}>/<revision>`;
  const [production, name, revision] = threeParts(id, what, form);
  if (!/^\d+$/.test(revision)) throw notAnId(id, what, form);
  return { production, name, revision: Number(revision) };
}

function threeParts(id: string, what: string, form: string): [string, string, string] {
  const parts = id.split('/');
  if (parts.length !== 3 || parts.includes('')) throw notAnId(id, what, form);
  return parts as [string, string, string];
}

function notAnId(id: string, what: string, form: string): PipelineError {
  return new PipelineError('input-invalid', `«${id}» is not the id of a ${what}: ${form}.`, { id });
}
