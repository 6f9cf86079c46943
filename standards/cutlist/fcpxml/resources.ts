import type { Rational } from '../../../schemas/rational.ts';
import { snapFrameRate } from '../../time/frame-rate.ts';
import { divide, parseRational, rational } from '../../time/rational.ts';
import type { XmlElement } from '../../xml/element-tree.ts';

/** Media of a document: where it lies, and its own time in seconds. */
export type Asset = {
  name: string | null;
  url: string | null;
  start: Rational;
  duration: Rational | null;
  rate: Rational | null;
  hasVideo: boolean;
  reel: string | null;
};

/** What the resources of a document say, by id. */
export type Resources = {
  rateOf: (formatId: string | undefined) => Rational | null;
  assets: ReadonlyMap<string, Asset>;
  /** Compound clips and multicams. */
  media: ReadonlyMap<string, XmlElement>;
};

/** Reads the resources. Source: FCPXML Reference, resources, format, asset, media. */
export function readResources(root: XmlElement): Resources {
  const all = root.children.filter(({ name }) => name === 'resources').flatMap(({ children }) => children);
  const named = (name: string) => all.filter((one) => one.name === name);
  const rates = new Map(
    named('format').flatMap(({ attributes: { id, frameDuration } }) => {
      const duration = timeOf(frameDuration);
      return id !== undefined && duration !== null && duration.num > 0
        ? [[id, snapFrameRate(divide(rational(1), duration))] as const]
        : [];
    }),
  );
  const rateOf = (formatId: string | undefined) => rates.get(formatId ?? '') ?? null;
  return {
    rateOf,
    assets: new Map(named('asset').map((one) => [one.attributes.id ?? '', assetOf(one, rateOf)])),
    media: new Map(named('media').map((one) => [one.attributes.id ?? '', one])),
  };
}

/** A time such as `1001/24000s`, `3600s` or `1.5s`, exact; null when it is absent or none. */
export function timeOf(text: string | undefined): Rational | null {
  return text === undefined ? null : parseRational(text.replace(/s\s*$/, ''));
}

function assetOf(element: XmlElement, rateOf: Resources['rateOf']): Asset {
  const { attributes, children } = element;
  const source = children.find(({ name }) => name === 'media-rep')?.attributes.src ?? attributes.src ?? null;
  return {
    name: attributes.name ?? null,
    url: source,
    start: timeOf(attributes.start) ?? rational(0),
    duration: timeOf(attributes.duration),
    rate: rateOf(attributes.format),
    hasVideo:
      attributes.hasVideo !== undefined ? attributes.hasVideo === '1' : attributes.format !== undefined,
    reel: reelIn(element),
  };
}

/** Reel of an asset or clip, among its metadata. */
export function reelIn(element: XmlElement): string | null {
  const entries = element.children
    .filter(({ name }) => name === 'metadata')
    .flatMap(({ children }) => children);
  const reel = entries.find(({ attributes }) => /(?:^|\.)reel$/i.test(attributes.key ?? ''));
  return reel?.attributes.value?.trim() || null;
}
