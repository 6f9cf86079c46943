import { unlinkSync } from 'node:fs';

/** What a stand-in flapid does wrong on demand. Nothing: it behaves. */
export type Misbehaviour = {
  /** Its version, as it tells it. @default 5.3.17711 */
  version?: string;
  /** Its pictures are this much brighter, as a version with another decoder may make them. */
  stops?: number;
  /** Enumerations it has beside those of 5.3, as a later version does. */
  laterEnums?: string[];
  /** It takes AMFs, as 6.0 does: and does what they say, refuses them all, passes over them, or over the looks in them. */
  amf?: 'taken' | 'refused' | 'ignored' | 'without looks';
  /** Every answer waits this long. */
  slowMs?: number;
  /** Answers come in the wrong order: each second one waits for the next. */
  shuffled?: boolean;
  /** These methods end with an error of this text, in one of the two shapes. */
  errors?: { method: string; text: string; shape: 'client' | 'prose' };
  /** This method is never answered. */
  silent?: string;
  /** This method is answered with text that is no JSON. */
  garbage?: string;
  /** Renders this many frames, writes half of the next and dies. */
  crashAfterFrames?: number;
  /** Renders this many frames and no more. */
  stallAfterFrames?: number;
  /** Never leaves 100 %. */
  stuckAtEnd?: boolean;
  /** Ends as `Done`, but with this error. */
  doneWithError?: string;
  /** Writes no port, or this text instead. */
  port?: 'never' | string;
  /** Ends at once with these words on standard error. */
  refusesToStart?: string;
  /** Pictures are this much narrower than asked. */
  narrowerByPx?: number;
  /** Says another name than it was told to use. */
  otherNames?: boolean;
  /** A frame is declared complete but never written. */
  forgetsFrame?: boolean;
  /** Its last picture is this: half a file, no picture at all, without colour; it says that all is done. */
  lastPicture?: 'half' | 'nonsense' | 'grey';
  /** Ends by itself once it was asked how far it is and has said that it is done. */
  leavesWhenDone?: boolean;
  /** Answers nothing from the start of a render to its end, `RenderProcessor.start` included. */
  blocksInStart?: boolean;
  /** Until `RenderProcessor.start` is answered, which takes a while, it tells of an earlier render that is done, or was cancelled. */
  earlierDone?: boolean | 'Stopped';
  /** Pictures get their names this long after it said that all is done. */
  namesLateMs?: number;
  /** It writes the frame behind the last one too, as one who counts the end in. */
  oneTooMany?: boolean;
  /** Its pictures are numbered this many higher than it said they would be. */
  numbersOff?: number;
  /** Says the folder of its pictures in another way than it was told. */
  otherWords?: boolean;
  /** Its shots hold source frames this many higher than those of the clip that was put into them. */
  sourceOff?: number;
  /** The timecode it says a clip begins with: hours, minutes, seconds, frames. @default 1:0:0:0 */
  startsAt?: [h: number, m: number, s: number, f: number];
  /** It starts a helper in a session of its own, which stays, and writes its process id here. */
  helperFile?: string;
  /** Closes the connection with this code in the place of an answer to this method, and leaves in good order. */
  closes?: { method: string; code: number; reason: string };
  /** Has done more frames than there are. */
  boasts?: boolean;
  /** Megabytes of words on standard error while it renders. */
  stderrMegabytes?: number;
  /** Sends a signal that waits for its result, an answer to nobody and a binary frame before each answer. */
  chatter?: boolean;
  /** A folder in which one render at a time holds a licence; a second one is refused, which leaves the file `refused` there. */
  licenceFolder?: string;
  /** Renders this many frames, and the rest when the file is gone. */
  hold?: { afterFrames: number; file: string };
  /** Each frame takes this long more. */
  frameMs?: number;
  /** Misbehaves in this way only while the file is there. */
  whileFile?: string;
  /** Only the process that can remove this file misbehaves. */
  onceFile?: string;
  /** Metadata of this many bytes. */
  metadataBytes?: number;
  /** Does not leave when its socket closes, nor by SIGTERM. */
  immortal?: boolean;
};

/** What goes wrong in this render: what is to go wrong once does so for whoever removes the file. */
export function ofThisRender(wrong: Misbehaviour): Misbehaviour {
  if (wrong.onceFile === undefined) return wrong;
  try {
    unlinkSync(wrong.onceFile);
    return wrong;
  } catch {
    return wrong.frameMs === undefined ? {} : { frameMs: wrong.frameMs };
  }
}
