import type { Dependencies } from '../activities/dependencies.ts';
import { PipelineError } from '../schemas/failure.ts';
import { createCatalogue } from '../stores/catalogue/catalogue.ts';
import { openJournal } from '../stores/catalogue/journal.ts';
import { openFacts } from '../stores/facts.ts';
import { createObjectStore, type ObjectStore } from '../stores/objects/object-store.ts';
import { createFileReader, type FileReader } from '../stores/reading/file-reader.ts';
import { createScratch } from '../stores/scratch.ts';
import { type Configuration, workerIdentity } from './configuration.ts';
import { convertCutList } from './convert-cut-list.ts';
import { openSiteEngines } from './site-engines.ts';
import { controlSiteOf, knownSites, ownerOf, storeConfigOf } from './sites.ts';
import { openWorkflowCalls } from './workflow-calls.ts';

/** Dependencies of one process, and their end. */
export type OpenDependencies = Dependencies & { close: () => Promise<void> };

/** Opens stores and engine for the pools of one process; nothing connects before it is used. The caller closes. */
export async function openDependencies(
  configuration: Configuration,
  tools: Record<string, string>,
  pools: readonly string[],
): Promise<OpenDependencies> {
  const { site, scratch: scratchPlace } = configuration;
  const files = createFileReader();
  const stores = openStores(configuration, files);
  const control = stores.at(controlSiteOf(configuration));
  const catalogue = createCatalogue(configuration.postgres.url, { journal: openJournal(control) });
  const scratch = createScratch(scratchPlace);
  const { engines, open: engine, close: closeEngines } = openSiteEngines(configuration, tools);
  const { close: closeClient, ...workflows } = openWorkflowCalls(configuration.temporal);
  return {
    site,
    sourceRoots: configuration.sourceRoots,
    worker: workerIdentity(configuration, pools),
    store: stores.at(site),
    storeAt: stores.at,
    sites: knownSites(configuration),
    residency: configuration.residency,
    facts: openFacts(control),
    catalogue,
    engine,
    engines,
    scratch,
    files,
    renderThreads: 1,
    convertCutList: convertCutList(tools),
    ...workflows,
    close: async () => {
      await closeEngines();
      await catalogue.close();
      await files.close();
      stores.close();
      await closeClient();
    },
  };
}

/** The stores of the sites, each opened when it is first asked for. */
function openStores(
  configuration: Configuration,
  files: FileReader,
): { at: (site: string) => ObjectStore; close: () => void } {
  const open = new Map<string, ObjectStore>();
  return {
    at: (site) => {
      const store = open.get(site) ?? createObjectStore(storeConfigOf(configuration, site), files);
      open.set(site, store);
      return store;
    },
    close: () => {
      for (const store of open.values()) store.close();
    },
  };
}

/** Makes the site's buckets and brings the tables up to date. Only `up` and the control pool call it. */
export async function prepareStores(configuration: Configuration): Promise<void> {
  await prepareBuckets(configuration);
  const catalogue = createCatalogue(configuration.postgres.url);
  try {
    await catalogue.migrate();
  } finally {
    await catalogue.close();
  }
}

/**
 * Makes the buckets of the process's own site with their guard. Without the owner's credentials the buckets of another owner
 * are left as they are.
 */
export async function prepareBuckets(configuration: Configuration): Promise<void> {
  const files = createFileReader();
  const at = storeConfigOf(configuration, configuration.site);
  const owner = ownerOf(configuration, configuration.site);
  const store = createObjectStore({ ...at, ...owner }, files);
  try {
    if (owner === undefined || owner.accessKey === at.accessKey)
      await store.ensureBuckets([]).catch(unlessRefused);
    else await store.ensureBuckets([at.accessKey]);
    for (const kind of ['ocf', 'work', 'packages'] as const) {
      await store.dropStaleUploads(store.bucket(kind), '', LONGEST_UPLOAD_MS).catch(unlessRefused);
    }
  } finally {
    await files.close();
    store.close();
  }
}

/** Parts older than this belong to no upload that still runs: a presigned part is good for seven days at most. */
const LONGEST_UPLOAD_MS = 7 * 24 * 3_600_000;

/** Credentials of a worker may not make or guard buckets: the owner did, with `rushes up`. */
function unlessRefused(error: unknown): void {
  if (!(error instanceof PipelineError) || error.code !== 'refused-by-rule') throw error;
}
