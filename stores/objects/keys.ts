import { PipelineError } from '../../schemas/failure.ts';

/** The three buckets of a site: originals, work in progress, published packages. Source: design.md section 5. */
export type BucketKind = 'ocf' | 'work' | 'packages';

/** `<site>-ocf`, `<site>-work` or `<site>-packages`. */
export function bucketName(site: string, kind: BucketKind): string {
  return `${site}-${kind}`;
}

type RollName = { production: string; shootDay: string; roll: string };
type TurnoverName = { production: string; turnover: string; version: number };

/** Key of a roll's file in `<site>-ocf`; `path` is spelled as on the card. An empty path gives the roll's prefix, ending in `/`. */
export function ocfKey(roll: RollName, path: string): string {
  return checked(`${roll.production}/${roll.shootDay}/${roll.roll}/${path}`);
}

/**
 * Key in `<site>-work` of a file that failed its hash.
 * @param offload when the attempt at bringing the roll began, ISO 8601 UTC; in the key it stands as `20260930T101500Z`
 */
export function quarantineKey(roll: RollName, offload: string, path: string): string {
  const attempt = offload.replace(/[-:]/g, '').replace(/\.\d+/, '');
  return checked(`quarantine/${roll.production}/${roll.shootDay}/${roll.roll}/${attempt}/${path}`);
}

/** Key in `<site>-work` of a fact the catalogue is rebuilt from; `id` may hold `/`, `digest` is the sha256 of the document. */
export function factsKey(production: string, kind: string, id: string, digest: string): string {
  return checked(`${factsPrefix(production, kind)}${id}/${digest}.json`);
}

/**
 * Key in `<site>-work` of one write to the catalogue, so named that keys sort in the order of the writes.
 * @param at ISO 8601 in UTC with microseconds
 */
export function journalKey(production: string, at: string, digest: string): string {
  const [day = '', time = ''] = at.replace('Z', '').split('T');
  return checked(
    `${factsPrefix(production, 'catalogue')}${day.replaceAll('-', '')}/${time.replaceAll(':', '')}-${digest}.json`,
  );
}

/** Prefix of all facts of a production, or of one kind of them. */
export function factsPrefix(production: string, kind?: string): string {
  return kind === undefined ? `facts/${production}/` : `facts/${production}/${kind}/`;
}

/**
 * Key in `<site>-work` of a rendered frame; `sourceFrame` is 0-based in recorded time, written in 8 digits.
 * @param ending of the file, which is the kind of the job's output
 */
export function frameKey(pixelKey: string, sourceFrame: number, ending: 'exr' | 'dpx'): string {
  return checked(`frames/${pixelKey}/${eightDigits(sourceFrame)}.${ending}`);
}

/** Key in `<site>-work` of the manifest that makes a segment's frames count; frames are source frames, inclusive. */
export function segmentManifestKey(pixelKey: string, first: number, last: number): string {
  return checked(`frames/${pixelKey}/segments/${eightDigits(first)}-${eightDigits(last)}.json`);
}

/** Key in `<site>-work` of anything made whole (proxy, trim, still) under the digest of its job. */
export function madeKey(workKey: string, fileName: string): string {
  return checked(`made/${workKey}/${fileName}`);
}

/** Key in `<site>-work` of a cut list that waits for a window. */
export function inboxKey(production: string, fileName: string): string {
  return checked(`inbox/${production}/${fileName}`);
}

/** Key in `<site>-packages` of a file of a package; an empty path gives the package's prefix, ending in `/`. */
export function packageKey(turnover: TurnoverName, path: string): string {
  return checked(`${turnover.production}/${turnover.turnover}/${turnover.version}/${path}`);
}

/** Key of a path below a prefix that ends in `/`. @throws PipelineError input-invalid when no store could hold it, or it leaves the prefix */
export function keyBelow(prefix: string, path: string): string {
  if (path === '') throw new PipelineError('input-invalid', `a path below ${prefix} is needed`, { prefix });
  return checked(prefix + path);
}

function eightDigits(frame: number): string {
  if (!Number.isInteger(frame) || frame < 0 || frame > 99_999_999) {
    throw new PipelineError(
      'input-invalid',
      `a source frame is a whole number from 0 to 99999999, not ${frame}`,
      { frame },
    );
  }
  return String(frame).padStart(8, '0');
}

/**
 * The key itself when every S3 server, one that keeps objects as plain files included, can hold it without leaving its bucket.
 * @throws PipelineError input-invalid
 * Source: S3 user guide "Object key names" (1024 bytes of UTF-8); POSIX NAME_MAX (255 bytes a segment)
 */
function checked(key: string): string {
  const fault = keyFault(key);
  if (fault)
    throw new PipelineError('input-invalid', `${JSON.stringify(key)} cannot be stored: ${fault}`, { key });
  return key;
}

const UNLISTABLE = /[^\P{Cc}\t\n\r\x7f-\x9f]|[\ufffe\uffff]/u;

function keyFault(key: string): string | undefined {
  if (key.includes('\0')) return 'a path must not hold a NUL character';
  // Listings are XML 1.0, which has no way to spell these.
  if (UNLISTABLE.test(key)) return 'the path holds a control character';
  if (!key.isWellFormed()) return 'the path is not valid Unicode';
  if (Buffer.byteLength(key) > 1024) return 'its key is longer than 1024 bytes';
  const segments = (key.endsWith('/') ? key.slice(0, -1) : key).split('/');
  for (const segment of segments) {
    if (segment === '') return 'a path must not begin with a slash or hold two in a row';
    if (segment === '.' || segment === '..')
      return `a path must not hold the segment ${JSON.stringify(segment)}`;
    if (Buffer.byteLength(segment) > 255) return 'a name in it is longer than 255 bytes';
  }
  return undefined;
}
