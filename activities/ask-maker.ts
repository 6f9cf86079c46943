import type { RawFacts } from '../engine/engine.ts';
import { codecNamed } from '../pipeline/delivery/decode-settings.ts';
import type { ClipGroup } from '../pipeline/ingest/clip-group.ts';
import type { InspectedClip } from '../schemas/clip.ts';
import type { Dependencies } from './dependencies.ts';

/**
 * Asks FilmLight's software about a clip that the open engine cannot decode, where this worker has it: once, about the first
 * picture file. What it says, or why it could not, stands beside the other tools' words.
 * @returns the facts with its answer added; null where there is nobody to ask or nothing to ask about
 * @throws PipelineError capacity when no licence is free: the inspection waits
 */
export async function askMaker(
  deps: Dependencies,
  clip: InspectedClip,
  group: ClipGroup,
  facts: ReadonlyMap<string, RawFacts>,
  locate: (path: string) => Promise<string>,
  signal: AbortSignal,
): Promise<Map<string, RawFacts> | null> {
  const flapi = deps.engines.byName.get('flapi');
  const codec = codecNamed(clip);
  if (flapi === undefined || codec === null) return null;
  if ((await deps.engine.capabilities()).decodes.includes(codec)) return null;
  if (!(await flapi.capabilities()).decodes.includes(codec)) return null;
  const path = group.files.find(({ role }) => ['essence', 'segment', 'frame'].includes(role))?.path;
  const known = path === undefined ? undefined : facts.get(path);
  if (path === undefined || known === undefined) return null;
  const [answer] = await flapi.inspect([await locate(path)], { signal });
  return new Map([...facts, [path, { ...known, tools: [...known.tools, ...(answer?.tools ?? [])] }]]);
}
