import { PipelineError } from '../../schemas/failure.ts';
import { type Finding, finding } from '../../schemas/finding.ts';
import type { DeliveredPlate, PackageManifest } from '../../schemas/package.ts';
import { Rational } from '../../schemas/rational.ts';
import { advance, formatTimecode, parseTimecode } from '../../standards/time/timecode.ts';
import {
  type FrameFacts,
  frameDamage,
  rateInHeader,
  readFrameFacts,
  timecodeInHeader,
} from './frame-facts.ts';
import { framesOf, type PackageFolder } from './verify-package.ts';

/** Primaries and white of the delivered colour spaces. Source: SMPTE ST 2065-1 (AP0), ACES TB-2014-004 (AP1). */
const CHROMATICITIES: Record<string, readonly number[]> = {
  'ACES2065-1': [0.7347, 0.2653, 0, 1, 0.0001, -0.077, 0.32168, 0.33767],
  ACEScg: [0.713, 0.293, 0.165, 0.83, 0.128, 0.044, 0.32168, 0.33767],
};

/** Checks a plate's frames: count, numbers without a hole, each file whole, each header as the manifest says. */
export async function verifyFrames(
  folder: PackageFolder,
  manifest: PackageManifest,
  plate: DeliveredPlate,
): Promise<{ frames: number; findings: Finding[] }> {
  const frames = framesOf(manifest, plate);
  const findings = numberFindings(
    plate,
    frames.map(({ number }) => number),
  );
  let read = 0;
  for (const { path, number } of frames) {
    const file = await folder.openFile(path);
    // The manifest check has named it already.
    if (!file) continue;
    read += 1;
    try {
      const header = await readFrameFacts(file, path);
      const damage = await frameDamage(file, path);
      if (damage !== null) findings.push(damaged(path, damage));
      findings.push(...headerFindings(header, path, plate, number));
    } catch (error) {
      if (!(error instanceof PipelineError)) throw error;
      findings.push(damaged(path, String(error.facts.why ?? error.message)));
    } finally {
      await file.close();
    }
  }
  return { frames: read, findings };
}

function damaged(path: string, why: string): Finding {
  const subject = { kind: 'file', id: path, path } as const;
  return finding('frame-damaged', subject, `"${path}" is not a whole picture: ${why}. Ask for it again.`, {
    why,
  });
}

function numberFindings(plate: DeliveredPlate, numbers: number[]): Finding[] {
  const subject = { kind: 'plate', id: plate.plateId } as const;
  const findings: Finding[] = [];
  if (numbers.length !== plate.frames.count) {
    const sentence = `${plate.plateId} lists ${numbers.length} frames, expected ${plate.frames.count}.`;
    findings.push(
      finding('frame-count-mismatch', subject, sentence, {
        expected: plate.frames.count,
        count: numbers.length,
      }),
    );
  }
  const first = plate.frames.firstNumber;
  const last = Math.max(first + plate.frames.count - 1, numbers.at(-1) ?? first);
  const present = new Set(numbers);
  const missing = Array.from({ length: last - first + 1 }, (_, i) => first + i).filter(
    (number) => !present.has(number),
  );
  if (missing.length > 0) {
    const sentence = `${plate.plateId} has no frame ${missing.slice(0, 10).join(', ')}${missing.length > 10 ? ', …' : ''}: its numbers must run from ${first} to ${last}.`;
    findings.push(finding('frame-missing', subject, sentence, { missing: missing.slice(0, 1000) }));
  }
  return findings;
}

/** What the header of each frame must say, where the manifest says it. */
function headerFindings(facts: FrameFacts, path: string, plate: DeliveredPlate, number: number): Finding[] {
  const rate = Rational.safeParse(plate.frameRate);
  const expected: [name: string, wanted: unknown, got: unknown][] = [
    ['size', `${plate.size.width}x${plate.size.height}`, facts.size],
    ['compression', plate.compression ?? null, facts.compression],
    ['reelName', plate.reelName, facts.reelName],
    ['timeCode', timecodeOf(facts, plate, number), facts.timecode],
    ['framesPerSecond', rate.success ? rateInHeader(facts.format, rate.data) : null, facts.framesPerSecond],
    ['chromaticities', chromaticitiesOf(plate), roundedList(facts.chromaticities)],
    ['pixelAspectRatio', aspectOf(plate), rounded(facts.pixelAspectRatio)],
  ];
  return expected
    .filter(([, wanted, got]) => wanted !== null && wanted !== got)
    .map(([name, wanted, got]) => {
      const sentence = `"${path}": ${name} in the header is ${got ?? 'absent'}, expected ${wanted}.`;
      return finding('header-mismatch', { kind: 'file', id: `${path} ${name}`, path }, sentence, {
        name,
        wanted,
        got,
      });
    });
}

function timecodeOf({ format }: FrameFacts, plate: DeliveredPlate, number: number): string | null {
  const rate = Rational.safeParse(plate.frameRate);
  if (plate.startTimecode === null || !rate.success) return null;
  const reading = parseTimecode(plate.startTimecode, rate.data);
  if (!reading.ok) return null;
  const timecode = formatTimecode(advance(reading.timecode, number - plate.frames.firstNumber));
  return timecodeInHeader(format, timecode, rate.data);
}

function chromaticitiesOf(plate: DeliveredPlate): string | null {
  const space = (plate.colour as { outputSpace?: string } | undefined)?.outputSpace;
  return roundedList(space ? CHROMATICITIES[space] : null);
}

function aspectOf(plate: DeliveredPlate): number | null {
  const aspect = Rational.safeParse(
    (plate.geometry as { pixelAspectRatio?: unknown } | undefined)?.pixelAspectRatio,
  );
  return aspect.success ? rounded(aspect.data.num / aspect.data.den) : null;
}

/** Headers hold 32-bit floats: five digits are what both spellings share. */
function rounded(value: unknown): number | null {
  return typeof value === 'number' ? Number(value.toFixed(5)) : null;
}

function roundedList(value: unknown): string | null {
  return Array.isArray(value) ? value.map(rounded).join(' ') : null;
}
