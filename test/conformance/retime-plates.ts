import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspectPaths } from '../../cli/inspect-paths.ts';
import { createOpenEngine } from '../../engine/open/open-engine.ts';
import { makeCard } from '../../footage/card.ts';
import type { MadeClip } from '../../footage/clip-spec.ts';
import { readCounter } from '../../footage/counter.ts';
import type { MatchClip } from '../../pipeline/conform/match-clip.ts';
import { planTurnover } from '../../pipeline/conform/plan.ts';
import { readAndMatch } from '../../pipeline/conform/read-and-match.ts';
import type { ClipSource } from '../../pipeline/delivery/clip-source.ts';
import { preparePlate } from '../../pipeline/delivery/prepare-plate.ts';
import { findRecipe } from '../../pipeline/delivery/recipes.ts';
import type { InspectedClip } from '../../schemas/clip.ts';
import type { Rational } from '../../schemas/rational.ts';
import type { SegmentJob } from '../../schemas/segment-job.ts';
import type { PlannedPlate, TurnoverPlan } from '../../schemas/turnover.ts';
import { toolPath, toolPaths } from '../support/tools.ts';
import { CLIP_FRAMES, CLIPS, type ClipKey, type EditedCut } from './retime-corpus.ts';

const SIZE = { width: 256, height: 144 };
const RECIPE = findRecipe('vfx-plates');

/** A clip of the corpus: what its maker says, and what inspection read from the file. */
export type CorpusClip = { made: MadeClip; source: ClipSource; match: MatchClip; file: string };

/** Records and inspects the clips. */
export async function makeClips(folder: string): Promise<Record<ClipKey, CorpusClip>> {
  const entries: [ClipKey, CorpusClip][] = [];
  for (const [at, key] of (Object.keys(CLIPS) as ClipKey[]).entries()) {
    const { rate, start } = CLIPS[key];
    const card = await makeCard({
      dir: folder,
      kind: 'prores',
      clips: 1,
      frames: CLIP_FRAMES,
      size: SIZE,
      seed: 11 + at,
      tools: toolPaths(),
      rollNumber: at + 1,
      rate,
      startTimecode: start,
      seal: false,
    });
    const { clips } = await inspectPaths([card.path], { tools: toolPaths(), scratch: folder });
    const [made, clip] = [card.clips[0]!, clips[0]!];
    entries.push([key, asKnown(made, clip, join(card.path, made.path))]);
  }
  return Object.fromEntries(entries) as Record<ClipKey, CorpusClip>;
}

/** The clip as the catalogue would know it; every value is what inspection read. */
function asKnown(made: MadeClip, clip: InspectedClip, file: string): CorpusClip {
  const value = (name: string) => clip.fields[name]!.value;
  const clipId = String(value('clipId'));
  const object = { site: 'here', bucket: 'ocf', key: made.path, sizeBytes: 1, xxh128: clipId.slice(0, 32) };
  return {
    made,
    file,
    source: {
      clipId,
      clip,
      objects: clip.files.map(({ path }) => ({ path, object })),
      cameraFormat: { inputColorSpace: 'ARRI LogC3 (EI800)' },
    },
    match: {
      clipId,
      clipName: clip.clipName,
      rollId: `TST/20240426/${made.reel}`,
      reelName: String(value('reelName')),
      originalFileNames: clip.files.map(({ path }) => path),
      startTimecode: String(value('startTimecode')),
      frameRate: value('frameRate') as Rational,
      frameCount: Number(value('frameCount')),
      dropFrame: String(value('startTimecode')).includes(';'),
      isProxy: false,
    },
  };
}

/** Reads, matches and plans a list against all clips of the corpus, as a turnover does. */
export async function planCut(
  cut: EditedCut,
  list: { fileName: string; text: string },
  clips: Record<ClipKey, CorpusClip>,
  handles: number,
): Promise<TurnoverPlan> {
  const known = Object.values(clips).map(({ match }) => match);
  const { list: read, matches } = await readAndMatch({
    fileName: list.fileName,
    bytes: Buffer.from(list.text),
    convert: () => Promise.reject(new Error('nothing is converted here')),
    rate: cut.isRateTold === false ? null : cut.rate,
    clips: known,
    decisions: {},
  });
  return planTurnover({
    turnover: 'TST/cut/1',
    list: read,
    matches,
    clips: known,
    recipe: { ...RECIPE, handles },
  });
}

/** What the counters of rendered frames say, by pixel key and source frame: one file per key and frame, as the store keeps them. */
export type RenderedCounters = Map<string, Map<number, { frame: number; tag: number } | null>>;

/** Renders every frame that plates want, once, by the product's own jobs, and reads all counters back. */
export async function renderPlates(
  plates: { plate: PlannedPlate; clip: CorpusClip }[],
  folder: string,
): Promise<{ counters: RenderedCounters; keyOf: (plate: PlannedPlate) => string }> {
  const engine = createOpenEngine({ tools: toolPaths(), scratch: folder });
  const { versions } = await engine.capabilities();
  const keys = new Map<PlannedPlate, string>();
  const work = new Map<string, { job: SegmentJob; clip: CorpusClip; frames: Set<number> }>();
  for (const { plate, clip } of plates) {
    const prepared = preparePlate({
      turnover: 'TST/cut/1',
      plate,
      source: clip.source,
      recipe: RECIPE,
      amfs: [],
      fingerprint: versions,
    });
    const { job, contentKey } = prepared.deliverables.find(({ kind }) => kind === 'sequence')!;
    keys.set(plate, contentKey);
    const known = work.get(contentKey) ?? { job, clip, frames: new Set<number>() };
    for (let frame = job.frames.first; frame <= job.frames.last; frame++) known.frames.add(frame);
    work.set(contentKey, known);
  }
  const counters: RenderedCounters = new Map();
  try {
    for (const [key, { job, clip, frames }] of work) {
      const only = [...frames].sort((a, b) => a - b);
      const whole = { ...job, frames: { first: only[0]!, last: only.at(-1)! } };
      const located = job.sources.map(({ name }) => ({ name, location: clip.file }));
      const made = await engine.render(whole, located, join(folder, key), {
        signal: new AbortController().signal,
        progress: () => {},
        only,
        threads: 2,
      });
      counters.set(key, readCounters(made.frames));
    }
  } finally {
    await engine.close();
  }
  return { counters, keyOf: (plate) => keys.get(plate)! };
}

/** All frames of a key in one run of oiiotool: a decode that is not the engine's. */
function readCounters(
  frames: { frame: number; file: string }[],
): Map<number, { frame: number; tag: number } | null> {
  const args = frames.flatMap(({ file }) => [file, '--ch', 'G', '-d', 'uint8', '-o', `${file}.pgm`, '--pop']);
  const run = spawnSync(toolPath('oiiotool'), args, { encoding: 'utf8' });
  if (run.status !== 0) throw new Error(run.stderr);
  return new Map(
    frames.map(({ frame, file }) => {
      const bytes = readFileSync(`${file}.pgm`);
      const pixels = bytes.subarray(bytes.length - SIZE.width * SIZE.height);
      return [frame, readCounter(pixels, SIZE.width, SIZE.height, 1)];
    }),
  );
}
