import { z } from 'zod';
import { type AmfSource, readAmfSource } from '../pipeline/delivery/amf-source.ts';
import { AmfBundle, type TurnoverRequest } from '../schemas/turnover.ts';
import type { Dependencies } from './dependencies.ts';

/** The AMFs of a turnover as one fact: a single one stands for itself, as it did before there could be several. */
const Kept = z.union([AmfBundle, z.object({ bundles: z.array(AmfBundle) })]);

/** The AMFs that came with a turnover, each with the files it names; none when nobody sent one. */
export async function amfsOf(deps: Dependencies, request: TurnoverRequest): Promise<AmfSource[]> {
  if (request.amfKey === null) return [];
  const kept = await deps.facts.get(request.amfKey, Kept);
  const bundles = 'bundles' in kept ? kept.bundles : [kept];
  return Promise.all(
    bundles.map(({ name, text, files }) =>
      readAmfSource(text, name, {
        read: async (path) => (Object.hasOwn(files, path) ? Buffer.from(files[path] as string) : null),
      }),
    ),
  );
}
