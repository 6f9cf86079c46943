import type { Cdl } from '../../schemas/cut-list.ts';
import { PipelineError } from '../../schemas/failure.ts';
import { type Finding, finding } from '../../schemas/finding.ts';
import type { PlannedPlate, TurnoverPlan } from '../../schemas/turnover.ts';
import { readCdlFile } from '../../standards/cdl/read-cdl.ts';
import { plainName } from './given-names.ts';

/** A .cc, .ccc or .cdl file that came with a turnover. */
export type LookFile = { fileName: string; text: string };

/** A correction of a look file, with every name it goes by. */
type NamedLook = { from: string; names: string[]; cdl: Cdl };

/**
 * Reads look files. A correction is named by its id; the only one of a file by the file's name too.
 * @throws PipelineError unreadable with the line; input-invalid when a file holds no correction
 */
export function readLooks(files: readonly LookFile[]): NamedLook[] {
  return files.flatMap(({ fileName, text }) => {
    const corrections = readCdlFile(text, fileName);
    if (corrections.length === 0)
      throw new PipelineError('input-invalid', `${fileName} holds no colour correction.`, { fileName });
    return corrections.map(({ id, cdl }) => ({
      from: id === null ? fileName : `${fileName} "${id}"`,
      names: [
        ...(id === null ? [] : [plainName(id)]),
        ...(corrections.length === 1 ? [plainName(fileName)] : []),
      ],
      cdl,
    }));
  });
}

/**
 * The plan with the grades of loose files in place. A file that names a plate stands nearer than one that names its shot,
 * that nearer than one that names its clip, and any of them nearer than the cut list; where two of one kind differ,
 * neither is taken. Every disagreement is a finding, and so is a correction that is nobody's.
 * @throws PipelineError as `readLooks`
 */
export function withLooks(plan: TurnoverPlan, files: readonly LookFile[]): TurnoverPlan {
  if (files.length === 0) return plan;
  const looks = readLooks(files);
  const findings: Finding[] = [];
  const used = new Set<NamedLook>();
  const plates = plan.plates.map((plate) => graded(plate, looks, used, findings));
  for (const look of looks.filter((one) => !used.has(one))) {
    const sentence = `The colour correction of ${look.from} names no shot, plate or clip of this turnover.`;
    findings.push(finding('document-unused', { kind: 'document', id: look.from }, sentence, {}));
  }
  return { ...plan, plates, findings: [...plan.findings, ...findings] };
}

function graded(
  plate: PlannedPlate,
  looks: readonly NamedLook[],
  used: Set<NamedLook>,
  findings: Finding[],
): PlannedPlate {
  const kinds = [[plate.plateId], [plate.shot], [plate.clipName]].map((names) => {
    const wanted = names.map(plainName);
    return looks.filter((look) => look.names.some((name) => wanted.includes(name)));
  });
  for (const look of kinds.flat()) used.add(look);
  const nearest = kinds.find((found) => found.length > 0) ?? [];
  const [look, ...others] = nearest;
  if (look === undefined) return plate;
  const subject = { kind: 'plate', id: plate.plateId } as const;
  const other = others.find(({ cdl }) => !isSameGrade(cdl, look.cdl));
  if (other !== undefined) {
    const sentence = `${plate.plateId} is graded differently by ${look.from} and by ${other.from}; neither is used. Send one of them.`;
    findings.push(
      finding('cdl-conflict', subject, sentence, { [look.from]: look.cdl, [other.from]: other.cdl }),
    );
    return plate;
  }
  if (plate.cdl !== null && !isSameGrade(plate.cdl, look.cdl)) {
    const sentence = `${plate.plateId} is graded differently by the cut list and by ${look.from}; the file is used.`;
    findings.push(finding('cdl-conflict', subject, sentence, { cutList: plate.cdl, [look.from]: look.cdl }));
  }
  return { ...plate, cdl: look.cdl, cdlSource: look.from };
}

/** Whether two grades do the same to every pixel. */
export function isSameGrade(a: Cdl, b: Cdl): boolean {
  const numbers = ({ slope, offset, power, saturation }: Cdl) => [...slope, ...offset, ...power, saturation];
  const others = numbers(b);
  return numbers(a).every((value, index) => value === others[index]);
}
