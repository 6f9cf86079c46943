import { type Finding, finding } from '../../schemas/finding.ts';
import type { PackageManifest } from '../../schemas/package.ts';
import { PACKAGE_FILES } from './package-files.ts';
import { type PackageReport, packageReport } from './report.ts';
import type { PackageFolder } from './verify-package.ts';

/** Holds the report against the manifest, fact by fact: what people read must be what was delivered. */
export async function verifyReport(folder: PackageFolder, manifest: PackageManifest): Promise<Finding[]> {
  const path = PACKAGE_FILES.report;
  const text = await folder.readText(path);
  // That it is not there the manifest check has said.
  if (text === null) return [];
  const subject = { kind: 'document', id: path, path } as const;
  const report = parsed(text);
  if (report === null) return [finding('document-invalid', subject, `"${path}" is no package report.`)];
  const expected = factsOf(packageReport(manifest, { description: '' }));
  const told = factsOf(report);
  const names = new Set([...expected.keys(), ...told.keys()]);
  return [...names]
    .filter((name) => expected.get(name) !== told.get(name))
    .map((name) => {
      const [wanted, got] = [expected.get(name) ?? 'nothing', told.get(name) ?? 'nothing'];
      const sentence = `"${path}" says of ${name}: ${got}; by the manifest it is ${wanted}.`;
      return finding('document-invalid', { ...subject, id: `${path} ${name}` }, sentence, {
        name,
        wanted,
        got,
      });
    });
}

/** What a report claims that can be counted, in words. */
function factsOf({ turnover, totals, plates, trims }: PackageReport): Map<string, string> {
  const facts = new Map([
    ['the turnover', turnover],
    ['plates in all', String(totals.plates)],
    ['frames in all', String(totals.frames)],
  ]);
  for (const one of plates) {
    const { frames, size, handles } = one;
    facts.set(
      `${one.plateId} in ${one.folder}`,
      [
        `${frames.count} frames from ${frames.firstNumber}`,
        `${size.width}x${size.height}`,
        `from ${one.clipName} at ${one.startTimecode ?? 'no timecode'}, reel ${one.reelName ?? 'unknown'}`,
        `handles ${handles.head} and ${handles.tail}, ${one.bytes} bytes`,
      ].join(', '),
    );
  }
  for (const one of trims)
    facts.set(
      `${one.plateId} in ${one.folder}`,
      `${one.frames.count} frames of ${one.clipName} at ${one.startTimecode ?? 'no timecode'}, ${one.method}`,
    );
  return facts;
}

/** Written by us and read loosely: only what the facts above need must be there. */
function parsed(text: string): PackageReport | null {
  try {
    const report = JSON.parse(text) as PackageReport;
    factsOf(report);
    return report;
  } catch {
    return null;
  }
}
