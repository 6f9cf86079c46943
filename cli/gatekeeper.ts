import { engineFingerprint } from '../engine/choose-engine.ts';
import type { Comparison, Side, verdictDocument } from '../pipeline/validation/verdict.ts';
import type { EngineSettings, GateVerdict } from '../schemas/engine.ts';
import { PipelineError } from '../schemas/failure.ts';
import { openInstallation } from '../service/installation.ts';
import { type Output, printJson } from './context.ts';
import type { ValidateDependencies } from './validate.ts';
import type { Origin, Shot } from './validation-sides.ts';

/** What was kept of a verdict. */
export type StoredVerdict = Pick<GateVerdict, 'engine' | 'cameraFormat' | 'passed' | 'factKey'>;

/** The gate of a production: its thresholds, its camera formats, and what passed before. */
export type Gatekeeper = {
  thresholds: EngineSettings['thresholds'];
  /** @throws PipelineError input-invalid when no side is an engine */
  requireEngine(origins: readonly Origin[]): void;
  /** The camera format of a job's clip, or the one that was named. @throws PipelineError input-invalid when nobody can tell */
  formatOf(shot: Shot, asked: string | undefined): Promise<Comparison['cameraFormat']>;
  /** Keeps a verdict on the engine that was judged: as a fact with its page, then in the catalogue. */
  store(
    comparisons: readonly Comparison[],
    document: ReturnType<typeof verdictDocument>,
    page: string,
    who: string,
  ): Promise<StoredVerdict[]>;
  /** Prints the verdicts that hold now. */
  list(io: Output, json: boolean): Promise<number>;
  close(): Promise<void>;
};

/** Opens the installation for the gate of a production; the caller closes. @throws PipelineError service-away */
export async function openGatekeeper(production: string, deps: ValidateDependencies): Promise<Gatekeeper> {
  if (!deps.configuration)
    throw new PipelineError(
      'service-away',
      'A verdict is kept for a production only where there is an installation.',
      {},
    );
  const { deps: stores, close } = await openInstallation(deps.configuration(), deps.tools);
  const { catalogue, facts } = stores;
  const { thresholds } = await catalogue.engineSettings(production);
  return {
    thresholds,
    requireEngine(origins) {
      if (origins.some(({ kind }) => kind === 'engine')) return;
      throw new PipelineError(
        'input-invalid',
        'A verdict for a production is about an engine: give engine:NAME for one side, or leave --production out.',
        {},
      );
    },
    async formatOf(shot, asked) {
      if (asked === 'all') return { id: 'all', label: 'all camera formats' };
      const clip = shot === null ? null : await catalogue.getClip(shot.job.clip.clipId);
      const id = asked ?? clip?.cameraFormatId ?? null;
      const format = id === null ? null : await catalogue.getCameraFormat(id);
      if (format) return { id: format.formatId, label: format.label };
      throw new PipelineError(
        'input-invalid',
        asked === undefined
          ? `The camera format is not known from ${shot?.job.clip.clipName ?? 'the folders'}: name one with --camera-format ID (see \`rushes formats\`), or all.`
          : `There is no camera format ${asked} in ${production}: see \`rushes formats --production ${production}\`.`,
        { production, asked: asked ?? null },
      );
    },
    async store(comparisons, document, page, who) {
      const at = new Date().toISOString();
      const pageKey = await facts.putBytes(production, 'gate-reports', 'report.html', Buffer.from(page));
      const stored: StoredVerdict[] = [];
      for (const { cameraFormat, a, b, judgement } of comparisons) {
        const { engine, reference } = judged(a, b);
        const id = `${engine.split(' ')[0]}/${cameraFormat.id}`;
        const factKey = await facts.put(production, 'gates', id, {
          ...document,
          engine,
          reference,
          pageKey,
          who,
          at,
        });
        const verdict = {
          production,
          engine,
          reference,
          cameraFormat: cameraFormat.id,
          passed: judgement.passed,
          factKey,
          who,
          at,
        };
        await catalogue.saveGateVerdict({ version: 1, kind: 'gate-verdict', ...verdict });
        stored.push({ engine, cameraFormat: cameraFormat.id, passed: judgement.passed, factKey });
      }
      await stores.lookAgain(await catalogue.turnoversWithWaitingPlates(production), 'a verdict of the gate');
      return stored;
    },
    async list(io, json) {
      const verdicts = await catalogue.gateVerdicts(production);
      if (json) printJson(io, { version: 1, kind: 'gate-verdicts', production, verdicts });
      else
        for (const { passed, engine, cameraFormat, reference, who, at } of verdicts)
          io.stdout(
            `${passed ? 'passed    ' : 'not passed'}  ${cameraFormat}  ${engine}  against ${reference}, ${who}, ${at}\n`,
          );
      return verdicts.every(({ passed }) => passed) ? 0 : 10;
    },
    close,
  };
}

/** The engine a verdict is about: B where it is one, else A; the other is what it was held against. */
function judged(a: Side, b: Side): { engine: string; reference: string } {
  const [engine, reference] = isEngine(b) ? [b, a] : [a, b];
  const [about, against] = [
    engineFingerprint(engine),
    isEngine(reference) ? engineFingerprint(reference) : reference.name,
  ];
  if (about !== against) return { engine: about, reference: against };
  throw new PipelineError(
    'refused-by-rule',
    `${about} cannot pass a gate against itself: hold it against another engine, another version, or stills from a workstation.`,
    { engine: about },
  );
}

function isEngine({ performance }: Side): boolean {
  return performance !== null;
}
