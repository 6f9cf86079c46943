import { chooseEngine, engineFingerprint, type Gate } from '../engine/choose-engine.ts';
import type { EngineCapabilities } from '../engine/engine.ts';
import { type ClipSource, textField } from '../pipeline/delivery/clip-source.ts';
import type { EngineIdentity, EngineSettings, GateVerdict, SiteEngine } from '../schemas/engine.ts';
import { PipelineError } from '../schemas/failure.ts';
import type { SegmentJob } from '../schemas/segment-job.ts';
import type { TurnoverRequest } from '../schemas/turnover.ts';
import type { Dependencies } from './dependencies.ts';

/** The engines a turnover may use: ours, those announced at its site, and what its production asks of them. */
export type EnginesAtHand = {
  engines: (EngineCapabilities | SiteEngine)[];
  rules: EngineSettings['rules'];
  requiresGate: readonly string[];
  verdicts: GateVerdict[];
  licences: Record<string, number>;
};

/** Reads what there is to choose from. */
export async function enginesAtHand(
  deps: Dependencies,
  { site, production }: TurnoverRequest,
): Promise<EnginesAtHand> {
  const [open, announced, settings] = await Promise.all([
    deps.engine.capabilities(),
    deps.catalogue.enginesOfSite(site),
    deps.catalogue.engineSettings(production),
  ]);
  const limited = announced.flatMap(({ name, licences }) =>
    licences === null ? [] : [[name, licences] as const],
  );
  return {
    engines: [open, ...announced],
    rules: [...settings.rules, ...deps.engines.rules],
    requiresGate: settings.requiresGate,
    verdicts: settings.requiresGate.length === 0 ? [] : await deps.catalogue.gateVerdicts(production),
    licences: Object.fromEntries(limited),
  };
}

/** Chooses for each job of a clip; what none can make is said in one sentence. */
export function engineChooser(
  { engines, rules, requiresGate, verdicts }: EnginesAtHand,
  { recipe, production }: TurnoverRequest,
  source: ClipSource,
): (job: SegmentJob) => EngineIdentity | { none: string } {
  const cameraMake = textField(source.clip, 'cameraMake');
  const gate = gateOf(requiresGate, verdicts, source.cameraFormatId ?? null);
  return (job) => {
    try {
      const wish = { codec: job.decode.codec, cameraMake, recipe, writes: writesOf(job) };
      const { name, versions } = chooseEngine(wish, engines, rules, gate).engine;
      return { name, versions };
    } catch (error) {
      if (!(error instanceof PipelineError) || error.code !== 'unsupported') throw error;
      const why = `${error.message} See \`rushes engines\`; gates of ${production}: \`rushes validate --production ${production}\`.`;
      return { none: why };
    }
  };
}

/** A version is let through by the newest verdict for the clip's camera format, or for all of them. */
function gateOf(
  requiresGate: readonly string[],
  verdicts: readonly GateVerdict[],
  format: string | null,
): Gate {
  return (engine) => {
    if (!requiresGate.includes(engine.name)) return true;
    const fingerprint = engineFingerprint(engine);
    const about = verdicts.filter((verdict) => verdict.engine === fingerprint);
    const own = about.find(({ cameraFormat }) => cameraFormat === format);
    return (own ?? about.find(({ cameraFormat }) => cameraFormat === 'all'))?.passed ?? false;
  };
}

/** What a job writes, as engines call it. */
function writesOf({ output }: SegmentJob): string {
  if (output.kind === 'movie') return output.codec;
  if (output.kind === 'dpx') return `dpx:${output.bits}`;
  return output.container === 'st2065-4' ? 'exr:st2065-4' : `exr:${output.compression}`;
}
