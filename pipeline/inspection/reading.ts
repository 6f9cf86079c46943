import type { FieldName } from './fields.ts';

/** What one source says of one field. `value` null with a reason: the source has the tag, but says "not set" or nonsense. */
export type Reading = {
  field: FieldName;
  value: unknown;
  source: string;
  sourceTag: string;
  rawValue: unknown;
  /** 0 to 1; the highest is chosen, the first of equals. */
  confidence: number;
  scope: 'clip' | 'frame0' | 'perFrame-summary';
  reason?: 'sentinel' | 'unreadable';
  /** Smallest and largest over the take, where it changes; `value` is the first frame's. */
  range?: { min: number; max: number };
};

/** Texts by which makers say "nothing". Source: shared reference inspection section 5, "Units". */
const SENTINELS =
  /^(|-+|\*+|n\.?a\.?|n\/a|none|unknown|null|undefined|not set|no (scene|take|reel|lens|look)( name)?|unknown kind of value!)$/i;

type Options = { confidence?: number; scope?: Reading['scope']; raw?: unknown };

/** Collects the readings of one source. Absent values are skipped, a maker's words for "nothing" become a sentinel reading. */
export class Readings {
  readonly list: Reading[] = [];
  private readonly source: string;
  private readonly confidence: number;

  /** @param confidence of a reading that names none */
  constructor(source: string, confidence: number) {
    this.source = source;
    this.confidence = confidence;
  }

  /** Adds what `tag` says: `value`, or nothing when it is null. @param options.raw the value as it stood @default value */
  add(field: FieldName, tag: string, value: unknown, options: Options = {}): void {
    if (value === null || value === undefined || (typeof value === 'number' && !Number.isFinite(value)))
      return;
    const base = {
      field,
      source: this.source,
      sourceTag: tag,
      rawValue: options.raw ?? value,
      confidence: options.confidence ?? this.confidence,
      scope: options.scope ?? 'clip',
    };
    if (typeof value === 'string' && SENTINELS.test(value.trim()))
      this.list.push({ ...base, value: null, confidence: 0, reason: 'sentinel' });
    else this.list.push({ ...base, value: typeof value === 'string' ? value.trim() : value });
  }

  /** Adds a setting that may change over the take: the first value, and the range where there are several. */
  addChanging(field: FieldName, tag: string, values: readonly number[], options: Options = {}): void {
    const [first] = values;
    if (first === undefined) return;
    const [min, max] = values.reduce(
      ([low, high], v) => [Math.min(low, v), Math.max(high, v)],
      [first, first],
    );
    this.add(field, tag, first, { ...options, scope: values.length > 1 ? 'perFrame-summary' : 'frame0' });
    if (min !== max) this.list.at(-1)!.range = { min, max };
  }

  /** Says that the tag is there and means "not set". */
  unset(field: FieldName, tag: string, raw: unknown): void {
    this.list.push({
      field,
      value: null,
      source: this.source,
      sourceTag: tag,
      rawValue: raw,
      confidence: 0,
      scope: 'clip',
      reason: 'sentinel',
    });
  }
}
