import { type AmfSource, readAmfSource } from '../pipeline/delivery/amf-source.ts';
import { AmfBundle, type TurnoverRequest } from '../schemas/turnover.ts';
import type { Dependencies } from './dependencies.ts';

/** The AMF that came with a turnover, with the files it names; null when nobody sent one. */
export async function amfOf(deps: Dependencies, request: TurnoverRequest): Promise<AmfSource | null> {
  if (request.amfKey === null) return null;
  const { name, text, files } = await deps.facts.get(request.amfKey, AmfBundle);
  return readAmfSource(text, name, {
    read: async (path) => (Object.hasOwn(files, path) ? Buffer.from(files[path] as string) : null),
  });
}
