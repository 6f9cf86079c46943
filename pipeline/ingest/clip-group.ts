import type { ClipFile } from '../../schemas/clip.ts';
import type { FileRole } from '../../schemas/file.ts';
import type { Finding } from '../../schemas/finding.ts';

/** The folder or name rule that made a clip of files. A hint of the maker, never a proof: that comes from the content. */
export type CardRule =
  | 'red'
  | 'xdcam'
  | 'xavc-s'
  | 'xdcam-ex'
  | 'p2'
  | 'canon-xf'
  | 'canon-crm'
  | 'avchd'
  | 'arri'
  | 'blackmagic'
  | 'gopro'
  | 'dji'
  | 'apple'
  | 'sequence'
  | 'sidecar-only'
  | 'generic';

/** Inclusive run of numbers. */
export type NumberRange = { first: number; last: number };

/** The numbering of a sequence, as in its file names. */
export type SequenceNumbers = NumberRange & { missing: NumberRange[]; missingCount: number };

/** Files that make one recorded take. `clipKey` is unique in the roll; `clipName` may not be. */
export type ClipGroup = {
  clipKey: string;
  clipName: string;
  cardRule: CardRule;
  files: ClipFile[];
  sequence: SequenceNumbers | null;
  /** A take over several files: how many are there, and the numbers that are not. */
  span: { count: number; missing: number[] } | null;
};

/** What a rule says of one file. `clipKey` joins the files of one take. */
export type Claim = {
  clipKey: string;
  clipName: string;
  cardRule: CardRule;
  role: FileRole;
  /** Number of this file in a take over several files, as the maker counts. */
  spanIndex?: number;
};

/** A file in no clip: of the system or chain of custody, or a document that nothing on the card explains. */
export type UnclaimedFile = { path: string; sizeBytes: number; why: 'system' | 'document' | 'unknown' };

/** The files of a roll as clips. Every file is in exactly one of `clips`, `shared` and `unclaimed`. */
export type Grouping = {
  clips: ClipGroup[];
  /** Sidecars about several clips, such as a card's ALE: they speak for the clips in or below `folder`. */
  shared: { path: string; folder: string }[];
  unclaimed: UnclaimedFile[];
  findings: Finding[];
};
