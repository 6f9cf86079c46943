import { createHash } from 'node:crypto';
import { z } from 'zod';
import { journalKey } from '../objects/keys.ts';
import type { ObjectStore } from '../objects/object-store.ts';
import type * as cameraFormats from './camera-formats.ts';
import type * as chainDigests from './chain-digests.ts';
import type * as clips from './clips.ts';
import type * as decisions from './decisions.ts';
import type * as engines from './engines.ts';
import type * as packages from './packages.ts';
import type * as plates from './plates.ts';
import type * as rollCopies from './roll-copies.ts';
import type * as rolls from './rolls.ts';
import type * as turnovers from './turnovers.ts';

/** Every call that changes the catalogue, but for files: their copy records are facts already, one for a thousand files. */
type Writes = Pick<typeof rolls, 'upsertRoll' | 'setRollState' | 'saveRollReport' | 'announceRolls'> &
  Pick<typeof rollCopies, 'saveRollCopy'> &
  Pick<typeof chainDigests, 'rememberChainDigests'> &
  Pick<typeof clips, 'upsertClips'> &
  Pick<typeof cameraFormats, 'upsertCameraFormat' | 'learnRule'> &
  Pick<typeof decisions, 'saveDecision'> &
  Pick<typeof engines, 'saveEngineSettings' | 'saveGateVerdict'> &
  Pick<typeof turnovers, 'upsertTurnover' | 'savePlan' | 'setTurnoverState'> &
  Pick<typeof plates, 'recordSegment' | 'setPlateState' | 'savePlateMade'> &
  Pick<typeof packages, 'savePublication'>;

type ArgumentsOf<Call> = Call extends (db: never, ...rest: infer Rest) => unknown ? Rest : never;

/** The production a write belongs to, from its arguments; an id of ours begins with it. */
const PRODUCTION_OF: { [Name in keyof Writes]: (...args: ArgumentsOf<Writes[Name]>) => string } = {
  upsertRoll: (roll) => roll.production,
  setRollState: firstOf,
  saveRollReport: (report) => firstOf(report.rollId),
  saveRollCopy: (_site, report) => firstOf(report.rollId),
  announceRolls: (announcement) => announcement.production,
  rememberChainDigests: firstOf,
  upsertClips: (place) => place.production,
  upsertCameraFormat: (format) => format.production,
  learnRule: (rule) => rule.production,
  saveDecision: firstOf,
  saveEngineSettings: (production) => production,
  saveGateVerdict: (verdict) => verdict.production,
  upsertTurnover: (request) => request.production,
  savePlan: (request) => request.production,
  setTurnoverState: firstOf,
  recordSegment: (segment) => firstOf(segment.turnoverId),
  setPlateState: firstOf,
  savePlateMade: firstOf,
  savePublication: firstOf,
};

/** A write to the catalogue as it is kept in the object store: which call, with what, when by the database's clock. */
export const JournalEntry = z.object({
  version: z.literal(1),
  kind: z.literal('catalogue-entry'),
  at: z.string(),
  call: z.enum(Object.keys(PRODUCTION_OF) as [keyof Writes, ...(keyof Writes)[]]),
  args: z.array(z.unknown()),
});
export type JournalEntry = z.infer<typeof JournalEntry>;

/** Where writes are kept before they are done. */
export type Journal = { write(production: string, entry: JournalEntry): Promise<void> };

/** The journal in a site's work bucket, one object for a write. An activity that runs twice writes twice; replaying is safe. */
export function openJournal(store: ObjectStore): Journal {
  return {
    async write(production, entry) {
      const text = JSON.stringify(entry);
      const digest = createHash('sha256').update(text).digest('hex');
      await store.putWholeIfAbsent(
        store.bucket('work'),
        journalKey(production, entry.at, digest),
        Buffer.from(text),
      );
    },
  };
}

/** Whether a call changes the catalogue, and so is kept. */
export function isWrite(call: string): call is keyof Writes {
  return Object.hasOwn(PRODUCTION_OF, call);
}

/** The production of a write. */
export function productionOf(call: keyof Writes, args: unknown[]): string {
  return (PRODUCTION_OF[call] as (...args: unknown[]) => string)(...args);
}

function firstOf(id: string): string {
  return id.slice(0, id.indexOf('/'));
}
