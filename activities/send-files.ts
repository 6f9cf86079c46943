import { z } from 'zod';
import { type Finding, finding } from '../schemas/finding.ts';
import type { Digests } from '../schemas/hash.ts';
import { type CopiedFile, CopyBatch, type CopyRecord, RollListing } from '../schemas/ingest-facts.ts';
import { rollId } from '../schemas/roll.ts';
import { TransferOrder } from '../schemas/transfer.ts';
import { ocfKey } from '../stores/objects/keys.ts';
import { differingFormats } from '../stores/objects/upload-while-hashing.ts';
import { type ActivityRun, defineActivity } from './define-activity.ts';
import type { Dependencies } from './dependencies.ts';
import { holdToResidency } from './residency.ts';
import { type Original, sendOne } from './send-one.ts';

/** How a batch went: its record is a fact; `there` lay at the destination before. */
export type SentBatch = { copyKey: string; sent: number; bytes: number; there: number };

/**
 * Sends a batch of a roll's originals to the store of another site: each is read once in its recorded version, hashed and
 * sent in the same pass, and becomes an object there only when its recorded hashes agree.
 * A retry is safe: what was written down is not read again; an object that is there is never written over.
 */
export const sendFiles = defineActivity(
  'sendFiles',
  z.object({ order: TransferOrder, listingKey: z.string(), batch: CopyBatch }),
  async (deps, { order, listingKey, batch }, run): Promise<SentBatch> => {
    holdToResidency(deps, order);
    const id = rollId(order);
    const listing = await deps.facts.getShared(listingKey, RollListing);
    const files = listing.files.slice(batch.first, batch.last + 1);
    const paths = files.map((file) => file.path);
    const home = byPath(await deps.catalogue.filesNamed(id, paths));
    const before = byPath(await deps.catalogue.sentFilesOf(id, order.to, paths));
    const sent: SentBatch = { copyKey: '', sent: 0, bytes: 0, there: 0 };
    const placed: CopiedFile[] = [];
    const findings: Finding[] = [];
    for (const [index, listed] of files.entries()) {
      run.progress({ path: listed.path, filesDone: index, files: batch.files });
      const original = originalOf(order, listed, home.get(listed.path), deps);
      const known = before.get(listed.path);
      if (
        known !== undefined &&
        known.outcome !== 'damaged' &&
        (await stillStands(deps, order, known, original.expected))
      ) {
        placed.push(known);
        sent.there += 1;
        continue;
      }
      const one = await sendOne(deps, order, original, run);
      if (one.outcome === 'fault') {
        findings.push(faultFinding(order, listed.path, one.sentence, one));
        continue;
      }
      await deps.catalogue.upsertSentFiles(id, order.to, [one.file]);
      placed.push(one.file);
      if (one.outcome === 'there') sent.there += 1;
      else {
        sent.sent += 1;
        sent.bytes += one.file.sizeBytes;
      }
    }
    return { ...sent, copyKey: await writeDown(deps, order, batch, placed, findings, run) };
  },
);

function byPath(files: readonly CopiedFile[]): Map<string, CopiedFile> {
  return new Map(files.map((file) => [file.path, file]));
}

/** An original with everything its home says of it: where it lies, and every digest that vouches for it. */
function originalOf(
  order: TransferOrder,
  listed: RollListing['files'][number],
  recorded: CopiedFile | undefined,
  deps: Dependencies,
): Original {
  const stands = recorded !== undefined && recorded.outcome !== 'quarantined' ? recorded : undefined;
  const xxh128 = stands?.digests.xxh128;
  return {
    path: listed.path,
    sizeBytes: listed.sizeBytes,
    bucket: stands?.bucket ?? deps.storeAt(order.from).bucket('ocf'),
    key: stands?.key ?? ocfKey(order, listed.path),
    ...(stands?.versionId === undefined ? {} : { versionId: stands.versionId }),
    ...(stands?.modifiedAt === undefined ? {} : { modifiedAt: stands.modifiedAt }),
    expected: { ...(xxh128 === undefined ? {} : { xxh128 }), ...listed.expected },
  };
}

/** Whether a file that was written down at the destination is the one its home vouches for, and its version is still there. */
async function stillStands(
  deps: Dependencies,
  { to }: TransferOrder,
  known: CopiedFile,
  expected: Digests,
): Promise<boolean> {
  if (differingFormats(expected, known.digests).length > 0) return false;
  const stat = await deps.storeAt(to).stat(known.bucket, known.key, known.versionId);
  return stat?.sizeBytes === known.sizeBytes;
}

function faultFinding(
  order: TransferOrder,
  path: string,
  sentence: string,
  { code, facts }: { code: 'hash-mismatch' | 'unreadable'; facts: Record<string, unknown> },
): Finding {
  return finding(code, { kind: 'file', id: `${rollId(order)}/${path}`, path }, sentence, facts);
}

async function writeDown(
  deps: Dependencies,
  order: TransferOrder,
  { first, last }: CopyBatch,
  files: CopiedFile[],
  findings: Finding[],
  run: ActivityRun,
): Promise<string> {
  run.signal.throwIfAborted();
  const record: CopyRecord = {
    version: 1,
    kind: 'copy-record',
    rollId: rollId(order),
    sentTo: order.to,
    files,
    findings,
  };
  const id = `${order.shootDay}/${order.roll}/${order.to}/${first}-${last}`;
  return deps.facts.put(order.production, 'copies', id, record);
}
