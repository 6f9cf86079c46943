import type { ComputedDigests } from '../hash/hasher.ts';
import type { GenerationInput } from './create-generations.ts';
import { manifestDate } from './generation-name.ts';
import { type History, ownerOf } from './history.ts';
import { type FileRecord, FORMATS_IN_XSD_ORDER, type HashAction, type RecordedDigest } from './manifest.ts';
import { digestsToCheck } from './plan-hashing.ts';
import { relativePath } from './safe-path.ts';
import { isXmlText } from './xml-text.ts';

/**
 * The records of a new generation by path relative to the tree; the path inside a record is relative to the scope of its history.
 * Files that were not read, or whose names XML cannot say, have none.
 */
export function fileRecords(input: GenerationInput, histories: readonly History[]): Map<string, FileRecord> {
  const renamedFrom = new Map(input.renames?.map(({ from, to }) => [to, from]));
  const records = new Map<string, FileRecord>();
  for (const path of input.observations.keys()) {
    const record = fileRecord(input, path, histories, renamedFrom);
    if (record !== null) records.set(path, record);
  }
  return records;
}

function fileRecord(
  input: GenerationInput,
  path: string,
  histories: readonly History[],
  renamedFrom: ReadonlyMap<string, string>,
): FileRecord | null {
  const observation = input.observations.get(path);
  const entry = input.tree.present.get(path);
  if (entry === undefined || observation === undefined || 'error' in observation || !isXmlText(path))
    return null;
  const history = ownerOf(histories, path)!;
  // A file that came from another history has no earlier name in this one: here it is new, there it is missing.
  const previous = renamedFrom.get(path);
  const isWithin = previous !== undefined && ownerOf(histories, previous) === history;
  return {
    kind: 'file',
    path: relativePath(history.scope, path)!,
    sizeBytes: entry.sizeBytes,
    creationDate: null,
    modifiedAt: entry.modifiedAt === undefined ? null : manifestDate(entry.modifiedAt),
    digests: recordedDigests(input, isWithin ? previous : path, observation.digests),
    previousPath: isWithin ? relativePath(history.scope, previous) : null,
  };
}

/**
 * The action of each hash: `verified` when it equals the recorded one, `failed` when not, `original` for a file that nobody recorded.
 * A hash in a new format vouches only for a file whose recorded hashes all hold; of a failed file it is left out, because readers that look at
 * the first hash in a format would take it for the good one.
 */
function recordedDigests(
  input: GenerationInput,
  knownAs: string,
  digests: ComputedDigests,
): RecordedDigest[] {
  const hashDate = manifestDate(input.startedAt);
  const known = input.tree.known.get(knownAs);
  const expected = known === undefined ? [] : digestsToCheck(known);
  const actionIn = (format: string): HashAction | null => {
    const recorded = expected.filter((one) => one.format === format && digests[one.format] !== undefined);
    if (recorded.length === 0) return null;
    return recorded.every((one) => one.digest === digests[one.format]) ? 'verified' : 'failed';
  };
  const formats = FORMATS_IN_XSD_ORDER.filter((format) => digests[format] !== undefined);
  const actions = formats.map(actionIn);
  const failed = actions.includes('failed') || (known !== undefined && !actions.includes('verified'));
  return formats.flatMap((format, index): RecordedDigest[] => {
    const action = actions[index] ?? (known === undefined ? 'original' : failed ? null : 'verified');
    if (action !== null) return [{ format, digest: digests[format]!, action, hashDate }];
    return actions.includes('failed')
      ? []
      : [{ format, digest: digests[format]!, action: 'failed', hashDate }];
  });
}
