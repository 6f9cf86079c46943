import type { Finding } from '../../schemas/finding.ts';
import type { PackageManifest } from '../../schemas/package.ts';
import { makingDocuments } from './making.ts';
import { type PackageDocument, type PackageInput, packageContent, packageManifest } from './package.ts';
import { PACKAGE_FILES } from './package-files.ts';
import { allGrades, plateDocuments } from './plate-documents.ts';
import { packageReport } from './report.ts';
import { reportPage } from './report-page.ts';

/**
 * Everything in a package that differs between two makings of the same work: an instant, or what is derived from it. All
 * else, and every frame, has the same bytes.
 */
export const VARIES_PER_PUBLICATION = [
  'manifest.json: createdAt',
  'manifest.json: key, size and digest of the documents named here, key of every other document',
  'report/report.json: createdAt',
  'report/report.html: the date of publication',
  '*.amf: amfInfo and pipelineInfo dateTime and uuid',
  'ascmhl/: file name, creationdate and hashdate; the chain follows',
] as const;

/** A package ready to be written: its documents, and the manifest that is one of them and is written last. */
export type ComposedPackage = { manifest: PackageManifest; documents: PackageDocument[] };

/**
 * Composes the package's documents from what stands in the store: the same input gives the same bytes. No file is read.
 * @throws PipelineError input-invalid when the recipe cannot name a file
 */
export function composePackage(input: PackageInput): ComposedPackage {
  const own = input.plates.map((plate) => plateDocuments(input, plate));
  const made = packageContent(input);
  const content = {
    ...made,
    findings: onceEach([...made.findings, ...own.flatMap(({ findings }) => findings)]),
  };
  const given = [
    ...input.documents,
    ...own.flatMap(({ documents }) => documents),
    ...allGrades(input),
    ...makingDocuments(input),
  ];
  const report = packageReport(packageManifest(input, content, given), input.recipe);
  const documents: PackageDocument[] = [
    ...given,
    { path: PACKAGE_FILES.report, role: 'report', text: pretty(report) },
    { path: PACKAGE_FILES.reportPage, role: 'report', text: reportPage(report, PACKAGE_FILES.reportPage) },
  ];
  const manifest = packageManifest(input, content, documents);
  return {
    manifest,
    documents: [...documents, { path: PACKAGE_FILES.manifest, role: 'manifest', text: pretty(manifest) }],
  };
}

/** What is wrong with a document of the turnover is found again for each plate, and is one finding. */
function onceEach(findings: Finding[]): Finding[] {
  return [...new Map(findings.map((found) => [`${found.code} ${found.forPeople}`, found])).values()];
}

function pretty(document: unknown): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}
