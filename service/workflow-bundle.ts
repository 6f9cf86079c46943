import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { checkoutDir } from '../setup/places.mjs';

/** A bundle on disk: of what it was made, so that it is never used for anything else. */
type Kept = {
  version: 1;
  kind: 'workflow-bundle';
  /** sha256 of every file of ours in it, and of the list of packages, by path. */
  inputs: Record<string, string>;
  node: string;
  codeSha256: string;
  bundle: WorkflowBundleWithSourceMap;
};

const ENTRY = fileURLToPath(new URL('../workflows/index.ts', import.meta.url));
const PACKAGES = join(checkoutDir, 'package-lock.json');
const KEPT_AT = join(checkoutDir, 'node_modules/.cache/workflow-bundle.json');

/**
 * The workflow code as the sandbox runs it. Bundling refuses Node and zod: that is the check that workflows stay pure. It
 * takes seconds, so a bundle is kept and used again as long as every file that it was made of is the same.
 * @param options.entry file that exports the workflows. @default ours
 * @param options.keptAt file of the kept bundle; one that cannot be written only costs time. @default beside the packages
 */
export async function bundleWorkflows({
  entry = ENTRY,
  keptAt = KEPT_AT,
} = {}): Promise<WorkflowBundleWithSourceMap> {
  const kept = await readKept(keptAt);
  if (kept !== null && kept.inputs[entry] !== undefined && (await isStillTrue(kept))) return kept.bundle;
  const bundle = await bundleWorkflowCode({
    workflowsPath: entry,
    // What webpack did is of no interest while it does it.
    logger: new DefaultLogger('WARN'),
  });
  await keep(keptAt, bundle).catch(() => undefined);
  return bundle;
}

async function readKept(keptAt: string): Promise<Kept | null> {
  try {
    const kept = JSON.parse(await readFile(keptAt, 'utf8')) as Kept;
    const isOurs = kept.version === 1 && kept.kind === 'workflow-bundle' && kept.node === process.version;
    return isOurs && sha256(kept.bundle.code) === kept.codeSha256 ? kept : null;
  } catch {
    return null;
  }
}

async function isStillTrue({ inputs }: Kept): Promise<boolean> {
  const same = await Promise.all(
    Object.entries(inputs).map(async ([path, digest]) => (await digestOf(path)) === digest),
  );
  return same.every(Boolean);
}

async function keep(keptAt: string, bundle: WorkflowBundleWithSourceMap): Promise<void> {
  const kept: Kept = {
    version: 1,
    kind: 'workflow-bundle',
    inputs: { [PACKAGES]: (await digestOf(PACKAGES)) ?? 'absent', ...digestsOf(bundle) },
    node: process.version,
    codeSha256: sha256(bundle.code),
    bundle,
  };
  await mkdir(dirname(keptAt), { recursive: true });
  const half = `${keptAt}.${process.pid}`;
  await writeFile(half, JSON.stringify(kept));
  await rename(half, keptAt);
}

/**
 * Files of ours that went into a bundle, as they were when it was made. The list of packages answers for theirs, and the
 * entry that the bundler makes is no file.
 */
function digestsOf({ code }: WorkflowBundleWithSourceMap): Record<string, string> {
  const inline = /sourceMappingURL=data:application\/json;[^,]*base64,(\S+)/.exec(code)?.[1];
  if (inline === undefined) throw new Error('the workflow bundle does not tell its sources');
  const { sources, sourcesContent } = JSON.parse(Buffer.from(inline, 'base64').toString('utf8')) as {
    sources: string[];
    sourcesContent: string[];
  };
  const digests = sources.map((path, index) => [path, sha256(sourcesContent[index]!)] as const);
  return Object.fromEntries(
    digests.filter(
      ([path]) => isAbsolute(path) && !path.includes('/node_modules/') && !path.endsWith('entrypoint.cjs'),
    ),
  );
}

async function digestOf(path: string): Promise<string | null> {
  try {
    return sha256(await readFile(path));
  } catch {
    return null;
  }
}

function sha256(bytes: string | Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
