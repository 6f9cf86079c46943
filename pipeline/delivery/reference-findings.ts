import { type Finding, finding } from '../../schemas/finding.ts';
import type { ReferenceCheck } from '../../schemas/plate-facts.ts';
import { colourCause } from '../validation/diagnose-colour.ts';
import type { ComparedPicture } from '../validation/picture.ts';

/** A tenth of a percent of an aspect ratio is a rounding, one and a half percent another framing. */
export const SAME_ASPECT = 0.015;
/** Two codecs and a scaler stay within these; a fifth of a stop does not. In just noticeable steps, ITU-R BT.2124. */
const MOST_MEAN = 3;
const MOST_P99 = 18;

/** Whether two pictures differ by more than codecs and scalers make them. */
export function isFarOff({ mean: average, p99 }: ReferenceCheck['deltaItp']): boolean {
  return average > MOST_MEAN || p99 > MOST_P99;
}

/** What a person must know of a comparison: the simplest cause first, and one fault told once. */
export function findingsOf(
  plateId: string,
  check: ReferenceCheck,
  a: ComparedPicture,
  b: ComparedPicture,
): Finding[] {
  const subject = { kind: 'plate', id: plateId } as const;
  const { file, slipFrames, framingOffset: offset, aspects, deltaItp, scale } = check;
  const findings: Finding[] = [];
  if (slipFrames)
    findings.push(
      finding(
        'reference-slipped',
        subject,
        `${plateId} shows what ${file} shows ${Math.abs(slipFrames)} frames ${slipFrames > 0 ? 'later' : 'earlier'}; one of the two has another frame.`,
        { slipFrames },
      ),
    );
  if (Math.abs(aspects.plate / aspects.reference - 1) > SAME_ASPECT)
    findings.push(
      finding(
        'reference-framing-differs',
        subject,
        `${plateId} is ${aspects.plate.toFixed(3)}:1 and ${file} ${aspects.reference.toFixed(3)}:1; what both show in the middle was compared.`,
        { aspects },
      ),
    );
  else if (offset && scale !== null)
    findings.push(
      finding(
        'reference-framing-differs',
        subject,
        `${file} shows the picture of ${plateId} ${scale.toFixed(2)} times as large, and about ${Math.round(offset.x)},${Math.round(offset.y)} pixels away.`,
        { scale, offset },
      ),
    );
  else if (offset)
    findings.push(
      finding(
        'reference-framing-differs',
        subject,
        `The picture of ${file} lies about ${Math.round(offset.x)},${Math.round(offset.y)} pixels away from that of ${plateId}.`,
        { offset },
      ),
    );
  if (scale !== null && !offset)
    findings.push(
      finding(
        'reference-framing-differs',
        subject,
        `${file} shows the picture of ${plateId} ${scale.toFixed(2)} times as large.`,
        { scale },
      ),
    );
  const isFar = isFarOff(deltaItp);
  // A picture that lies elsewhere differs everywhere; that is one fault and not two.
  if (isFar && !offset && scale === null) findings.push(colourFinding(plateId, check, a, b));
  return findings;
}

function colourFinding(
  plateId: string,
  check: ReferenceCheck,
  a: ComparedPicture,
  b: ComparedPicture,
): Finding {
  const { kind, stops, gains, saturation } = colourCause(a, b);
  const cause = {
    exposure: `${stops.toFixed(2)} stops of exposure`,
    'white-balance': `channel gains of ${gains.map((gain) => gain.toFixed(3)).join(', ')}, as another white balance or grade has`,
    'transfer-function': 'dark and bright differ unlike, as another contrast or rendering has',
    range: 'as full range read for legal range has, or the other way',
    saturation: `${saturation.toFixed(2)} times the saturation`,
    channels: 'its colour channels are exchanged',
    primaries: 'grey agrees and colours do not, as with other primaries',
    clipping: 'its highlights are cut off',
    colour: 'no simple cause',
    unexplained: 'no simple cause',
  }[kind];
  const { mean: average, p99 } = check.deltaItp;
  const sentence = `Through its AMF ${plateId} differs from ${check.file} by ${average.toFixed(1)} ΔE ITP on average (99 % within ${p99.toFixed(1)}): ${cause}.`;
  return finding('reference-colour-differs', { kind: 'plate', id: plateId }, sentence, {
    deltaItp: check.deltaItp,
    cause: kind,
    stops,
    gains,
  });
}
