import type { ColorStep, JobColour } from '../../schemas/segment-job.ts';
import { PINNED_CONFIG } from '../../standards/amf/pinned-config.ts';
import type { ClipSource } from './clip-source.ts';
import { type BakedColour, carriedCdl, gradeInAcescct, type LookDocuments } from './colour.ts';

const ACES = 'ACES2065-1';

/** What people look through when nobody chose. Source: Netflix partner help 48547314676115, rule of defaults. */
const DEFAULT_VIEW: ColorStep = {
  kind: 'display',
  from: ACES,
  display: 'Rec.1886 Rec.709 - Display',
  view: 'ACES 2.0 - SDR 100 nits (Rec.709)',
};

/**
 * How a delivered plate is looked at: exactly what its own AMF says that remains, through the AMF's output transform or the
 * default one. Null where a part of that cannot be carried out.
 * @param space colour space of the delivered pixels
 */
export function viewColour(
  source: ClipSource,
  space: string,
  look: LookDocuments,
  told: BakedColour,
): JobColour | null {
  const baked = new Set(told.baked);
  const remaining = (look.amf?.steps ?? [])
    .map((step, index) => ({ step, index }))
    .filter(({ step, index }) => step.kind !== 'input' && !step.applied && !baked.has(index));
  if (remaining.some(({ step }) => step.operations === null)) return null;
  const operations = (kind: 'look' | 'output') =>
    remaining.filter(({ step }) => step.kind === kind).flatMap(({ step }) => step.operations!);
  const cdl = carriedCdl(look, source, []);
  const output = operations('output');
  const toAces = stepsToAces(space, look);
  if (toAces === null) return null;
  const steps: ColorStep[] = [
    ...toAces,
    ...(cdl ? gradeInAcescct(cdl) : []),
    ...operations('look'),
    ...(output.length > 0 ? output : [DEFAULT_VIEW]),
  ];
  return {
    config: PINNED_CONFIG.uri,
    configSha256: PINNED_CONFIG.sha256,
    decodedSpace: space,
    steps,
    outputSpace: 'Rec.1886 Rec.709 - Display',
  };
}

/** A log plate in a camera's log that no config names has its input transform still before it: the AMF's own. */
function stepsToAces(space: string, look: LookDocuments): ColorStep[] | null {
  if (space === ACES) return [];
  if (space !== 'Raw') return [{ kind: 'convert', from: space, to: ACES }];
  return look.amf?.steps.find((step) => step.kind === 'input')?.operations ?? null;
}
