import { z } from 'zod';
import type { RawFacts } from '../engine/engine.ts';
import type { ClipGroup } from '../pipeline/ingest/clip-group.ts';
import { cameraFormatOf } from '../pipeline/inspection/camera-format.ts';
import { filesToInspect } from '../pipeline/inspection/files-to-inspect.ts';
import { normalizeClip } from '../pipeline/inspection/normalize.ts';
import { PipelineError } from '../schemas/failure.ts';
import { ClipGroups, type CopiedFile, RollVerdict } from '../schemas/ingest-facts.ts';
import { RollRequest, rollId } from '../schemas/roll.ts';
import { askMaker } from './ask-maker.ts';
import { defineActivity } from './define-activity.ts';
import type { Dependencies } from './dependencies.ts';

const Input = z.object({ roll: RollRequest, groupsKey: z.string(), clipKey: z.string() });

/**
 * Reads one clip with every inspection tool, normalizes what they say, and puts clip and camera format into the catalogue.
 * A retry is safe: it reads originals, writes facts under their digests, and upserts by the clip's identity.
 */
export const inspectClip = defineActivity(
  'inspectClip',
  Input,
  async (deps, { roll, groupsKey, clipKey }, run): Promise<{ clipId: string; factKey: string }> => {
    const groups = await deps.facts.getShared(groupsKey, ClipGroups);
    const group = groups.clips.find((one) => one.clipKey === clipKey) as ClipGroup | undefined;
    if (group === undefined)
      throw new PipelineError('not-found', `The roll ${rollId(roll)} has no clip ${clipKey}.`, {
        groupsKey,
        clipKey,
      });
    const verdict = await deps.facts.getShared(groups.verdictKey, RollVerdict);
    const listPaths = listsAbout(group, groups);
    const wanted = new Set([...group.files.map(({ path }) => path), ...listPaths]);
    const own = verdict.files.filter(({ path }) => wanted.has(path));
    const files = new Map(own.map((file) => [file.path, file]));
    const sizes = new Map(own.map((file) => [file.path, file.sizeBytes]));
    const read = await rawFacts(deps, filesToInspect(group, sizes), files, run.signal);
    const lists = await rawFacts(deps, listPaths, files, run.signal);
    const normalized = (facts: Map<string, RawFacts>) =>
      normalizeClip({
        group,
        facts,
        sizes,
        shared: [...lists.values()],
        card: rollId(roll),
        groupFindings: groups.findings.filter((found) => found.subject.id === clipKey),
      });
    const plain = normalized(read);
    const locate = async (path: string) => (await placeOf(deps, files.get(path) as CopiedFile)).location;
    const more = await askMaker(deps, plain, group, read, locate, run.signal);
    const [facts, clip] = more === null ? [read, plain] : [more, normalized(more)];
    const clipId = String(clip.fields.clipId?.value);
    const format = cameraFormatOf(clip, roll.production);
    const day = `${roll.shootDay}/${roll.roll}`;
    await deps.facts.put(roll.production, 'raw-inspections', `${day}/${clipId}`, {
      version: 1,
      kind: 'raw-inspection',
      clipId,
      facts: [...facts.values()].map(asJson),
    });
    const factKey = await deps.facts.put(roll.production, 'clips', `${day}/${clipId}`, {
      version: 1,
      kind: 'clip',
      clipId,
      rollId: rollId(roll),
      clip,
      format,
      findings: clip.findings,
    });
    await deps.catalogue.upsertCameraFormat(format);
    await deps.catalogue.upsertClips(
      { production: roll.production, shootDay: roll.shootDay, rollId: rollId(roll) },
      [{ clipId, clip, cameraFormatId: format.formatId }],
    );
    return { clipId, factKey };
  },
);

/** Lists on the card that speak of several clips, such as its ALE: those of the clip's folder and above. */
function listsAbout(group: ClipGroup, groups: ClipGroups): string[] {
  const lists = z
    .array(z.object({ path: z.string(), folder: z.string() }))
    .catch([])
    .parse(groups.shared);
  const isAbout = (folder: string) =>
    folder === '' || group.files.some((file) => file.path.startsWith(`${folder}/`));
  return lists.filter((list) => isAbout(list.folder)).map((list) => list.path);
}

/** Raw facts by path on the card: the tools read the recorded version where it lies. */
async function rawFacts(
  deps: Dependencies,
  paths: readonly string[],
  files: ReadonlyMap<string, CopiedFile>,
  signal: AbortSignal,
): Promise<Map<string, RawFacts>> {
  const known = paths.flatMap((path) => files.get(path) ?? []);
  const places = await Promise.all(known.map((file) => placeOf(deps, file)));
  const facts = await deps.engine.inspect(
    places.map((place) => place.location),
    { signal },
  );
  return new Map(known.map((file, index) => [file.path, { ...(facts[index] as RawFacts), path: file.path }]));
}

function placeOf(deps: Dependencies, { bucket, key, versionId, sizeBytes, digests }: CopiedFile) {
  return deps.store.locate({
    site: deps.site,
    bucket,
    key,
    sizeBytes,
    xxh128: digests.xxh128 ?? '',
    ...(versionId === undefined ? {} : { versionId }),
  });
}

/** What a tool said, as JSON can hold it: bytes in base64, what has no form (undefined, not a number) left out. */
function asJson(facts: RawFacts): unknown {
  return JSON.parse(
    JSON.stringify(facts, (_key, value: unknown) =>
      value instanceof Uint8Array
        ? { base64: Buffer.from(value).toString('base64') }
        : typeof value === 'bigint'
          ? value.toString()
          : value,
    ),
  );
}
