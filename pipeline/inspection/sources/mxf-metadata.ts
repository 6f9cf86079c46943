import type { MxfFacts } from '../../../engine/open/inspect/readers/mxf.ts';
import type { MxfPicture } from '../../../engine/open/inspect/readers/mxf-descriptors.ts';
import type {
  MxfComponent,
  MxfPackage,
  MxfTrack,
} from '../../../engine/open/inspect/readers/mxf-packages.ts';
import type { Rational } from '../../../schemas/rational.ts';
import { nominalBase, snapFrameRate } from '../../../standards/time/frame-rate.ts';
import { rational } from '../../../standards/time/rational.ts';
import type { Readings } from '../reading.ts';
import type { TimecodePlace } from '../timecode-reading.ts';
import { readArriSets } from './arri-json.ts';
import { readSonyNrt } from './sony-nrt.ts';
import { dig, type Source } from './source.ts';

type Clip = Extract<MxfComponent, { kind: 'clip' }>;
type Timecode = Extract<MxfComponent, { kind: 'timecode' }>;

/** Makers that write MXF in the camera; other company names are of software. */
const CAMERA_MAKERS = /^(arri|sony|canon|panasonic|blackmagic|jvc|nikon|red)\b/i;
const PLACES: Record<MxfPackage['kind'], [place: TimecodePlace, confidence: number]> = {
  physical: ['mxfTape', 0.95],
  file: ['mxfSource', 0.9],
  material: ['mxfMaterial', 0.85],
};

/**
 * MXF packages as our own reader gives them. The tape behind the file has the first word on timecode and reel: the material package
 * of an OP-Atom file starts at zero.
 */
export const mxfMetadata: Source = {
  tool: 'mxf-metadata',
  confidence: 0.9,
  read(facts: MxfFacts, readings: Readings): void {
    readings.add('container', 'operational pattern', 'mxf', { raw: facts.operationalPattern });
    const material = facts.packages.find((p) => p.kind === 'material');
    const chain = material ? sourceChain(material, facts.packages) : [];
    for (const link of chain) readTimecode(link, readings);
    readNames(facts, chain, readings);
    readPictureTrack(chain, facts, readings);
    if (facts.pictures[0]) readPicture(facts.pictures[0], readings);
    if (facts.sounds.length > 0)
      readings.add(
        'audio',
        'sound descriptors',
        facts.sounds.map((s) => ({
          channels: s.channels,
          sampleRate: s.sampleRate ? s.sampleRate.num / s.sampleRate.den : null,
          bitDepth: s.bitDepth,
        })),
      );
    const company = CAMERA_MAKERS.exec(facts.company ?? '')?.[0];
    if (company)
      readings.add('cameraMake', 'identification company', company, { raw: facts.company, confidence: 0.5 });
    if (/^arri/i.test(facts.company ?? ''))
      readings.add('cameraModel', 'identification product', facts.product, { confidence: 0.6 });
    const nrt = dig(facts.xml, 'NonRealTimeMeta');
    if (nrt) readSonyNrt(nrt, readings);
    if (Object.keys(facts.json).length > 0) readArriSets(facts.json, readings);
  },
};

/** A package on the way from the material to the tape, and where in it the clip begins, in units of `rate`. */
type Link = { package: MxfPackage; start: number; rate: Rational | null; track: MxfTrack | undefined };

/** Follows the first picture or sound reference from package to package. */
function sourceChain(material: MxfPackage, packages: readonly MxfPackage[]): Link[] {
  const links: Link[] = [];
  let track = firstClipTrack(material);
  let start = 0;
  for (let at: MxfPackage | undefined = material; at && links.length < packages.length; ) {
    links.push({ package: at, start, rate: track?.editRate ?? null, track });
    const clip: Clip | undefined = clipOf(track);
    const next: MxfPackage | undefined =
      clip && packages.find((p) => p.umid === clip.sourcePackage && p !== at);
    if (!clip || !next) break;
    start += clip.start;
    track = next.tracks.find((t) => t.id === clip.sourceTrack) ?? firstClipTrack(next);
    at = next;
  }
  return links;
}

function firstClipTrack(of: MxfPackage): MxfTrack | undefined {
  return of.tracks.find((t) => t.components.some((c) => c.kind === 'clip'));
}

function clipOf(track: MxfTrack | undefined): Clip | undefined {
  return track?.components.find((c): c is Clip => c.kind === 'clip');
}

function readTimecode(link: Link, readings: Readings): void {
  const [place, confidence] = PLACES[link.package.kind];
  for (const track of link.package.tracks) {
    const timecode = track.components.find((c): c is Timecode => c.kind === 'timecode');
    if (!timecode || timecode.start < 0 || timecode.base < 12) continue;
    const rate = countingRate(timecode.base, track.editRate ?? link.rate);
    const offset = link.rate
      ? Math.round((link.start * link.rate.den * rate.num) / (link.rate.num * rate.den))
      : 0;
    readings.add(
      'startTimecode',
      `timecode track of the ${link.package.kind} package`,
      { place, startFrame: timecode.start + offset, rate, dropFrame: timecode.dropFrame },
      {
        raw: {
          start: timecode.start,
          base: timecode.base,
          dropFrame: timecode.dropFrame,
          clipStart: link.start,
        },
        confidence,
      },
    );
    return;
  }
}

/** The base says how many numbers a second has; whether a second is an NTSC one, the edit rate says. */
function countingRate(base: number, editRate: Rational | null): Rational {
  if (editRate && nominalBase(snapFrameRate(editRate)) === base) return snapFrameRate(editRate);
  return editRate && editRate.den % 1001 === 0 ? rational(base * 1000, 1001) : rational(base);
}

function readNames(facts: MxfFacts, chain: readonly Link[], readings: Readings): void {
  const tape =
    chain.find((l) => l.package.kind === 'physical')?.package ??
    facts.packages.find((p) => p.kind === 'physical');
  readings.add('reelName', 'name of the physical package', tape?.name);
  readings.add('tapeName', 'name of the physical package', tape?.name);
  const material = facts.packages.find((p) => p.kind === 'material');
  readings.add('umid', 'material package', material?.umid || null);
  readings.add('clipName', 'name of the material package', material?.name, { confidence: 0.4 });
  readings.add('mediaUid', 'file package', facts.packages.find((p) => p.kind === 'file')?.umid || null);
  readings.add('recordedAt', 'creation of the material package', material?.createdAt, { confidence: 0.5 });
}

function readPictureTrack(chain: readonly Link[], facts: MxfFacts, readings: Readings): void {
  const first = chain[0];
  const [picture] = facts.pictures;
  if (!picture) return;
  const rate = first?.rate ?? picture.sampleRate;
  if (rate)
    readings.add('frameRate', first?.rate ? 'edit rate' : 'sample rate', snapFrameRate(rate), { raw: rate });
  const duration = clipOf(first?.track)?.duration ?? picture.containerDuration;
  if (duration !== null && duration > 0) readings.add('frameCount', 'duration', duration);
}

/** Heights of separate fields and segments are of one of two. Source: ST 377-1:2011 annex F.4.1, frame layout. */
function readPicture(picture: MxfPicture, readings: Readings): void {
  const fields = picture.frameLayout === 1 || picture.frameLayout === 2 || picture.frameLayout === 4 ? 2 : 1;
  const size = (width: number | null, height: number | null) =>
    width && height ? { width, height: height * fields } : null;
  const stored = size(
    picture.sampledWidth ?? picture.storedWidth,
    picture.sampledHeight ?? picture.storedHeight,
  );
  const shown = size(picture.displayWidth, picture.displayHeight);
  readings.add('imageSize', 'sampled width, height', stored, { confidence: 0.78 });
  readings.add('displaySize', 'display width, height', shown);
  if (stored && shown && (stored.width !== shown.width || stored.height !== shown.height))
    readings.add('activeImage', 'display offset, width, height', {
      x: picture.displayX ?? 0,
      y: (picture.displayY ?? 0) * fields,
      ...shown,
    });
  if (shown && picture.aspectRatio)
    readings.add(
      'pixelAspectRatio',
      'aspect ratio',
      rational(picture.aspectRatio.num * shown.height, picture.aspectRatio.den * shown.width),
      { raw: picture.aspectRatio, confidence: 0.85 },
    );
  const scan = (
    { 0: 'progressive', 1: 'interlaced', 2: 'interlaced', 3: 'interlaced', 4: 'psf' } as Record<
      number,
      string
    >
  )[picture.frameLayout ?? -1];
  readings.add('scanType', 'frame layout', scan, { raw: picture.frameLayout, confidence: 0.75 });
  if (picture.fieldDominance && scan === 'interlaced')
    readings.add('fieldOrder', 'field dominance', picture.fieldDominance === 2 ? 'bottom' : 'top', {
      raw: picture.fieldDominance,
      confidence: 0.7,
    });
  const depth = picture.componentDepth;
  if (depth && depth >= 8 && picture.blackLevel !== null)
    readings.add(
      'colorRange',
      'black reference level',
      picture.blackLevel === 16 * 2 ** (depth - 8) ? 'limited' : picture.blackLevel === 0 ? 'full' : null,
      { raw: picture.blackLevel },
    );
}
