import type { CutList } from '../../../schemas/cut-list.ts';
import { PipelineError } from '../../../schemas/failure.ts';
import type { Rational } from '../../../schemas/rational.ts';
import { add, compare, rational, subtract } from '../../time/rational.ts';
import { readXml, type XmlElement } from '../../xml/element-tree.ts';
import type { OtioNode } from '../otio/node.ts';
import { parseTimeline } from '../otio/parse.ts';
import { type Problem, problem } from '../problem.ts';
import { type Resources, readResources, reelIn, timeOf } from './resources.ts';
import { type Placed, placeStory, range, time, tracksOf } from './story.ts';
import { readTimeMap } from './time-map.ts';

/**
 * Reads a Final Cut Pro X document natively: every time in it is an exact fraction of a second. The first project's sequence is read, with
 * connected clips, secondary storylines, compound clips, multicams and retimes. Source: Apple, FCPXML Reference, versions 1.8 to 1.13.
 * @throws PipelineError unreadable when it is no well-formed document
 */
export function parseFcpxml(text: string, options: { rate?: Rational; sourceRate?: Rational } = {}): CutList {
  const root = readXml(text.replace(/<!DOCTYPE\s+fcpxml\s*>/i, ''), 'the FCPXML');
  const resources = readResources(root);
  const project = find(root, 'project');
  const sequence = find(project ?? root, 'sequence');
  if (sequence === null)
    throw new PipelineError(
      'unreadable',
      'the FCPXML holds no sequence: export the project, not an event of clips.',
      {},
    );
  const rate = resources.rateOf(sequence.attributes.format) ?? rational(24);
  const problems: Problem[] = [];
  const list = parseTimeline(
    {
      OTIO_SCHEMA: 'Timeline.1',
      name: project?.attributes.name ?? sequence.attributes.name ?? '',
      global_start_time: time(timeOf(sequence.attributes.tcStart) ?? rational(0), rate),
      tracks: stackOf(sequence, { resources, rate, problems, depth: 0 }),
    },
    options,
  );
  return { ...list, problems: [...problems, ...list.problems] };
}

type Context = { resources: Resources; rate: Rational; problems: Problem[]; depth: number };

/** Compound clips hold compound clips; a document whose clips hold themselves ends here. */
const DEEPEST = 16;

/** A sequence, multicam angle or other container of a storyline as a stack of tracks, from its first frame. */
function stackOf(container: XmlElement, context: Context): OtioNode {
  const spine = container.children.find(({ name }) => name === 'spine');
  const start = timeOf(container.attributes.tcStart) ?? rational(0);
  const story =
    spine?.children ?? container.children.filter(({ attributes }) => attributes.lane === undefined);
  const placed = placeStory(
    story,
    { zero: subtract(rational(0), start), begin: rational(0), lane: 0, isContiguous: false },
    (element) => timingOf(element, context),
  );
  const tracks = tracksOf(placed, context.rate, (one) => nodeOf(one, context));
  return { OTIO_SCHEMA: 'Stack.1', children: tracks };
}

function timingOf(element: XmlElement, { resources }: Context): { start: Rational; duration: Rational } {
  const asset = resources.assets.get(element.attributes.ref ?? '');
  return {
    start: timeOf(element.attributes.start) ?? asset?.start ?? rational(0),
    duration: timeOf(element.attributes.duration) ?? asset?.duration ?? rational(0),
  };
}

function nodeOf(one: Placed, context: Context): { node: OtioNode; kind: 'Video' | 'Audio' } | null {
  const { element } = one;
  const { resources, rate, problems } = context;
  const isOn = element.attributes.enabled !== '0';
  if (
    element.children.some(
      ({ name, attributes }) => name === 'conform-rate' && attributes.scaleEnabled !== '0',
    )
  )
    problems.push(conformed(element));
  if (['ref-clip', 'mc-clip', 'sync-clip'].includes(element.name)) return nested(one, context, isOn);
  const inner = element.name === 'clip' ? innerOf(element) : element;
  const asset = resources.assets.get(inner?.attributes.ref ?? '');
  const kind = inner?.name === 'audio' || (asset && !asset.hasVideo) ? 'Audio' : 'Video';
  const sourceRate = asset?.rate ?? rate;
  const { start } = timingOf(element, context);
  const mapped = readTimeMap(
    element,
    { start, duration: one.duration },
    { record: rate, source: sourceRate },
  );
  const media = inner === element || inner === null ? mapped.start : ofInner(mapped.start, inner, context);
  const name = element.attributes.name ?? asset?.name ?? '';
  return {
    kind,
    node: {
      OTIO_SCHEMA: 'Clip.2',
      name,
      enabled: isOn,
      source_range: range(media, one.duration, { start: sourceRate, duration: rate }),
      media_references: { DEFAULT_MEDIA: mediaOf(element, inner, asset, sourceRate) },
      effects: mapped.effects,
      markers: markersOf(element),
    },
  };
}

/**
 * A clip's own time is where its content lies in it. Some writers give the clip's start in the time of the media: believed where only that
 * lies within the media.
 */
function ofInner(seconds: Rational, inner: XmlElement, context: Context): Rational {
  const { start } = timingOf(inner, context);
  const media = add(start, subtract(seconds, timeOf(inner.attributes.offset) ?? rational(0)));
  const asset = context.resources.assets.get(inner.attributes.ref ?? '');
  if (!asset?.duration) return media;
  const end = add(asset.start, asset.duration);
  const isWithin = (at: Rational) => compare(at, asset.start) >= 0 && compare(at, end) < 0;
  return !isWithin(media) && isWithin(seconds) ? seconds : media;
}

function innerOf(clip: XmlElement): XmlElement | null {
  const own = clip.children.filter(({ attributes }) => attributes.lane === undefined);
  return (
    own.find(({ name }) => name === 'video' || name === 'asset-clip') ??
    own.find(({ name }) => name === 'audio') ??
    null
  );
}

function mediaOf(
  element: XmlElement,
  inner: XmlElement | null,
  asset: ReturnType<Resources['assets']['get']>,
  rate: Rational,
): OtioNode {
  if (asset === undefined)
    return { OTIO_SCHEMA: 'GeneratorReference.1', generator_kind: inner?.name ?? element.name };
  const reel = reelIn(element) ?? asset.reel;
  return {
    OTIO_SCHEMA: 'ExternalReference.1',
    ...(asset.url === null ? {} : { target_url: asset.url }),
    ...(asset.duration === null
      ? {}
      : { available_range: range(asset.start, asset.duration, { start: rate, duration: rate }) }),
    metadata: {
      ...(reel === null ? {} : { reel }),
      fcp_xml: { timecode: { displayformat: element.attributes.tcFormat === 'DF' ? 'DF' : 'NDF' } },
    },
  };
}

/** Compound, synchronized and multicam clips: a window on a sequence of their own. */
function nested(one: Placed, context: Context, isOn: boolean): { node: OtioNode; kind: 'Video' } | null {
  const { element } = one;
  const content = contentOf(element, context);
  if (content === null || context.depth >= DEEPEST) {
    context.problems.push(empty(element));
    return null;
  }
  const { start } = timingOf(element, context);
  const mapped = readTimeMap(
    element,
    { start, duration: one.duration },
    { record: context.rate, source: context.rate },
  );
  const from = subtract(mapped.start, timeOf(content.attributes.tcStart) ?? rational(0));
  return {
    kind: 'Video',
    node: {
      ...stackOf(content, { ...context, depth: context.depth + 1 }),
      name: element.attributes.name ?? '',
      enabled: isOn,
      effects: mapped.effects,
      source_range: range(from, one.duration, { start: context.rate, duration: context.rate }),
    },
  };
}

function contentOf(element: XmlElement, { resources }: Context): XmlElement | null {
  if (element.name === 'sync-clip') return element;
  const media = resources.media.get(element.attributes.ref ?? '');
  if (element.name === 'ref-clip') return media?.children.find(({ name }) => name === 'sequence') ?? null;
  const angle = element.children.find(
    ({ name, attributes }) =>
      name === 'mc-source' && attributes.srcEnable !== 'audio' && attributes.srcEnable !== 'none',
  )?.attributes.angleID;
  const multicam = media?.children.find(({ name }) => name === 'multicam');
  const shown = multicam?.children.find(
    ({ name, attributes }) => name === 'mc-angle' && attributes.angleID === angle,
  );
  if (!multicam || !shown) return null;
  const { tcStart } = multicam.attributes;
  return { ...shown, attributes: { ...shown.attributes, ...(tcStart === undefined ? {} : { tcStart }) } };
}

function markersOf(element: XmlElement): OtioNode[] {
  return element.children
    .filter(({ name }) => name === 'marker' || name === 'chapter-marker')
    .map(({ attributes }) => ({
      OTIO_SCHEMA: 'Marker.2',
      name: attributes.value ?? '',
      comment: attributes.note ?? '',
    }));
}

function find(element: XmlElement, name: string): XmlElement | null {
  if (element.name === name) return element;
  for (const child of element.children.filter((one) => one.name !== 'resources')) {
    const found = find(child, name);
    if (found) return found;
  }
  return null;
}

function conformed(element: XmlElement): Problem {
  return problem(
    'cut-list-unsupported',
    { line: element.line },
    {
      what: `clip "${element.attributes.name ?? ''}" is conformed to the rate of the sequence.`,
      why: 'Its frames were counted in the time of its media; Final Cut may play a few more or fewer.',
      fix: 'Compare the range with the sequence.',
    },
  );
}

function empty(element: XmlElement): Problem {
  return problem(
    'cut-list-unsupported',
    { line: element.line },
    {
      what: `the content of "${element.attributes.name ?? element.name}" is not in the document.`,
      why: 'Nothing is made for it.',
      fix: 'Break the clip apart in the sequence, or export it with its content.',
    },
  );
}
