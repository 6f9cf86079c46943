import type { Engine } from '../engine/engine.ts';
import type { SiteEngines } from '../engine/site-engines.ts';
import type { ConvertToOtio } from '../pipeline/conform/read-cut-list.ts';
import type { Catalogue } from '../stores/catalogue/catalogue.ts';
import type { Facts } from '../stores/facts.ts';
import type { ObjectStore } from '../stores/objects/object-store.ts';
import type { FileReader } from '../stores/reading/file-reader.ts';
import type { Scratch } from '../stores/scratch.ts';
import type { LicenceRequest, WorkflowRun } from '../workflows/messages.ts';

/** What activities are given: opened once per process by `service/dependencies.ts`, and by the command line. */
export type Dependencies = {
  site: string;
  /** Cards and cut lists are read only under these folders, links resolved. */
  sourceRoots: readonly string[];
  /** Who does the work, for histories and the status of each segment. */
  worker: string;
  store: ObjectStore;
  /** Sites that originals may be sent between. */
  sites: readonly string[];
  /** The store of a site. */
  storeAt: (site: string) => ObjectStore;
  /** Sites where originals of a production may lie beside their home; a production without an entry stays home. */
  residency: Readonly<Record<string, readonly string[]>>;
  facts: Facts;
  catalogue: Catalogue;
  /** The open engine: inspection, trims, looking at pictures. */
  engine: Engine;
  /** All engines of this process; jobs name theirs. */
  engines: SiteEngines;
  scratch: Scratch;
  /** Reads and hashes local files on threads of its own. */
  files: FileReader;
  /** Threads one render may use. */
  renderThreads: number;
  /** Tells the worker that an attempt computes no more; what it answers with is called when the attempt ends. */
  leaveCore?: () => () => void;
  /** AAF and XML become OpenTimelineIO JSON. @throws PipelineError tool-missing, tool-failed */
  convertCutList: ConvertToOtio;
  /** Tells a running turnover that plates are no longer wanted; false when it runs no more. */
  cancelPlates: (turnoverId: string, plateIds: readonly string[]) => Promise<boolean>;
  /** Tells running turnovers that a roll arrived; answers how many were told. */
  tellTurnovers: (turnovers: readonly string[], rollId: string) => Promise<number>;
  /** Lets running turnovers prepare their waiting plates again; answers how many do. */
  lookAgain: (turnovers: readonly string[], why: string) => Promise<number>;
  /** Puts a request into the line for a licence of a site, whose keeper is started where it is not running. */
  askForLicence: (request: LicenceRequest) => Promise<void>;
  /** Of these workflow runs, those that run no more. */
  endedWorkflows: (workflows: readonly WorkflowRun[]) => Promise<WorkflowRun[]>;
};
