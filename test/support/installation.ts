import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import { connectRushes, type RushesClient } from '../../service/client.ts';
import { Configuration } from '../../service/configuration.ts';
import { type Installation, openInstallation } from '../../service/installation.ts';
import { checkoutDir } from '../../setup/places.mjs';
import { type Gate, startGate } from './gate.ts';
import { type ObjectServer, startObjectServer } from './object-server.ts';
import { freshDatabase, freshNamespace, testStack, uniqueName } from './stack.ts';
import { toolPaths } from './tools.ts';
import { startWorkerProcess, type WorkerProcess } from './worker-process.ts';

/** What a command printed, and how it ended. */
export type CommandResult = { code: number; stdout: string; stderr: string };

/**
 * A whole installation with empty stores: a Temporal namespace, a database and an S3 server of its own, its workers, and
 * its command line. The test closes it.
 */
export type TestInstallation = {
  name: string;
  configuration: Configuration;
  /** What RUSHES_CONFIG names. */
  configFile: string;
  /** For files of the test; workers may read cards below. */
  folder: string;
  objects: ObjectServer;
  rushes: RushesClient;
  /** Stores and engine opened in the test's own process. */
  local: Installation;
  uiUrl: string;
  /** S3 servers of the other sites, by site. */
  away: Record<string, ObjectServer>;
  /** On the way to the S3 server of a gated site. */
  gate(site?: string): Gate;
  /** Starts a worker and waits until it polls. @param site @default the installation's own @param more further arguments */
  startWorker(pools: string, slots?: number, site?: string, more?: string[]): Promise<WorkerProcess>;
  /** Workers as `rushes up` starts them: one for everything but pixels, two that render. */
  startWorkers(): Promise<{ main: WorkerProcess; renderers: [WorkerProcess, WorkerProcess] }>;
  /** Runs `bin/rushes` as a person does. */
  command(...args: string[]): Promise<CommandResult>;
  /** Ends its workers and its S3 server. */
  close(): Promise<void>;
};

/**
 * Sets up an installation. Site and productions may have the same names in two of them: they share no store.
 * @param options.temporal a server of the test's own. @default a fresh namespace on the shared one
 * @param options.otherSites sites with an S3 server each of their own
 * @param options.isMounted whether originals are read in place from the S3 server's folder. @default true
 */
export async function makeInstallation(
  name: string,
  options: {
    temporal?: { address: string; namespace: string; uiUrl: string };
    /** URL of a database of the test's own. @default a fresh one on the shared server */
    postgres?: string;
    isMounted?: boolean;
    sourceRoots?: string[];
    otherSites?: string[];
    /** Sites whose S3 server is reached through a gate. */
    gated?: string[];
    residency?: Record<string, string[]>;
    /** Makers' engines of the site, and which of them decodes what. */
    engines?: Pick<z.input<typeof Configuration>, 'engines' | 'engineRules'>;
  } = {},
): Promise<TestInstallation> {
  const id = uniqueName(name);
  const folder = join(process.env.RUSHES_TEST_STATE!, 'installations', id);
  mkdirSync(folder, { recursive: true });
  const temporal = options.temporal ?? {
    ...(await freshNamespace()),
    uiUrl: (await testStack()).temporal.uiUrl,
  };
  const objects = await startObjectServer(`objects-${id}`, join(folder, 'objects'));
  const away: Record<string, ObjectServer> = {};
  for (const site of options.otherSites ?? [])
    away[site] = await startObjectServer(`${site}-${id}`, join(folder, site));
  const gates = new Map<string, Gate>();
  for (const site of options.gated ?? [])
    gates.set(site, await startGate((site === 'studio' ? objects : away[site]!).port));
  const isMounted = options.isMounted ?? true;
  const configuration = Configuration.parse({
    site: 'studio',
    temporal,
    objectStore: settingsOf(objects, isMounted, gates.get('studio')),
    sites: Object.fromEntries(
      Object.entries(away).map(([site, server]) => [
        site,
        { objectStore: settingsOf(server, isMounted, gates.get(site)) },
      ]),
    ),
    residency: options.residency ?? {},
    postgres: { url: options.postgres ?? (await freshDatabase()) },
    scratch: { root: join(folder, 'scratch') },
    sourceRoots: [process.env.RUSHES_TEST_STATE!, ...(options.sourceRoots ?? [])],
    ...options.engines,
  });
  const configFile = join(folder, 'configuration.json');
  writeFileSync(configFile, JSON.stringify(configuration, null, 2));
  const rushes = await connectRushes(temporal);
  const local = await openInstallation(configuration, toolPaths());
  const workers: WorkerProcess[] = [];
  let count = 0;
  const startWorker = async (pools: string, slots?: number, site?: string, more: string[] = []) => {
    const workerName = `worker-${id}-${++count}`;
    const worker = await startWorkerProcess({
      name: workerName,
      configFile,
      pools,
      ...(slots === undefined ? {} : { slots }),
      scratch: join(folder, workerName),
      arguments: [...(site === undefined ? [] : ['--site', site]), ...more],
    });
    workers.push(worker);
    return worker;
  };
  return {
    name: id,
    configuration,
    configFile,
    folder,
    objects,
    away,
    gate: (site = 'studio') => gates.get(site)!,
    rushes,
    local,
    uiUrl: temporal.uiUrl,
    startWorker,
    startWorkers: async () => {
      const [main, one, two] = await Promise.all([
        startWorker('control,io,media'),
        startWorker('render', 1),
        startWorker('render', 1),
      ]);
      return { main, renderers: [one, two] };
    },
    command: (...args) => runCommand(configFile, args),
    close: async () => {
      await Promise.all(workers.map((worker) => worker.kill()));
      await rushes.close();
      await local.close();
      for (const gate of gates.values()) gate.close();
      await Promise.all([objects, ...Object.values(away)].map((server) => server.kill()));
    },
  };
}

function settingsOf(
  { endPoint, port, accessKey, secretKey, owner, dataDir }: ObjectServer,
  mounted: boolean,
  gate: Gate | undefined,
) {
  const mountedAt = mounted ? { mountedAt: dataDir } : {};
  return { endPoint, port: gate?.port ?? port, accessKey, secretKey, owner, ...mountedAt };
}

/** Sets up an installation, lets `work` use it, and closes it in any case. */
export async function withInstallation<T>(
  name: string,
  work: (at: TestInstallation) => Promise<T>,
  options: Parameters<typeof makeInstallation>[1] = {},
): Promise<T> {
  const at = await makeInstallation(name, options);
  try {
    return await work(at);
  } finally {
    await at.close();
  }
}

function runCommand(configFile: string, args: string[]): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(join(checkoutDir, 'bin/rushes'), args, {
      env: { ...process.env, RUSHES_CONFIG: configFile },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const out = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk: Buffer) => {
      out.stdout += chunk;
    });
    child.stderr.on('data', (chunk: Buffer) => {
      out.stderr += chunk;
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? -1, ...out }));
  });
}
