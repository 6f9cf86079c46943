import type { CopiedFile } from '../schemas/ingest-facts.ts';
import { type RollReport, type RollRequest, rollId } from '../schemas/roll.ts';
import type { ChainDigest } from '../stores/catalogue/chain-digests.ts';
import type { Dependencies } from './dependencies.ts';

/** What the catalogue keeps of a roll where the request says it lies: at its home, or at a site it was sent to. */
export type RollPlace = {
  files(): Promise<CopiedFile[]>;
  chains(): Promise<ChainDigest[]>;
  remember(digests: readonly ChainDigest[]): Promise<void>;
  /** The state of a roll is that of its home. */
  beginsVerifying(): Promise<void>;
  saveReport(report: RollReport): Promise<void>;
};

/** Asks the catalogue whether the request means the roll's home. A roll that it does not know yet is at home. */
export async function rollPlace(deps: Dependencies, roll: RollRequest): Promise<RollPlace> {
  const { catalogue } = deps;
  const id = rollId(roll);
  const home = (await catalogue.getRoll(id))?.site ?? roll.site;
  if (home === roll.site) {
    return {
      files: () => catalogue.filesOf(id),
      chains: () => catalogue.chainDigestsOf(id),
      remember: (digests) => catalogue.rememberChainDigests(id, digests),
      beginsVerifying: () => catalogue.setRollState(id, 'verifying'),
      saveReport: (report) => catalogue.saveRollReport(report),
    };
  }
  return {
    files: () => catalogue.sentFilesOf(id, roll.site),
    chains: () => catalogue.chainDigestsOf(id, roll.site),
    remember: (digests) => catalogue.rememberChainDigests(id, digests, roll.site),
    beginsVerifying: async () => undefined,
    saveReport: (report) => catalogue.saveRollCopy(roll.site, report),
  };
}
