import type { RawFacts } from '../../engine/engine.ts';
import { type Finding, finding, type Subject } from '../../schemas/finding.ts';
import { cardFile } from '../ingest/card-file.ts';
import { fileKind } from '../ingest/file-kind.ts';
import { mislabelled } from './mislabelled.ts';
import { dig } from './sources/source.ts';
import { truncation } from './truncation.ts';

/** Said by a vendor's program that is not there; the header was read without it. */
const NOT_INSTALLED = 'not installed';

/** What is wrong with one file as a file: empty, cut off, never closed, changing, under a wrong ending, of no known kind. */
export function fileFindings(subject: Subject, path: string, facts: RawFacts): Finding[] {
  const at: Subject = { ...subject, path };
  if (facts.changed) return [changed(at, path, facts.sizeBytes, facts.changed)];
  if (facts.sniffed === 'empty')
    return [finding('file-empty', at, `${path} has no bytes. Offload it again.`, {})];
  return [
    ...wholeness(at, path, facts),
    ...mislabelled(at, path, facts.sniffed),
    ...degraded(at, path, facts),
  ];
}

function changed(
  at: Subject,
  path: string,
  sizeBytes: number,
  later: NonNullable<RawFacts['changed']>,
): Finding {
  const how =
    later.sizeBytes === sizeBytes
      ? `its bytes were written again`
      : `it had ${sizeBytes} bytes, then ${later.sizeBytes}`;
  return finding(
    'file-changed',
    at,
    `${path} changed while it was inspected: ${how}. Wait until it is written, then inspect it again.`,
    { sizeBytes, later },
  );
}

/** The first that holds: cut off, never closed, unreadable. */
function wholeness(at: Subject, path: string, facts: RawFacts): Finding[] {
  const cut = truncation(facts);
  if (cut)
    return [
      finding(
        'file-truncated',
        at,
        `${path} ends before its content does: ${cut.why}. Offload it again.`,
        cut,
      ),
    ];
  const open = unfinished(facts);
  if (open)
    return [
      finding(
        'file-unfinished',
        at,
        `${path} was never closed: ${open.why}. If it is still being recorded or copied, inspect it again afterwards; else offload it again.`,
        open,
      ),
    ];
  return [...leftOpen(at, path, facts), ...unreadable(at, path, facts)];
}

function leftOpen(at: Subject, path: string, facts: RawFacts): Finding[] {
  const mxf = facts.tools.find((t) => t.tool === 'mxf-metadata')?.output;
  if (dig(mxf, 'isOpen') !== true) return [];
  const sentence = `${path} has an open header; what is told of it stands in its ${String(dig(mxf, 'readFrom'))}.`;
  return [finding('header-open', at, sentence, { readFrom: dig(mxf, 'readFrom') })];
}

/** What recorders write last is not there: the movie header of QuickTime, the footer of an open MXF, the length of a wave file. */
function unfinished(facts: RawFacts): { why: string; source: string } | null {
  for (const { tool, output } of facts.tools) {
    const why = dig(output, 'unfinished');
    if (typeof why === 'string') return { why, source: tool };
  }
  return null;
}

function unreadable(at: Subject, path: string, facts: RawFacts): Finding[] {
  if (facts.sniffed === 'text') return [];
  const refused = facts.tools.find((a) => a.tool === 'file')?.error;
  if (refused !== undefined) return [finding('unreadable', at, `${refused}.`, { error: refused })];
  const asked = facts.tools.filter((a) => a.error !== NOT_INSTALLED);
  const told = {
    sniffed: facts.sniffed,
    sizeBytes: facts.sizeBytes,
    errors: asked.map((a) => ({ tool: a.tool, error: a.error ?? null })),
  };
  if (facts.sniffed === 'unknown') return asked.some(knowsMedia) ? [] : unknown(at, path, told);
  const damage = asked.map((a) => dig(a.output, 'damage')).find((d) => typeof d === 'string');
  const allFailed =
    asked.length > 0 &&
    asked.every((a) => a.error !== undefined || a.output === null || dig(a.output, 'damage'));
  if (damage === undefined && !allFailed) return [];
  const why = damage ?? asked.map((a) => `${a.tool}: ${a.error ?? 'nothing'}`).join('; ');
  return [finding('unreadable', at, `${path} cannot be read whole: ${why}.`, told)];
}

/** Damage where the ending promises media; of a file without such a promise only that nobody here knows it. */
function unknown(at: Subject, path: string, told: Record<string, unknown>): Finding[] {
  const kind = fileKind(cardFile({ path, sizeBytes: 0 }));
  // Cameras write binary tables beside their clips: their form is their own business.
  if (kind === 'sidecar' || kind === 'thumbnail') return [];
  if (kind !== 'unknown')
    return [finding('unreadable', at, `${path} is nothing that is known here by its first bytes.`, told)];
  const sentence = `${path} is of no kind that is known here: it stays as it is, and nothing can be told or made of it.`;
  return [finding('content-unknown', at, sentence, told)];
}

/** A tool found picture or sound in what no reader of ours knows. */
function knowsMedia({ tool, output }: RawFacts['tools'][number]): boolean {
  if (tool === 'mediainfo') {
    const tracks = dig(output, 'media', 'track');
    return Array.isArray(tracks) && tracks.some((t) => /^(Video|Audio|Image)$/.test(String(dig(t, '@type'))));
  }
  const streams = dig(output, 'streams');
  return tool === 'ffprobe' && Array.isArray(streams) && streams.length > 0;
}

function degraded(at: Subject, path: string, facts: RawFacts): Finding[] {
  return facts.tools
    .filter((answer) => answer.error === NOT_INSTALLED)
    .map(({ tool }) =>
      finding(
        'tool-degraded',
        at,
        `${tool} is not installed, so ${path} was read by its header alone. Install it and inspect again for the maker's own values.`,
        { tool },
      ),
    );
}
