import type { Finding } from '../../schemas/finding.ts';
import { CHAIN_FILE } from './chain.ts';
import { HISTORY_FOLDER } from './generation-name.ts';
import type { Histories } from './history.ts';
import { joinPath } from './safe-path.ts';

/** Findings about a document of a history after which it cannot be relied on. */
export const HISTORY_BREAKS: ReadonlySet<string> = new Set([
  'manifest-altered',
  'manifest-missing',
  'manifest-unlisted',
  'chain-missing',
  'sequence-gap',
  'path-unsafe',
  'unreadable',
]);

/** What is wrong with the documents in `ascmhl` folders, so that a copy of them would never be whole. Empty: they may be taken over. */
export function historyFaults(histories: Histories): Finding[] {
  const vacant = vacantChains(histories);
  const standalone = new Set(histories.standaloneManifests);
  return documentFaults(histories).filter(
    ({ subject, technical }) =>
      technical.isFolderGone !== true && !vacant.has(subject.id) && !standalone.has(subject.id),
  );
}

/** Lists beside the content that cannot be read to their end, or name what may not be followed. */
export function unusableLists(histories: Histories): string[] {
  const faulty = new Set(documentFaults(histories).map(({ subject }) => subject.id));
  return histories.standaloneManifests.filter((path) => faulty.has(path));
}

/** Chains that are missing where nothing could be in them: a folder that was made for a first generation which never came. */
export function vacantChains({ all }: Histories): Set<string> {
  const vacant = all.filter(({ chain, generations }) => chain.bytes === null && generations.length === 0);
  return new Set(vacant.map(({ scope }) => joinPath(scope, `${HISTORY_FOLDER}/${CHAIN_FILE}`)));
}

function documentFaults({ findings }: Histories): Finding[] {
  return findings.filter(({ code, subject }) => subject.kind === 'document' && HISTORY_BREAKS.has(code));
}
