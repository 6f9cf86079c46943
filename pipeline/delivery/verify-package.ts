import type { InspectedClip } from '../../schemas/clip.ts';
import { type Finding, finding } from '../../schemas/finding.ts';
import { type DeliveredPlate, PackageManifest } from '../../schemas/package.ts';
import type { ByteSource } from '../../standards/exr/header.ts';
import type { Examination } from '../../standards/mhl/examine-tree.ts';
import { PACKAGE_FILES } from './package-files.ts';
import { verifyFrames } from './verify-frames.ts';
import { verifyMovies } from './verify-movies.ts';
import { type CardHistory, type Origin, verifyOrigin } from './verify-origin.ts';
import { verifyPlateDocuments } from './verify-plate-documents.ts';
import { verifyReport } from './verify-report.ts';
import { verifyTrims } from './verify-trims.ts';

/** A package folder, read only. Paths are relative to the package. */
export type PackageFolder = {
  /** A document as text; null when it is not there. */
  readText(path: string): Promise<string | null>;
  /** Random access to a file, closed by the caller; null when it is not there. */
  openFile(path: string): Promise<(ByteSource & { close(): Promise<void> }) | null>;
  /** A movie as inspection reads it; null when it is not there. Left out where no tool is at hand. */
  inspectMovie?(path: string): Promise<InspectedClip | null>;
};

/** The answer about a package: the document of `rushes package verify --json`. */
export type PackageVerdict = {
  version: 1;
  kind: 'package-verdict';
  ok: boolean;
  turnover: string | null;
  counts: {
    plates: number;
    frames: number;
    files: number;
    verified: number;
    failed: number;
    missing: number;
    unlisted: number;
  };
  /** Each plate followed back to the camera files. */
  origins: Origin[];
  findings: Finding[];
  exitCode: number;
};

/**
 * Checks a package as its receiver would: chain of custody, manifest against files, every frame's number, header and
 * wholeness, and that each plate's documents tell of that plate. Reads only.
 * @param examination of the same folder by its ASC MHL history
 * @param card histories of the cards that the plates come from, where they are at hand
 */
export async function verifyPackage(
  folder: PackageFolder,
  examination: Examination,
  card: CardHistory | null = null,
): Promise<PackageVerdict> {
  const { verdict } = examination;
  const findings: Finding[] = [...verdict.findings];
  const manifest = await readManifest(folder, findings);
  const origins: Origin[] = [];
  let frames = 0;
  if (manifest) {
    findings.push(...compareWithManifest(manifest, examination));
    for (const plate of manifest.plates) {
      const checked = await verifyFrames(folder, manifest, plate);
      frames += checked.frames;
      findings.push(...checked.findings, ...(await verifyPlateDocuments(folder, manifest, plate)));
      const followed = await verifyOrigin(folder, manifest, plate, card);
      origins.push(followed.origin);
      findings.push(...followed.findings);
    }
    findings.push(...(await verifyMovies(folder, manifest)), ...(await verifyReport(folder, manifest)));
    findings.push(...verifyTrims(manifest), ...missingKinds(manifest));
  }
  const unique = onceEach(findings);
  const exitCode = exitCodeOf(unique);
  return {
    version: 1,
    kind: 'package-verdict',
    ok: exitCode === 0,
    turnover: manifest?.turnover ?? null,
    counts: {
      plates: manifest?.plates.length ?? 0,
      frames,
      files: examination.tree.present.size,
      ...verdict.counts,
    },
    origins,
    findings: unique,
    exitCode,
  };
}

/** The same verdict with what another check found added to it. */
export function addFindings(verdict: PackageVerdict, more: readonly Finding[]): PackageVerdict {
  const findings = onceEach([...verdict.findings, ...more]);
  const exitCode = exitCodeOf(findings);
  return { ...verdict, findings, exitCode, ok: exitCode === 0 };
}

async function readManifest(folder: PackageFolder, findings: Finding[]): Promise<PackageManifest | null> {
  const path = PACKAGE_FILES.manifest;
  const text = await folder.readText(path);
  const subject = { kind: 'package', id: path, path } as const;
  if (text === null) {
    findings.push(
      finding(
        'document-missing',
        subject,
        `${path} is not there, so it is not known what the package must hold.`,
      ),
    );
    return null;
  }
  const parsed = PackageManifest.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const sentence = `${path} is no package manifest: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}.`;
  findings.push(finding('document-invalid', subject, sentence, { issues: parsed.error.issues.slice(0, 10) }));
  return null;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The manifest against what lies there. Digests come from the look that the MHL made: no file is read twice. */
function compareWithManifest(manifest: PackageManifest, { tree, observations }: Examination): Finding[] {
  const findings: Finding[] = [];
  const listed = new Set([PACKAGE_FILES.manifest as string]);
  for (const entry of manifest.entries) {
    listed.add(entry.path);
    const subject = { kind: 'file', id: entry.path, path: entry.path } as const;
    const there = tree.present.get(entry.path);
    if (!there) {
      findings.push(
        finding('file-missing', subject, `"${entry.path}" is in the manifest and not in the package.`),
      );
      continue;
    }
    const observation = observations.get(entry.path);
    const digest = observation && 'digests' in observation ? observation.digests.xxh128 : undefined;
    const isOther = there.sizeBytes !== entry.sizeBytes || (digest !== undefined && digest !== entry.xxh128);
    if (!isOther) continue;
    const sentence = `"${entry.path}" is not the file that the manifest names: ${there.sizeBytes} bytes and xxh128 ${digest ?? 'not read'}, expected ${entry.sizeBytes} bytes and ${entry.xxh128}.`;
    findings.push(
      finding('hash-mismatch', subject, sentence, { expected: entry.xxh128, actual: digest ?? null }),
    );
  }
  for (const path of tree.present.keys()) {
    if (listed.has(path)) continue;
    findings.push(
      finding(
        'file-unlisted',
        { kind: 'file', id: path, path },
        `"${path}" is in the package and not in the manifest.`,
      ),
    );
  }
  return findings;
}

/** Documents that every package must have. */
function missingKinds(manifest: PackageManifest): Finding[] {
  const wanted = ['cut-list', 'report'] as const;
  return wanted
    .filter((role) => !manifest.entries.some((entry) => entry.role === role))
    .map((role) =>
      finding(
        'document-missing',
        { kind: 'package', id: role },
        `The package has no ${role.replace('-', ' ')}.`,
        { role },
      ),
    );
}

/** One finding per code and file, the first: the MHL and the manifest often see the same thing. */
function onceEach(findings: Finding[]): Finding[] {
  const seen = new Map<string, Finding>();
  for (const found of findings) {
    const key =
      found.subject.kind === 'file'
        ? `${found.code} ${found.subject.id}`
        : `${found.code} ${found.forPeople}`;
    if (!seen.has(key)) seen.set(key, found);
  }
  return [...seen.values()];
}

const HASH_CODES = new Set([
  'hash-mismatch',
  'directory-hash-mismatch',
  'hash-absent',
  'frame-damaged',
  're-render-differs',
  'origin-unproven',
  'manifest-altered',
  'manifest-unlisted',
  'unreadable',
]);
const MISSING_CODES = new Set([
  'file-missing',
  'frame-missing',
  'document-missing',
  'manifest-missing',
  'chain-missing',
  'no-history',
  'sequence-gap',
  'frame-count-mismatch',
]);

/** 11 where content is not what was recorded, else 12 where something is missing, else 10 for anything to look at. Source: design.md section 8. */
function exitCodeOf(findings: Finding[]): number {
  const faults = findings.filter((found) => found.severity !== 'info');
  if (faults.some((found) => HASH_CODES.has(found.code))) return 11;
  if (faults.some((found) => MISSING_CODES.has(found.code))) return 12;
  return faults.length > 0 ? 10 : 0;
}

/** Paths of a plate's frames in the manifest, in the order of their numbers. */
export function framesOf(
  manifest: PackageManifest,
  plate: DeliveredPlate,
): { path: string; number: number }[] {
  return manifest.entries
    .filter((entry) => entry.role === 'frame' && entry.path.startsWith(`${plate.folder}/`))
    .map(({ path }) => ({ path, number: Number(/\.(\d+)\.[a-z]+$/.exec(path)?.[1] ?? Number.NaN) }))
    .sort((a, b) => a.number - b.number);
}
