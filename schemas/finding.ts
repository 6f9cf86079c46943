import { z } from 'zod';
import { FINDING_CODES } from './finding-codes.ts';

export const Severity = z.enum(['info', 'warning', 'error']);
export type Severity = z.infer<typeof Severity>;

/** What a finding is about; `path` is relative to its roll, package or scope, `line` counts from 1. */
export const Subject = z.object({
  kind: z.enum([
    'roll',
    'file',
    'clip',
    'camera-format',
    'cut-list',
    'event',
    'shot',
    'plate',
    'package',
    'turnover',
    'engine',
    'document',
  ]),
  id: z.string(),
  path: z.string().optional(),
  line: z.int().positive().optional(),
});
export type Subject = z.infer<typeof Subject>;

export const FindingCode = z.enum(Object.keys(FINDING_CODES) as [FindingCode, ...FindingCode[]]);
export type FindingCode = keyof typeof FINDING_CODES;

/** A fact about content that a person must know. Data in a result: never thrown, never retried. */
export const Finding = z.object({
  code: FindingCode,
  severity: Severity,
  subject: Subject,
  forPeople: z.string().describe('one sentence: what, where, expected, how to fix'),
  technical: z.record(z.string(), z.unknown()).describe('the facts behind the sentence, e.g. both digests'),
});
export type Finding = z.infer<typeof Finding>;

/** Makes a finding with the severity its code has in the table. */
export function finding(
  code: FindingCode,
  subject: Subject,
  forPeople: string,
  technical: Record<string, unknown> = {},
): Finding {
  return { code, severity: FINDING_CODES[code].severity, subject, forPeople, technical };
}
