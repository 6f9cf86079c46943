import type { Finding } from '../../schemas/finding.ts';
import type { PreparedDeliverable, PreparedPlate } from '../../schemas/plate-facts.ts';
import type { DeliverableSpec, Recipe } from '../../schemas/recipe.ts';
import type { Geometry } from '../../schemas/segment-job.ts';
import type { PlannedPlate } from '../../schemas/turnover.ts';
import type { FdlDocument } from '../../standards/fdl/fdl-document.ts';
import { advance, formatTimecode, parseTimecode } from '../../standards/time/timecode.ts';
import type { AmfSource } from './amf-source.ts';
import { type ClipSource, rationalField, textField } from './clip-source.ts';
import { type BakedColour, type LookDocuments, plateColour, proxyColour } from './colour.ts';
import { type FdlFraming, fdlGeometry } from './fdl-geometry.ts';
import { fullSourceGeometry } from './geometry.ts';
import { pixelKey } from './pixel-key.ts';
import type { PlateDocumentSources } from './plate-documents.ts';
import { plateJob, proxyJob, stillJob } from './segment-job.ts';
import { workKey } from './work-key.ts';

/** What deciding about a plate needs. */
export type PlateInput = {
  turnover: string;
  plate: PlannedPlate;
  source: ClipSource;
  recipe: Recipe;
  /** The turnover's AMF, read once for all plates; null when nobody sent one. */
  amf: AmfSource | null;
  /** The turnover's FDL, valid; null when nobody sent one. */
  fdl?: FdlDocument | null;
  /** Versions of the engine, its tools and libraries, as its capabilities tell them. */
  fingerprint: Record<string, string>;
};

/**
 * Decides everything about a plate before a pixel is made: framing, colour, one job and key per deliverable. A
 * deliverable that cannot be made is left out, and an error among the findings says why.
 * @throws PipelineError not-found, unreadable, unsupported when the clip lacks what rendering needs
 */
export function preparePlate(input: PlateInput): PreparedPlate {
  const framing = frame(input);
  const { geometry } = framing;
  const prepared =
    geometry === null
      ? []
      : input.recipe.deliverables.map((spec) => prepareDeliverable(input, spec, geometry));
  const told = prepared.find((one) => one.told !== null)?.told ?? null;
  return {
    version: 1,
    kind: 'prepared-plate',
    turnover: input.turnover,
    plateId: input.plate.plateId,
    deliverables: prepared.flatMap(({ deliverable }) => (deliverable === null ? [] : [deliverable])),
    findings: onceEach([...framing.findings, ...prepared.flatMap(({ findings }) => findings)]),
    sources: documentSources(input, told, framing.fdl),
  };
}

function frame({ source, recipe, fdl }: PlateInput): FdlFraming {
  if (!fdl) return { ...fullSourceGeometry(source), fdl: null };
  return fdlGeometry(source, fdl, recipe.framing ?? { template: null, upscale: false });
}

type Prepared = { deliverable: PreparedDeliverable | null; findings: Finding[]; told: BakedColour | null };

function documentSources(
  { amf }: PlateInput,
  told: BakedColour | null,
  fdl: string | null,
): PlateDocumentSources {
  return { told, amf: amf && { name: amf.name, text: amf.text }, amfFiles: amf?.files ?? [], fdl };
}

function prepareDeliverable(input: PlateInput, spec: DeliverableSpec, geometry: Geometry): Prepared {
  const { source, plate, fingerprint } = input;
  const look: LookDocuments = { amf: input.amf, cdl: plate.cdl };
  if (spec.kind === 'plate') {
    const { colour, findings, told } = plateColour(source, spec.colour, look);
    if (colour === null) return { deliverable: null, findings, told };
    const job = plateJob({ source, plate, spec, colour, geometry });
    const contentKey = pixelKey(job, fingerprint);
    return { deliverable: { name: spec.name, kind: 'sequence', contentKey, job }, findings, told };
  }
  const { colour, findings, told } = proxyColour(source, spec, look);
  if (colour === null) return { deliverable: null, findings, told };
  const job =
    spec.kind === 'still'
      ? stillJob({ source, plate, spec, colour, geometry })
      : proxyJob({
          source,
          plate,
          spec,
          colour,
          geometry,
          startTimecode: timecodeAt(source, plate.sourceFrames.first),
        });
  return {
    deliverable: { name: spec.name, kind: 'movie', contentKey: workKey(job, fingerprint), job },
    findings,
    told,
  };
}

/**
 * The timecode of a source frame, drop-frame where the clip's own is; null when the clip records none that can exist.
 * @param frame 0-based from the clip's first frame
 */
export function timecodeAt(source: ClipSource, frame: number): string | null {
  const start = textField(source.clip, 'startTimecode');
  const rate = rationalField(source.clip, 'frameRate');
  if (start === null || rate === null) return null;
  const reading = parseTimecode(start, rate);
  return reading.ok ? formatTimecode(advance(reading.timecode, frame)) : null;
}

function onceEach(findings: Finding[]): Finding[] {
  const byText = new Map(
    findings.map((found) => [`${found.code} ${found.subject.id} ${found.forPeople}`, found]),
  );
  return [...byText.values()];
}
