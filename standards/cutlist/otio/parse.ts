import type { CutList } from '../../../schemas/cut-list.ts';
import type { Rational } from '../../../schemas/rational.ts';
import { rational } from '../../time/rational.ts';
import { type Problem, problem } from '../problem.ts';
import { buildEvent } from './event.ts';
import { flatten, rangeOf } from './flatten.ts';
import { framesAt, nearest, nodesAt, type OtioNode, schemaOf, secondsOf, textAt, timeAt } from './node.ts';

/** Whether a text is an OpenTimelineIO document. */
export function looksLikeOtio(text: string): boolean {
  return /^\uFEFF?\s*\{/.test(text) && text.slice(0, 4096).includes('OTIO_SCHEMA');
}

/**
 * Reads an OpenTimelineIO JSON document natively: tracks, nested compositions, gaps, transitions, linear retimes, freezes, markers and CDL.
 * Source ranges are media time, as adapters write it. Source: OpenTimelineIO file format, schemas Timeline.1, Clip.1 and Clip.2.
 * @returns an empty list with a problem when the text is no such document
 */
export function parseOtio(text: string, options: { rate?: Rational; sourceRate?: Rational } = {}): CutList {
  const root = readJson(text);
  return root === null ? emptyList('', 'the text is no JSON document.') : parseTimeline(root, options);
}

/** Reads a timeline that is a document already: of a file, or of a form that was put into OpenTimelineIO's words. */
export function parseTimeline(
  root: OtioNode,
  options: { rate?: Rational; sourceRate?: Rational } = {},
): CutList {
  const timelines = schemaOf(root) === 'SerializableCollection' ? nodesAt(root, 'children') : [root];
  const timeline = timelines.find((child) => schemaOf(child) === 'Timeline') ?? timelines[0];
  if (!timeline || !['Timeline', 'Stack', 'Track'].includes(schemaOf(timeline)))
    return emptyList('', `the document holds no timeline but "${schemaOf(root)}".`);
  const placed = flatten(timeline);
  const globalStart = timeAt(timeline, 'global_start_time');
  const firstRange = placed.map(({ clip }) => rangeOf(clip)).find((range) => range !== null);
  const rate = options.rate ?? globalStart?.rate ?? firstRange?.duration.rate ?? rational(24);
  const problems: Problem[] = [];
  const zero = globalStart ? nearest(framesAt(secondsOf(globalStart), rate)) : 0;
  const events = placed.flatMap((one, at) =>
    buildEvent(
      one,
      { next: placed[at + 1] ?? null, previous: placed[at - 1] ?? null },
      { rate, sourceRate: options.sourceRate ?? null, zero },
      problems,
    ),
  );
  for (const [index, event] of events.entries()) {
    event.index = index;
    event.number = String(index + 1).padStart(3, '0');
    if (event.transition?.from) event.transition.from.index = index - 1;
  }
  const title = textAt(timeline, 'name') ?? '';
  if (events.length === 0) return emptyList(title, 'the timeline holds no clip.');
  return {
    version: 1,
    kind: 'cut-list',
    title,
    rate,
    sourceRate: options.sourceRate ?? null,
    events,
    problems,
  };
}

function readJson(text: string): OtioNode | null {
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    return typeof value === 'object' && value !== null ? (value as OtioNode) : null;
  } catch {
    return null;
  }
}

function emptyList(title: string, what: string): CutList {
  const problems = [
    problem(
      'cut-list-empty',
      { line: 0 },
      {
        what,
        why: 'Nothing can be made from it.',
        fix: 'Export the timeline again as OpenTimelineIO JSON (.otio).',
      },
    ),
  ];
  return { version: 1, kind: 'cut-list', title, rate: null, events: [], problems };
}
