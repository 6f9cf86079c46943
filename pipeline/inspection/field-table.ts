import type { InspectedClip } from '../../schemas/clip.ts';
import { FIELDS, type FieldDefinition } from './fields.ts';
import { SOURCE_BASIS } from './source-basis.ts';
import { SOURCES } from './sources/all-sources.ts';

/** A clip that was read, and the sample it came from. */
export type ReadSample = { sample: string; clip: InspectedClip };

/** Fields that every clip has from its listing, whoever made it. */
const OF_THE_LISTING = new Set(['clipId', 'clipName', 'originalFileNames', 'files', 'warnings']);

/** The page "which maker gives which field", made by running the readers over samples. Cells name the tag that was taken. */
export function fieldTable(samples: readonly ReadSample[]): string {
  const makers = [...new Set(samples.map(makerOf))].sort();
  const names = sampleNames(samples);
  const numbers = new Map(names.map((name, i) => [name, i + 1]));
  const rows = Object.keys(FIELDS)
    .filter((name) => !OF_THE_LISTING.has(name))
    .map((name) => {
      const cells = makers.map((maker) =>
        tagsOf(
          samples.filter((s) => makerOf(s) === maker),
          name,
          numbers,
        ),
      );
      return cells.some((cell) => cell !== '') ? `| ${name} | ${cells.join(' | ')} |` : null;
    });
  return [
    '# Which maker gives which field',
    '',
    "Made by running the readers over the samples; do not edit. Each cell names the sources and tags whose values were taken, each with the number of a sample (listed below) that shows it; a number marked * is of a sample made here after the maker's documents, so that tag stands unproven on a camera file. An empty cell: no sample of that maker gave it here, which is not to say that no camera does.",
    '',
    `| field | ${makers.join(' | ')} |`,
    `|---|${makers.map(() => '---').join('|')}|`,
    ...rows.filter((row) => row !== null),
    '',
    '## What each source rests on',
    '',
    '| source | rests on | read in samples |',
    '|---|---|---|',
    ...[...SOURCES.keys()]
      .sort()
      .map((tool) => `| ${tool} | ${SOURCE_BASIS[tool] ?? ''} | ${seenIn(samples, tool)} |`),
    '',
    SAMPLES_HEADING,
    '',
    ...names.map((name, i) => `${i + 1}. ${name}${isMade(name) ? ' *' : ''}`),
    '',
    '## Fields',
    '',
    '| field | meaning | unit | ALE column | OpenEXR attribute |',
    '|---|---|---|---|---|',
    ...Object.entries(FIELDS).map(
      ([name, d]: [string, FieldDefinition]) =>
        `| ${name} | ${d.meaning} | ${d.unit ?? ''} | ${d.ale ?? ''} | ${d.exr ?? ''} |`,
    ),
    '',
  ].join('\n');
}

function makerOf({ clip }: ReadSample): string {
  const make = clip.fields.cameraMake?.value;
  if (typeof make !== 'string') return 'no maker told';
  return make.toLowerCase() === 'sony' ? 'Sony' : make;
}

function tagsOf(samples: readonly ReadSample[], name: string, numbers: ReadonlyMap<string, number>): string {
  const tags = new Map<string, string>();
  // A camera's own file proves more than one made here.
  for (const { sample, clip } of [...samples].sort(
    (a, b) => Number(isMade(a.sample)) - Number(isMade(b.sample)),
  )) {
    const field = clip.fields[name];
    if (!field || field.value === null || field.source === 'derived') continue;
    const tag = `${field.source}: ${field.sourceTag}`;
    if (!tags.has(tag)) tags.set(tag, `${tag} [${numbers.get(sample)}${isMade(sample) ? '*' : ''}]`);
  }
  return [...tags.values()].sort().join('; ').replaceAll('|', '\\|');
}

function isMade(sample: string): boolean {
  return sample.startsWith('synthetic/');
}

const SAMPLES_HEADING = '## Samples';

function sampleNames(samples: readonly ReadSample[]): string[] {
  return [...new Set(samples.map((s) => s.sample))].sort();
}

/** The samples that a page made by `fieldTable` was made from. */
export function samplesOfPage(page: string): string[] {
  const [, list = ''] = page.split(`${SAMPLES_HEADING}\n`);
  return [...list.split('\n## ')[0]!.matchAll(/^\d+\. (.+?)( \*)?$/gm)].map((line) => line[1]!);
}

function seenIn(samples: readonly ReadSample[], tool: string): string {
  const seen = samples.filter(({ clip }) =>
    Object.values(clip.fields).some(
      (f) => f.source === tool || f.alternatives?.some((a) => a.source === tool),
    ),
  );
  if (seen.length === 0) return '**unproven**: no sample';
  const real = seen.filter((s) => !isMade(s.sample));
  return real.length > 0
    ? `${real.length}, e.g. ${real[0]!.sample}`
    : `**unproven** on a camera file: ${seen.length} synthetic`;
}
