import { type Finding, type FindingCode, finding } from '../../schemas/finding.ts';
import type { XmlElement } from '../xml/element-tree.ts';

/** Collects what is wrong with one AMF while it is read and resolved. */
export type ProblemList = {
  /** Name of the AMF, for people. */
  readonly name: string;
  readonly findings: Finding[];
  /** Whether it is not known what a part of the document means: then nothing may be made from it. */
  isDoubtful: boolean;
  /** Notes a problem that leaves no doubt about the meaning. */
  add(
    code: FindingCode,
    at: Pick<XmlElement, 'line'>,
    sentence: string,
    technical?: Record<string, unknown>,
  ): void;
  /** Notes that the schema is broken in a way that leaves a doubt about the meaning. */
  doubt(at: Pick<XmlElement, 'line'>, sentence: string): void;
};

/** Starts an empty list for a document of that name. */
export function problemList(name: string): ProblemList {
  const findings: Finding[] = [];
  return {
    name,
    findings,
    isDoubtful: false,
    add(code, { line }, sentence, technical = {}) {
      const text = `${name}, line ${line}: ${sentence}`;
      findings.push(finding(code, { kind: 'document', id: name, line }, text, technical));
    },
    doubt(at, sentence) {
      this.add('document-invalid', at, sentence);
      this.isDoubtful = true;
    },
  };
}
