import { createHash } from 'node:crypto';
import type { Cdl } from '../../schemas/cut-list.ts';
import { type Finding, finding } from '../../schemas/finding.ts';
import { deliverAmf, newAmf } from '../../standards/amf/deliver-amf.ts';
import { readAmf } from '../../standards/amf/read-amf.ts';
import { writeCc, writeCcc, writeCdl } from '../../standards/cdl/write-cdl.ts';
import type { BakedColour } from './colour.ts';
import type { PackageDocument, PackagedPlate, PackageInput } from './package.ts';
import { platePaths } from './package-paths.ts';
import { pendingGrade } from './pending-grade.ts';

/** What a prepared plate keeps for its documents, beside its jobs. */
export type PlateDocumentSources = {
  /** What was done to the pixels of the plate; null when no plate could be made. */
  told: BakedColour | null;
  /** The AMF that came with the turnover. */
  amf: { name: string; text: string } | null;
  /** Files that the AMF names, by their path beside it. */
  amfFiles: { path: string; text: string }[];
  /** The FDL of this plate, as text; null when there was none. */
  fdl: string | null;
};

/** The documents that lie beside a plate's frames: AMF with its files, CDL as .cc and .cdl, FDL. Source: Netflix partner help 1500008649782. */
export function plateDocuments(
  input: PackageInput,
  plate: PackagedPlate,
): { documents: PackageDocument[]; findings: Finding[] } {
  const sources = (plate.prepared as { sources?: PlateDocumentSources }).sources;
  const paths = platePaths(input.recipe, plate.planned, input.revision);
  const documents: PackageDocument[] = [];
  const findings: Finding[] = [];
  if (sources?.told) {
    documents.push({
      path: paths.document('amf'),
      role: 'amf',
      text: amfOf(input, plate, sources, sources.told),
    });
    for (const { path, text } of sources.amfFiles)
      documents.push({ path: `${paths.folder}/${path}`, role: 'other', text });
  } else if (plate.prepared.deliverables.some(({ kind }) => kind === 'sequence')) {
    const sentence = `${plate.planned.plateId} goes without an AMF: what was done to its colour is not on record.`;
    findings.push(finding('document-missing', { kind: 'plate', id: plate.planned.plateId }, sentence, {}));
  }
  const cdl = gradeOf(plate);
  if (cdl) {
    const correction = { id: paths.stem, cdl };
    documents.push({ path: paths.document('cc'), role: 'cdl', text: writeCc(correction) });
    documents.push({ path: paths.document('cdl'), role: 'cdl', text: writeCdl([correction]) });
  }
  if (sources?.fdl) documents.push({ path: paths.document('fdl'), role: 'fdl', text: sources.fdl });
  return { documents, findings };
}

/** The CDLs of all plates in one .ccc, by the name of each plate, for tools that take a collection. */
export function allGrades(input: PackageInput): PackageDocument[] {
  const graded = input.plates.flatMap((plate) => {
    const { planned } = plate;
    const { stem } = platePaths(input.recipe, planned, input.revision);
    const cdl = gradeOf(plate);
    return cdl ? [{ id: stem, cdl, description: planned.clipName }] : [];
  });
  return graded.length === 0 ? [] : [{ path: 'cdl/plates.ccc', role: 'cdl', text: writeCcc(graded) }];
}

/** The shot's CDL: of the cut list or a file, else the one that the AMF leaves to be done. */
function gradeOf({ planned, prepared }: PackagedPlate): Cdl | null {
  if (planned.cdl !== null) return planned.cdl;
  const { amf } = (prepared as { sources?: PlateDocumentSources }).sources ?? {};
  const read = amf ? readAmf(amf.text, amf.name).amf : null;
  return read === null ? null : pendingGrade(read);
}

function amfOf(
  input: PackageInput,
  plate: PackagedPlate,
  sources: PlateDocumentSources,
  told: BakedColour,
): string {
  const { planned } = plate;
  const { stem } = platePaths(input.recipe, planned, input.revision);
  const count = planned.sourceFrames.last - planned.sourceFrames.first + 1;
  const first = planned.firstFrameNumber;
  const delivery = {
    clip: {
      clipName: stem,
      pattern: `${stem}.${'#'.repeat(input.recipe.numbering.digits)}.${endingOf(plate)}`,
      min: first,
      max: first + count - 1,
    },
    description: `${stem} from ${planned.clipName}`,
    at: input.at,
    uuids: { amf: uuidOf(input, stem, 'amf'), pipeline: uuidOf(input, stem, 'pipeline') },
    inputId: told.inputId,
    inputPending: told.inputPending ?? false,
    cdl: told.cdl,
    cdlSource: planned.cdlSource,
  };
  if (sources.amf === null) return newAmf(delivery);
  const { amf } = readAmf(sources.amf.text, sources.amf.name);
  if (amf === null) throw new Error(`${stem} was made with an AMF that cannot be read`);
  return deliverAmf(amf, { ...delivery, baked: told.baked });
}

function endingOf({ prepared }: PackagedPlate): string {
  const kinds = prepared.deliverables.map(({ job }) => job.output.kind);
  return kinds.find((kind) => kind !== 'movie') ?? 'exr';
}

/** A UUID that a repeated publication of the same instant makes again, and no other does. Source: RFC 9562 5.8, version 8. */
function uuidOf(input: PackageInput, stem: string, what: string): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([input.turnover, input.at, stem, what]))
    .digest();
  digest[6] = (digest[6]! & 0x0f) | 0x80;
  digest[8] = (digest[8]! & 0x3f) | 0x80;
  const hex = digest.toString('hex');
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)];
  return `urn:uuid:${parts.join('-')}`;
}
