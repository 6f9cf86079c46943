import type { StoredObject } from '../../schemas/file.ts';
import type { Rational } from '../../schemas/rational.ts';
import type { JobSourceFile } from '../../schemas/segment-job.ts';
import type { MovieSound, SoundFormat, SoundPiece } from '../../schemas/sound.ts';
import { compare } from '../../standards/time/rational.ts';
import type { ClipSource } from './clip-source.ts';

/** Sample rate of tracks in movies: what Avid, Premiere and Resolve take as it is. Source: SMPTE ST 382 for MXF. */
export const TRACK_RATE = 48_000;

/** A recording of one or more channels that is heard in a range. */
export type Voice = {
  sound: ClipSource;
  object: StoredObject;
  format: SoundFormat;
  offset: Rational;
  /** Of each of its channels. */
  piece: Omit<SoundPiece, 'file' | 'channel'>;
};

type Track = MovieSound['tracks'][number] & { slot: string; ends: number };

/**
 * Puts recordings on tracks, a channel on each: what a recorder goes on with in its next file stays on the track of its
 * name, and what runs at the same time gets a track of its own. A file that came twice, as a copy of a card does, counts once.
 */
export function onTracks(voices: readonly Voice[]): { files: JobSourceFile[]; tracks: MovieSound['tracks'] } {
  const byContent = new Map(voices.toReversed().map((voice) => [voice.object.xxh128, voice]));
  const ordered = [...byContent.values()].sort(inTime);
  const tracks: Track[] = [];
  for (const [file, voice] of ordered.entries())
    for (let channel = 0; channel < voice.format.channels; channel++) place(tracks, voice, file, channel);
  return {
    files: ordered.map(({ object, sound }) => ({ ...object, name: fileName(sound) })),
    tracks: tracks.map(({ name, pieces }) => ({ name, pieces })),
  };
}

/** Samples of the movie that a piece fills. */
export function lengthOf({ count, playRate }: Pick<SoundPiece, 'count' | 'playRate'>): number {
  return Math.round((count * TRACK_RATE) / playRate);
}

function place(tracks: Track[], { sound, format, piece }: Voice, file: number, channel: number): void {
  const told = nameOf(format, channel);
  const slot = told ?? `channel ${channel}`;
  const free = tracks.find((track) => track.slot === slot && track.ends <= piece.at + 1);
  // A recorder's next file begins with the very next sample; rounding may have it one earlier.
  const at = Math.max(piece.at, free?.ends ?? 0);
  const laid = { ...piece, file, channel, at };
  if (free) {
    free.pieces.push(laid);
    free.ends = at + lengthOf(piece);
    return;
  }
  const stem = sound.clip.clipName;
  const name = told ?? (format.channels === 1 ? stem : `${stem} ${channel + 1}`);
  tracks.push({ name, slot, pieces: [laid], ends: at + lengthOf(piece) });
}

function nameOf({ tracks = [] }: SoundFormat, channel: number): string | null {
  const track = tracks.find(({ index, interleave }) => (interleave ?? index) === channel + 1);
  return track?.name.trim() || null;
}

/** Files of one time by their paths, and those of two recorders by what they hold: always the same. */
function inTime(a: Voice, b: Voice): number {
  const key = ({ sound, object }: Voice) => `${sound.clip.files[0]!.path} ${object.xxh128}`;
  return compare(a.offset, b.offset) || (key(a) < key(b) ? -1 : 1);
}

function fileName({ clip }: ClipSource): string {
  const path = clip.files[0]!.path;
  return path.slice(path.lastIndexOf('/') + 1);
}
