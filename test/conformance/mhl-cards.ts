import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { toolPath } from '../support/tools.ts';

const RUSHES = path.resolve(import.meta.dirname, '../../bin/rushes');

/** The shared data of the field, where it is present beside the repository. */
export const MHL_DATA = path.resolve(import.meta.dirname, '../../../shared/data/mhl');

/** Why tests over the shared data do not run, or null when they do. */
export const dataMissing = existsSync(path.join(MHL_DATA, 'trees.tar.gz')) ? null : `${MHL_DATA} is not here`;

/** What a program answered. */
export type Answer = { code: number; stdout: string; stderr: string };

/** The verdict that `rushes mhl … --json` prints. */
export type VerdictDocument = {
  ok: boolean;
  counts: { verified: number; failed: number; missing: number; unlisted: number };
  findings: { code: string; subject: { id: string }; forPeople: string }[];
  generations: { path: string; number: number }[];
};

/** Runs our command line. */
export function rushes(...args: string[]): Answer {
  return answerOf(RUSHES, ['mhl', ...args]);
}

/** Runs `rushes mhl verify --json` and reads its document. */
export function verify(folder: string, ...args: string[]): VerdictDocument & { code: number } {
  const { code, stdout, stderr } = rushes('verify', folder, '--json', ...args);
  if (!stdout.startsWith('{')) throw new Error(`no document from verify: ${stderr}`);
  return { ...(JSON.parse(stdout) as VerdictDocument), code };
}

/** Runs the reference tool; `verify` and `xsd-schema-check` are in its debug program. */
export function reference(command: string, ...args: string[]): Answer {
  const isDebug = command === 'verify' || command === 'xsd-schema-check' || command === 'hash';
  return answerOf(toolPath(isDebug ? 'ascmhl-debug' : 'ascmhl'), [command, ...args]);
}

/** Validates a manifest against the standard's own schema. Gives what is wrong, or nothing. */
export function schemaProblems(manifest: string): string {
  const { code, stderr } = answerOf(toolPath('xmllint'), [
    '--noout',
    '--schema',
    path.join(MHL_DATA, 'xsd/ASCMHL.xsd'),
    manifest,
  ]);
  return code === 0 ? '' : stderr;
}

/** A scratch folder, removed by the caller. */
export function scratch(): string {
  return mkdtempSync(path.join(tmpdir(), 'rushes-mhl-'));
}

/** Removes a scratch folder. */
export function discard(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

/** Writes files; a path that ends in `/` is an empty folder. */
export function writeFiles(folder: string, files: Record<string, string | Buffer>): void {
  for (const [name, content] of Object.entries(files)) {
    const target = path.join(folder, name);
    mkdirSync(name.endsWith('/') ? target : path.dirname(target), { recursive: true });
    if (!name.endsWith('/')) writeFileSync(target, content);
  }
}

function answerOf(program: string, args: string[]): Answer {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (error !== undefined) throw error;
  return { code: status ?? -1, stdout, stderr };
}

/** The manifests of a tree's own history, oldest first. */
export function manifests(tree: string): string[] {
  return readdirSync(path.join(tree, 'ascmhl'))
    .filter((name) => name.endsWith('.mhl'))
    .sort()
    .map((name) => path.join(tree, 'ascmhl', name));
}

/** Content and structure digests of every folder in the newest manifest. */
export function folderHashes(tree: string): string[] {
  const text = readFileSync(manifests(tree).at(-1)!, 'utf8');
  return [...text.matchAll(/<(?:directoryhash|roothash)>([\s\S]*?)<\/(?:directoryhash|roothash)>/g)]
    .map(([, inside]) => inside!.replace(/ \w+="[^"]*"/g, '').replace(/\s+/g, ''))
    .sort();
}
