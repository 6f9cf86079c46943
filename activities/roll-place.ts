import type { CopiedFile, CopyRecord } from '../schemas/ingest-facts.ts';
import { type RollReport, type RollRequest, rollId } from '../schemas/roll.ts';
import type { ChainDigest } from '../stores/catalogue/chain-digests.ts';
import type { Dependencies } from './dependencies.ts';

/** What the catalogue keeps of a roll where the request says it lies: at its home, or at a site it was sent to. */
export type RollPlace = {
  isHome: boolean;
  /** What is written down of these files. */
  filesNamed(paths: readonly string[]): Promise<CopiedFile[]>;
  chains(): Promise<ChainDigest[]>;
  remember(digests: readonly ChainDigest[]): Promise<void>;
  /** The state of a roll is that of its home. */
  beginsVerifying(): Promise<void>;
  saveReport(report: RollReport): Promise<void>;
  /** Writes down that files stand otherwise than before: as facts, and in the catalogue. */
  mark(files: readonly CopiedFile[]): Promise<void>;
};

/** Asks the catalogue whether the request means the roll's home. A roll that it does not know yet is at home. */
export async function rollPlace(deps: Dependencies, roll: RollRequest): Promise<RollPlace> {
  const { catalogue } = deps;
  const id = rollId(roll);
  const keep = async (files: readonly CopiedFile[], sentTo?: string) => {
    const away = sentTo === undefined ? {} : { sentTo };
    const record: CopyRecord = {
      version: 1,
      kind: 'copy-record',
      rollId: id,
      ...away,
      files: [...files],
      findings: [],
    };
    await deps.facts.put(roll.production, 'copies', `${roll.shootDay}/${roll.roll}/standing`, record);
  };
  const home = (await catalogue.getRoll(id))?.site ?? roll.site;
  if (home === roll.site) {
    return {
      isHome: true,
      filesNamed: (paths) => catalogue.filesNamed(id, paths),
      chains: () => catalogue.chainDigestsOf(id),
      remember: (digests) => catalogue.rememberChainDigests(id, digests),
      beginsVerifying: () => catalogue.setRollState(id, 'verifying'),
      saveReport: (report) => catalogue.saveRollReport(report),
      mark: async (files) => {
        if (files.length === 0) return;
        await keep(files);
        await catalogue.upsertFiles(id, files);
      },
    };
  }
  return {
    isHome: false,
    filesNamed: (paths) => catalogue.sentFilesOf(id, roll.site, paths),
    chains: () => catalogue.chainDigestsOf(id, roll.site),
    remember: (digests) => catalogue.rememberChainDigests(id, digests, roll.site),
    beginsVerifying: async () => undefined,
    saveReport: (report) => catalogue.saveRollCopy(roll.site, report),
    mark: async (files) => {
      if (files.length === 0) return;
      await keep(files, roll.site);
      await catalogue.upsertSentFiles(id, roll.site, files);
    },
  };
}
