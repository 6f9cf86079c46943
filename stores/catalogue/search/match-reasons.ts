import type { ClipQuery, MatchReason, QueryTerm } from '../../../schemas/clip-query.ts';
import { nameLexeme, wordsOf } from './lexemes.ts';

type Wanted = QueryTerm['wanted'];

/** The columns that tell why a clip was found. `fields` is there when the query has free words. */
export type ReasonRow = {
  production: string;
  shoot_day: string;
  roll_id: string;
  clip_name: string;
  reel_name: string | null;
  camera_label: string | null;
  camera_make: string | null;
  camera_model: string | null;
  lens: string | null;
  codec: string | null;
  width_px: number | null;
  height_px: number | null;
  rate_num: number | null;
  rate_den: number | null;
  start_timecode: string | null;
  frame_count: number | null;
  recorded_on: string | null;
  scene: string | null;
  shot: string | null;
  take: string | null;
  is_proxy: boolean;
  camera_format_id: string | null;
  file_names: string[];
  fields: unknown;
};

/** One reason for each term: which field answered it, and with what. What was turned round needs no reason. */
export function reasonsOf(row: ReasonRow, query: ClipQuery): MatchReason[] {
  return query.terms
    .filter((term) => !term.isNegated)
    .map((term) => ({ term: term.typed, ...reasonOf(row, term.wanted) }));
}

function reasonOf(row: ReasonRow, wanted: Wanted): Omit<MatchReason, 'term'> {
  switch (wanted.kind) {
    case 'rate':
      return { field: 'frameRate', value: `${row.rate_num}/${row.rate_den}` };
    case 'timecode':
      return { field: 'startTimecode', value: `${row.start_timecode}, ${row.frame_count ?? 1} frames` };
    case 'days':
      return wanted.key === 'day'
        ? { field: 'shootDay', value: row.shoot_day }
        : { field: 'recordedAt', value: row.recorded_on ?? '' };
    case 'name':
      return nameReason(row, wanted);
    case 'words':
      return wordsReason(row, wanted);
  }
}

function nameReason(
  row: ReasonRow,
  { key, value, isPrefix }: Extract<Wanted, { kind: 'name' }>,
): Omit<MatchReason, 'term'> {
  const values: Record<typeof key, [field: string, candidates: (string | null)[]]> = {
    reel: ['reelName', [row.reel_name]],
    clip: ['clipName', [row.clip_name]],
    file: ['files', row.file_names],
    roll: ['roll', [row.roll_id.slice(row.roll_id.lastIndexOf('/') + 1)]],
    production: ['production', [row.production]],
    scene: ['slate.scene', [row.scene]],
    shot: ['slate.shot', [row.shot]],
    take: ['slate.take', [row.take]],
    format: ['cameraFormat', [row.camera_format_id]],
    is: ['files', [row.is_proxy ? 'proxy' : 'original']],
    missing: [value, ['missing']],
    size: ['imageSize', [`${row.width_px}x${row.height_px}`]],
  };
  const [field, candidates] = values[key];
  const wantedLexeme = nameLexeme(key, value);
  const answers = candidates.filter((candidate) => candidate !== null);
  const fits = answers.find((candidate) =>
    isPrefix
      ? nameLexeme(key, candidate).startsWith(wantedLexeme)
      : nameLexeme(key, candidate) === wantedLexeme,
  );
  return { field, value: fits ?? answers[0] ?? '' };
}

function wordsReason(row: ReasonRow, wanted: Extract<Wanted, { kind: 'words' }>): Omit<MatchReason, 'term'> {
  const candidates: [field: string, value: string | null][] = {
    camera: [
      ['cameraLabel', row.camera_label],
      ['cameraModel', row.camera_model],
      ['cameraMake', row.camera_make],
    ] as [string, string | null][],
    lens: [['lensModel', row.lens]] as [string, string | null][],
    codec: [['codec', row.codec]] as [string, string | null][],
    text: textCandidates(row),
  }[wanted.key];
  const answers = wanted.words.map(
    (word) =>
      candidates.find(([, value]) => value !== null && holdsWord(value, word, wanted.isPrefix)) ?? null,
  );
  const found = answers.filter((answer) => answer !== null);
  const fields = [...new Set(found.map(([field]) => field))];
  const values = [...new Set(found.map(([, value]) => value))];
  return { field: fields.join(', '), value: values.join(', ') };
}

function holdsWord(value: string, word: string, isPrefix: boolean): boolean {
  return wordsOf(value).some((one) => (isPrefix ? one.startsWith(word) : one === word));
}

function textCandidates(row: ReasonRow): [string, string | null][] {
  const candidates: [string, string | null][] = [
    ['clipName', row.clip_name],
    ['roll', row.roll_id],
    ['shootDay', row.shoot_day],
    ['files', row.file_names.join(' ')],
  ];
  for (const [name, field] of Object.entries((row.fields ?? {}) as Record<string, { value?: unknown }>))
    collect(name, field.value, candidates);
  return candidates;
}

function collect(name: string, value: unknown, into: [string, string | null][]): void {
  if (typeof value === 'string') into.push([name, value]);
  else if (Array.isArray(value)) for (const inner of value) collect(name, inner, into);
  else if (typeof value === 'object' && value !== null)
    for (const [key, inner] of Object.entries(value)) collect(`${name}.${key}`, inner, into);
}
