import type { Cdl } from '../../schemas/cut-list.ts';
import { PipelineError } from '../../schemas/failure.ts';
import { type Finding, finding } from '../../schemas/finding.ts';
import type { DeliveredPlate, PackageEntry, PackageManifest } from '../../schemas/package.ts';
import { Rational } from '../../schemas/rational.ts';
import { readAmf } from '../../standards/amf/read-amf.ts';
import { readCdlFile } from '../../standards/cdl/read-cdl.ts';
import { readFdl } from '../../standards/fdl/read-fdl.ts';
import { isSameGrade } from './looks.ts';
import { pendingGrade } from './pending-grade.ts';
import { framesOf, type PackageFolder } from './verify-package.ts';

/** Checks that a plate has its AMF, that it is valid and speaks of this very sequence, and that its CDL files agree. */
export async function verifyPlateDocuments(
  folder: PackageFolder,
  manifest: PackageManifest,
  plate: DeliveredPlate,
): Promise<Finding[]> {
  const root = plate.folder.split('/')[0]!;
  const own = manifest.entries.filter((entry) => entry.path.startsWith(`${root}/`));
  const findings: Finding[] = [];
  const amf = own.find((entry) => entry.role === 'amf');
  if (amf) findings.push(...(await verifyAmf(folder, manifest, plate, amf)));
  else {
    const sentence = `${plate.plateId} has no AMF, so nothing tells what its colour is.`;
    findings.push(
      finding('document-missing', { kind: 'plate', id: plate.plateId }, sentence, { role: 'amf' }),
    );
  }
  const fdl = own.find((entry) => entry.role === 'fdl');
  if (fdl) findings.push(...(await verifyFdl(folder, plate, fdl)));
  findings.push(
    ...(await verifyCdl(
      folder,
      manifest,
      plate,
      own.filter((entry) => entry.role === 'cdl'),
      amf,
    )),
  );
  return findings;
}

async function verifyAmf(
  folder: PackageFolder,
  manifest: PackageManifest,
  plate: DeliveredPlate,
  entry: PackageEntry,
): Promise<Finding[]> {
  const text = await folder.readText(entry.path);
  // The manifest check has named it already.
  if (text === null) return [];
  const { amf, problems } = parsed(text, entry.path);
  if (amf === null) return problems;
  const frames = framesOf(manifest, plate);
  const [first] = frames;
  const [min, max] = [first?.number ?? 0, frames.at(-1)?.number ?? 0];
  const target = amf.clipId?.target;
  const names = target?.kind === 'sequence' ? target.value : null;
  const isOwn =
    target?.kind === 'sequence' &&
    first !== undefined &&
    nameOf(target, first.number) === first.path.split('/').at(-1);
  const subject = { kind: 'document', id: entry.path, path: entry.path } as const;
  if (!isOwn) {
    problems.push(
      finding(
        'document-invalid',
        subject,
        `"${entry.path}" speaks of ${names ?? 'no sequence'}, the frames are ${first?.path ?? 'absent'}.`,
        { clipId: amf.clipId },
      ),
    );
  } else if (target.min !== min || target.max !== max) {
    problems.push(
      finding(
        'document-invalid',
        subject,
        `"${entry.path}" speaks of frames ${target.min} to ${target.max}, the frames run from ${min} to ${max}.`,
        { min, max },
      ),
    );
  }
  const input = amf.pipeline.transforms.find((transform) => transform.role === 'input');
  const isLog = framesOf(manifest, plate).some(({ path }) => path.endsWith('.dpx'));
  if (input && input.applied === isLog) {
    const sentence = isLog
      ? `"${entry.path}" says that the input transform is applied; a plate in the log of the camera has it still to come.`
      : `"${entry.path}" says that the input transform is still to be applied; a scene-linear plate has it.`;
    problems.push(finding('document-invalid', subject, sentence));
  }
  return problems;
}

function parsed(text: string, path: string): ReturnType<typeof readAmf> {
  try {
    return readAmf(text, path);
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error;
    return {
      amf: null,
      problems: [
        finding('document-invalid', { kind: 'document', id: path, path }, error.message, error.facts),
      ],
    };
  }
}

function nameOf({ value, idx }: { value: string; idx: string }, number: number): string {
  const run = new RegExp(`${idx.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}+`).exec(value)?.[0] ?? '';
  return run === '' ? value : value.replace(run, String(number).padStart(run.length, '0'));
}

/** The FDL beside a plate tells of a canvas that is this plate: its size and its squeeze. */
async function verifyFdl(
  folder: PackageFolder,
  plate: DeliveredPlate,
  { path }: PackageEntry,
): Promise<Finding[]> {
  const text = await folder.readText(path);
  if (text === null) return [];
  const { fdl, problems } = readFdl(text, path);
  const subject = { kind: 'document', id: path, path } as const;
  const faults = problems.filter(({ severity }) => severity === 'error');
  const canvas = fdl?.contexts?.at(-1)?.canvases?.at(-1);
  if (canvas === undefined) return faults;
  const aspect = Rational.safeParse(
    (plate.geometry as { pixelAspectRatio?: unknown } | undefined)?.pixelAspectRatio,
  );
  const told = `${canvas.dimensions.width}x${canvas.dimensions.height}`;
  const size = `${plate.size.width}x${plate.size.height}`;
  if (told !== size) {
    const sentence = `"${path}" tells of a canvas of ${told}; the frames of ${plate.plateId} are ${size}.`;
    faults.push(finding('document-invalid', subject, sentence, { told, size }));
  }
  const squeeze = canvas.anamorphic_squeeze ?? 1;
  // Headers hold fractions: 1.33 of an FDL is 4/3 there.
  if (aspect.success && Math.abs(aspect.data.num / aspect.data.den - squeeze) > 0.005) {
    const sentence = `"${path}" tells of a squeeze of ${squeeze}; the frames of ${plate.plateId} have ${aspect.data.num}:${aspect.data.den}.`;
    faults.push(finding('document-invalid', { ...subject, id: `${path} squeeze` }, sentence, { squeeze }));
  }
  return faults;
}

/** The CDL files of a plate are one grade, and the one that its AMF leaves to be done. */
async function verifyCdl(
  folder: PackageFolder,
  manifest: PackageManifest,
  plate: DeliveredPlate,
  entries: PackageEntry[],
  amf: PackageEntry | undefined,
): Promise<Finding[]> {
  const grades: string[] = [];
  const all: Cdl[] = [];
  for (const { path } of entries) {
    const text = await folder.readText(path);
    if (text === null) continue;
    try {
      const cdls = readCdlFile(text, path).map(({ cdl }) => cdl);
      grades.push(JSON.stringify(cdls));
      all.push(...cdls);
    } catch (error) {
      if (!(error instanceof PipelineError)) throw error;
      return [finding('document-invalid', { kind: 'document', id: path, path }, error.message, error.facts)];
    }
  }
  const own = await gradeOfAmf(folder, amf);
  // Where the two were told apart when the plate was made, the finding is in the manifest.
  const isKnown = manifest.findings.some(({ code }) => code === 'cdl-conflict');
  const other = all.find((cdl) => own !== null && !isSameGrade(cdl, own));
  if (new Set(grades).size <= 1 && other !== undefined && !isKnown) {
    const sentence = `The CDL files of ${plate.plateId} hold another grade than its AMF: ${entries.map(({ path }) => path).join(', ')}.`;
    return [
      finding('document-invalid', { kind: 'plate', id: plate.plateId }, sentence, { amf: own, files: other }),
    ];
  }
  if (new Set(grades).size <= 1) return [];
  const sentence = `The CDL files of ${plate.plateId} hold different grades: ${entries.map(({ path }) => path).join(', ')}.`;
  return [finding('document-invalid', { kind: 'plate', id: plate.plateId }, sentence, { grades })];
}

async function gradeOfAmf(folder: PackageFolder, entry: PackageEntry | undefined): Promise<Cdl | null> {
  const text = entry === undefined ? null : await folder.readText(entry.path);
  const { amf } = text === null ? { amf: null } : parsed(text, entry!.path);
  return amf === null ? null : pendingGrade(amf);
}
