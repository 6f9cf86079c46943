import type { Finding } from '../schemas/finding.ts';
import type { Rational } from '../schemas/rational.ts';
import type { FrameTimes, RenderedFrame, SegmentJob } from '../schemas/segment-job.ts';
import type { TrimJob } from '../schemas/trim.ts';

/** Where the engine finds the bytes of a job's source file: a local path, or a URL that answers ranges. `isSound`: a file of `job.sound`, in its order. */
export type ResolvedSource = {
  name: string;
  frame?: number;
  location: string;
  isSound?: true;
  /** Makes a picture that is not at its location yet; asked each time before it is read. */
  make?: () => Promise<void>;
};

/** Progress of a render: frames wholly written so far. Called per frame; cheap. */
export type RenderProgress = (state: { framesDone: number; framesWanted: number; stage: string }) => void;

/** What one job made. */
export type RenderedOutput = {
  /** One per source frame asked for, in order; empty for a movie. */
  frames: RenderedFrame[];
  /** The movie file, when the output is a movie. */
  movie?: { file: string; sizeBytes: number; xxh128: string; frameCount: number };
};

type RenderCost = {
  timings: { wallMs: number; cpuMs: number; peakMemoryBytes: number };
  findings: Finding[];
};

export type RenderResult = RenderedOutput & RenderCost;

/** One picture to look at: a file, or a frame of a movie. */
export type PictureAt = {
  location: string;
  /** Whether it holds light as OpenEXR does. */
  isExr: boolean;
  movie?: { frame: number; frameRate: Rational; frameTimes?: FrameTimes };
};

/** A picture or a run of pictures that somebody sent to compare with; `signal` is how its samples are coded. */
export type ReferenceAt = {
  location: string;
  signal: 'rgb' | 'jpeg' | 'video' | 'full-video';
  movie?: { first: number; count: number; frameRate: Rational; frameTimes?: FrameTimes };
};

/** A picture as a display shows it: interleaved R′G′B′ from 0 to 1, from the top row. */
export type ViewedFrame = { frame: number; width: number; height: number; pixels: Float32Array };

/** A part of a movie in a file of its own, or why the movie cannot be parted exactly: a clause for people. */
export type TrimResult =
  | { file: string; sizeBytes: number; xxh128: string; frameCount: number }
  | { cannot: string };

/** Raw facts of one file, per tool, untouched. Normalization is ours, not the engine's. */
export type RawFacts = {
  path: string;
  sizeBytes: number;
  /** What the content says it is, by magic bytes; never from the extension. */
  sniffed: string;
  /** Size and time of the file after the tools had read it, where they differ from before. */
  changed?: { sizeBytes: number; modifiedAt: string };
  tools: { tool: string; version: string; output: unknown; error?: string; durationMs: number }[];
};

export type EngineCapabilities = {
  name: string;
  /** Versions of every program, library and camera SDK: the provenance, and the engine fingerprint of the pixel key. */
  versions: Record<string, string>;
  decodes: string[];
  writes: string[];
  /** What this version has beside, found by asking it, and whether it is used; told to people. */
  offers?: string[];
  missing: { what: string; why: string; fix: string }[];
};

/** What reads and makes pixels. Another engine is another folder and passes the same contract suite (test/engine/contract). */
export interface Engine {
  capabilities(): Promise<EngineCapabilities>;
  /** @param paths local paths or URLs that answer ranges */
  inspect(paths: string[], options: { signal: AbortSignal }): Promise<RawFacts[]>;
  /**
   * Renders one segment into `workDir`, which must be empty and is the caller's to remove. Frames already present in
   * `job.frames` are not looked for: the caller narrows the range. Files appear under their final name only when whole.
   * @throws PipelineError tool-missing, tool-failed, tool-stalled, unreadable, unsupported
   */
  render(
    job: SegmentJob,
    sources: ResolvedSource[],
    workDir: string,
    options: {
      signal: AbortSignal;
      progress: RenderProgress;
      /** Called as soon as a frame is whole, so that its upload overlaps the render. */
      onFrame?: (frame: RenderedFrame) => void;
      /** Only these source frames, within `job.frames`; default all. Lets a retry make only what is missing. */
      only?: number[];
      threads?: number;
    },
  ): Promise<RenderResult>;
  /** Whether `renderTogether` makes these of one decode; it follows from the jobs alone. */
  sharesDecode?(jobs: readonly SegmentJob[]): boolean;
  /**
   * Makes several things of one clip, of one decode where it can: each has the bytes that `render` gives it. The files of
   * the n-th job lie in the folder `n` of `workDir`, counted from 0. An engine that gains nothing by it leaves it out.
   * @throws PipelineError as `render`, and input-invalid when the jobs are of several clips
   */
  renderTogether?(
    jobs: SegmentJob[],
    sources: ResolvedSource[],
    workDir: string,
    options: {
      signal: AbortSignal;
      progress: RenderProgress;
      /** Of the one sequence among them. */
      onFrame?: (frame: RenderedFrame) => void;
      threads?: number;
    },
  ): Promise<{ outputs: RenderedOutput[] } & RenderCost>;
  /**
   * Bytes that `render` holds at once of a job of so many frames, before and beside what it makes; the caller sees to it
   * that there is room. An engine that bounds this to little leaves it out.
   */
  scratchBytes?(job: SegmentJob, frameCount: number): number;
  /**
   * Whether the pictures of a plate are all that this movie or still is made of; it follows from the jobs alone. Only for a
   * plate that this very version of the engine made.
   */
  isHeldBy?(job: SegmentJob, plate: SegmentJob): boolean;
  /**
   * Makes a movie or a still of the files of such a plate, and decodes nothing again: the bytes that `render` gives.
   * @param sources a file of the plate for each frame of `job`, and the job's sound
   * @throws PipelineError as `render`
   */
  renderFromPlate?(
    job: SegmentJob,
    plate: SegmentJob,
    sources: ResolvedSource[],
    workDir: string,
    options: { signal: AbortSignal; progress: RenderProgress; threads?: number },
  ): Promise<RenderResult>;
  /**
   * Darkest and brightest sample of a picture, by another way than `render` decodes; null when it cannot tell.
   * @throws PipelineError tool-missing, tool-stalled
   */
  pictureRange?(
    picture: PictureAt,
    options: { signal: AbortSignal },
  ): Promise<{ min: number; max: number } | null>;
  /**
   * Pictures of a still or a movie as shown, scaled to `width` in square pixels. An engine that never does this leaves it out.
   * @throws PipelineError tool-missing, tool-failed, tool-stalled
   */
  viewFrames?(
    reference: ReferenceAt,
    options: { width: number; signal: AbortSignal },
  ): Promise<ViewedFrame[]>;
  /**
   * Cuts a range out of a movie without decoding it, into `workDir` under the source's own name. An engine that never
   * does this leaves it out.
   * @throws PipelineError tool-missing, tool-failed, tool-stalled
   */
  trim?(
    job: TrimJob,
    source: ResolvedSource,
    workDir: string,
    options: { signal: AbortSignal },
  ): Promise<TrimResult>;
}
