import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PipelineError } from '../../schemas/failure.ts';
import type { SegmentJob } from '../../schemas/segment-job.ts';
import type { Engine, EngineCapabilities } from '../engine.ts';
import { requireSoundGeometry } from '../open/framing.ts';
import { type ExrJob, withRenderRun } from '../open/render-run.ts';
import { askedOnce } from '../tools/asked-once.ts';
import { removeFolder } from '../tools/remove-folder.ts';
import type { ToolAnswer } from '../tools/tool-answer.ts';
import type { ToolPaths } from '../tools/tool-paths.ts';
import { factsOfFile } from '../vendor/file-facts.ts';
import { requireSoundContainer, wantedFrames } from '../wanted-frames.ts';
import { type AmfCalls, amfCalls } from './amf-stack.ts';
import { COLOUR_BY_AMF, flapiCapabilities, flapiVersions } from './capabilities.ts';
import { type ColourNames, PUBLIC_COLOUR_NAMES } from './colour.ts';
import { inspectByFlapi } from './inspect.ts';
import { readInstalledInterface } from './installed-interface.ts';
import { renderInScene } from './render.ts';
import { FLAPI_TIMES, type FlapiPlace, type FlapiSession, type FlapiTimes, withFlapi } from './session.ts';

/** What the FilmLight engine is made of. */
export type FlapiEngineParts = {
  /** null: not installed here. Every use is then `tool-missing`. */
  place: FlapiPlace | null;
  /** `oiiotool` gives frames their geometry, compression and header. */
  tools: ToolPaths;
  /** Names of colour spaces besides the two public ones. */
  colourNames?: ColourNames;
  times?: Partial<FlapiTimes>;
};

/** FilmLight's Baselight or Daylight, through its public interface: one process for each job. */
export function createFlapiEngine(parts: FlapiEngineParts): Engine & { close(): Promise<void> } {
  const times = { ...FLAPI_TIMES, ...parts.times };
  const names = { ...PUBLIC_COLOUR_NAMES, ...parts.colourNames };
  // What was not there may come: a program that is installed now, a licence that is free again.
  const versions = askedOnce(
    () => flapiCapabilities(parts.place, parts.tools, times),
    ({ missing }) => missing.length === 0,
  );
  const capabilities = versions.answer;
  /** Only what was tried here is used; an installation that has no AMF is not asked again. */
  const triedAmf = async (place: FlapiPlace): Promise<AmfCalls | null> => {
    const calls = amfCalls(await readInstalledInterface(place));
    return calls && (await capabilities()).versions.colour === COLOUR_BY_AMF ? calls : null;
  };
  return {
    capabilities,
    async close() {},
    async inspect(paths, { signal }) {
      const place = requirePlace(parts.place);
      const folder = await mkdtemp(join(tmpdir(), 'flapi-'));
      try {
        const { answer } = await withFlapi(place, { times, signal, folder }, async (session) => {
          const answers: ToolAnswer[] = [];
          for (const path of paths) answers.push(await inspectByFlapi(session, path));
          return answers;
        });
        return await Promise.all(paths.map(async (path, index) => factsOfFile(path, answer[index]!)));
      } finally {
        await removeFolder(folder);
      }
    },
    async render(job, sources, workDir, { signal, progress, onFrame = () => {}, only, threads = 1 }) {
      signal.throwIfAborted();
      const frames = wantedFrames(job, only);
      const sequenceJob = requireSequence(job);
      const place = requirePlace(parts.place);
      await mkdir(workDir, { recursive: true });
      const started = performance.now();
      const amf = await triedAmf(place);
      return withRenderRun(
        parts.tools,
        { job, sources, workDir, signal, progress, onFrame, threads },
        async (run) => {
          const { answer, cost } = await withFlapi(
            place,
            { times, signal, folder: run.scratch },
            async (session) => {
              await requireSameVersions(session, versions.kept()).catch((error: unknown) => {
                versions.forget();
                throw error;
              });
              return renderInScene(session, run, sequenceJob, frames, { names, times, amf });
            },
          );
          return {
            frames: answer,
            timings: {
              wallMs: performance.now() - started,
              cpuMs: run.cost.cpuMs + (cost?.cpuMs ?? 0),
              peakMemoryBytes: Math.max(run.cost.peakMemoryBytes, cost?.peakMemoryBytes ?? 0),
            },
            findings: [],
          };
        },
      );
    },
  };
}

/** An upgrade under a running worker would put other pixels under the key of the version before. @throws PipelineError engine-differs */
async function requireSameVersions(
  session: FlapiSession,
  known: Promise<EngineCapabilities> | undefined,
): Promise<void> {
  const before = (await known)?.versions ?? {};
  const now = await flapiVersions(session);
  const changed = Object.keys(now).filter((name) => name in before && before[name] !== now[name]);
  if (known === undefined || changed.length === 0) return;
  throw new PipelineError(
    'engine-differs',
    `flapid was upgraded while this worker ran: ${changed.map((name) => `${name} from ${before[name]} to ${now[name]}`).join(', ')}.`,
    { before, now },
  );
}

function requirePlace(place: FlapiPlace | null): FlapiPlace {
  if (place) return place;
  throw new PipelineError(
    'tool-missing',
    'no flapid is installed: Baselight or Daylight brings it, FLAPI_PATH names it',
    {
      tool: 'flapid',
    },
  );
}

/** What FilmLight's software makes by itself: plates whose colour is conversions and CDLs, which have public calls. */
export function isFlapiPlate({ colour, output }: SegmentJob): boolean {
  return output.kind === 'exr' && colour.steps.every(({ kind }) => kind === 'convert' || kind === 'cdl');
}

/** @throws PipelineError input-invalid, unsupported */
function requireSequence(job: SegmentJob): ExrJob {
  requireSoundGeometry(job.geometry);
  requireSoundContainer(job);
  if (job.output.kind === 'exr') return job as ExrJob;
  throw new PipelineError(
    'unsupported',
    `the flapi engine makes OpenEXR plates, not ${job.output.kind === 'dpx' ? 'DPX' : `${job.output.codec}: keys of its movie codecs are not public`}`,
    { output: job.output.kind },
  );
}
