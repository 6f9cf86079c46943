import type { Kysely } from 'kysely';
import type { Finding } from '../../schemas/finding.ts';
import type { PlannedPlate, PlateState, TurnoverState, TurnoverStatus } from '../../schemas/turnover.ts';
import type { Tables } from './tables.ts';

type Db = Kysely<Tables>;
type PlateStatus = TurnoverStatus['shots'][number]['plates'][number];
type SegmentRow = Tables['segments'];

/**
 * How far a turnover is: the document of `rushes turnover status`. Null when the catalogue does not know it. All of it is
 * of one instant: a turnover is never told with plates or segments of a moment before or after.
 */
export function statusOf(db: Db, turnoverId: string): Promise<TurnoverStatus | null> {
  if (db.isTransaction) return statusIn(db, turnoverId);
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute((tx) => statusIn(tx, turnoverId));
}

async function statusIn(db: Db, turnoverId: string): Promise<TurnoverStatus | null> {
  const turnover = await db
    .selectFrom('turnovers')
    .select(['state', 'findings', 'package'])
    .where('turnover_id', '=', turnoverId)
    .executeTakeFirst();
  if (!turnover) return null;
  const plates = await db
    .selectFrom('plates')
    .selectAll()
    .where('turnover_id', '=', turnoverId)
    .orderBy('position')
    .orderBy('plate_id')
    .execute();
  const segments = await db
    .selectFrom('segments')
    .selectAll()
    .where('turnover_id', '=', turnoverId)
    .orderBy('deliverable')
    .orderBy('first_frame')
    .execute();
  const byPlate = Map.groupBy(segments, (segment) => segment.plate_id);
  const shots = new Map<string, PlateStatus[]>();
  for (const row of plates) {
    const plate = plateStatus(row, byPlate.get(row.plate_id) ?? [], turnover.package);
    shots.set(row.shot, [...(shots.get(row.shot) ?? []), plate]);
  }
  return {
    version: 1,
    kind: 'turnover-status',
    turnover: turnoverId,
    state: turnover.state as TurnoverState,
    shots: [...shots].map(([name, plates]) => ({ name, plates })),
    findings: turnover.findings as Finding[],
  };
}

function plateStatus(
  row: { plate: string; clip_id: string | null; state: string; reason: string | null; document: unknown },
  segments: SegmentRow[],
  packageId: string | null,
): PlateStatus {
  const planned = row.document as PlannedPlate | null;
  const sequences = segments.filter((segment) => segment.kind === 'sequence');
  return {
    name: row.plate,
    clipId: row.clip_id,
    state: row.state as PlateState,
    sourceFrames: planned?.sourceFrames ?? null,
    handles: planned?.handles ?? null,
    ...frameCounts(planned, sequences),
    // A movie or a still is made whole: it stands here only where a plate has nothing else.
    segments: (sequences.length > 0 ? sequences : segments).map(
      ({ first_frame, last_frame, worker, attempt }) => ({
        first: first_frame,
        last: last_frame,
        worker,
        attempt,
      }),
    ),
    package: row.state === 'made' ? packageId : null,
    ...(row.reason === null ? {} : { reason: row.reason }),
  };
}

/** Frames of the plate's sequences. Two sequences of one plate are twice the frames. */
export function frameCounts(
  planned: Pick<PlannedPlate, 'sourceFrames'> | null,
  sequences: Pick<SegmentRow, 'deliverable' | 'frames_made' | 'frames_reused'>[],
): { framesWanted: number; framesMade: number; framesReused: number } {
  const deliverables = Math.max(1, new Set(sequences.map((segment) => segment.deliverable)).size);
  const frames = planned ? planned.sourceFrames.last - planned.sourceFrames.first + 1 : 0;
  return {
    framesWanted: frames * deliverables,
    framesMade: sequences.reduce((sum, segment) => sum + segment.frames_made, 0),
    framesReused: sequences.reduce((sum, segment) => sum + segment.frames_reused, 0),
  };
}
