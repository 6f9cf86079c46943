import { type Finding, finding } from '../schemas/finding.ts';
import type { CopiedFile, RollListing } from '../schemas/ingest-facts.ts';
import { type RollRequest, rollId } from '../schemas/roll.ts';
import { quarantineKey } from '../stores/objects/keys.ts';
import { differingFormats } from '../stores/objects/upload-while-hashing.ts';
import type { ActivityRun } from './define-activity.ts';
import type { Dependencies } from './dependencies.ts';

/** What became of a file of a card: null when nothing of it stands anywhere. */
export type Copied = { file: CopiedFile | null; findings: Finding[] };

/** A file of an offload, and where it is read. */
export type OffloadedFile = {
  roll: RollRequest;
  /** When the attempt at bringing the roll began, ISO 8601 UTC: it names what stands in quarantine. */
  offload: string;
  file: RollListing['files'][number];
  source: string;
};

type Compared = { expected: CopiedFile['digests']; digests: CopiedFile['digests'] };

/**
 * Puts a file that does not have its recorded hash into quarantine, and says so by the format that tells.
 * @throws PipelineError not-found, unreadable, source-changed, service-away; AbortError
 */
export async function quarantine(
  deps: Dependencies,
  from: OffloadedFile,
  { expected, digests }: Compared,
  run: ActivityRun,
): Promise<Copied> {
  const { file } = from;
  const at = await intoQuarantine(deps, from, run);
  const format = differingFormats(expected, digests)[0] ?? 'xxh128';
  const sentence = `${file.path} does not have its recorded hash: ${format} should be ${expected[format]}, is ${digests[format]}. It stands in quarantine; offload the file again from the card.`;
  const quarantined: CopiedFile = {
    path: file.path,
    sizeBytes: file.sizeBytes,
    ...(file.modifiedAt === undefined ? {} : { modifiedAt: file.modifiedAt }),
    digests,
    outcome: 'quarantined',
    ...at,
  };
  return {
    file: quarantined,
    findings: [quarantineFinding(from, sentence, { expected, got: digests, format, ...at })],
  };
}

/** Where the file stands now. It may be put again: what is there already stays. */
export async function intoQuarantine(
  deps: Dependencies,
  { roll, offload, file, source }: OffloadedFile,
  { signal }: ActivityRun,
): Promise<{ bucket: string; key: string }> {
  const target = { bucket: deps.store.bucket('work'), key: quarantineKey(roll, offload, file.path) };
  await deps.store.uploadWhileHashing({ ...target, file: source, signal });
  return target;
}

/** Tells of a file of an offload that did not become an original. */
export function quarantineFinding(
  { roll, file }: OffloadedFile,
  sentence: string,
  technical: Record<string, unknown>,
): Finding {
  const subject = { kind: 'file', id: `${rollId(roll)}/${file.path}`, path: file.path } as const;
  return finding('quarantined', subject, sentence, technical);
}
