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
  const rows = Object.keys(FIELDS)
    .filter((name) => !OF_THE_LISTING.has(name))
    .map((name) => {
      const cells = makers.map((maker) =>
        tagsOf(
          samples.filter((s) => makerOf(s) === maker),
          name,
        ),
      );
      return cells.some((cell) => cell !== '') ? `| ${name} | ${cells.join(' | ')} |` : null;
    });
  return [
    '# Which maker gives which field',
    '',
    'Made by running the readers over the samples; do not edit. Each cell names the source and tag whose value was taken. An empty cell: no sample of that maker gave it here, which is not to say that no camera does.',
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

function tagsOf(samples: readonly ReadSample[], name: string): string {
  const tags = samples.flatMap(({ clip }) => {
    const field = clip.fields[name];
    return field && field.value !== null && field.source !== 'derived'
      ? [`${field.source}: ${field.sourceTag}`]
      : [];
  });
  const distinct = [...new Set(tags)].sort();
  return (distinct.length > 3 ? [...distinct.slice(0, 3), '…'] : distinct).join('; ').replaceAll('|', '\\|');
}

function seenIn(samples: readonly ReadSample[], tool: string): string {
  const seen = samples.filter(({ clip }) =>
    Object.values(clip.fields).some(
      (f) => f.source === tool || f.alternatives?.some((a) => a.source === tool),
    ),
  );
  if (seen.length === 0) return '**unproven**: no sample';
  const real = seen.filter((s) => !s.sample.startsWith('synthetic/'));
  return real.length > 0
    ? `${real.length}, e.g. ${real[0]!.sample}`
    : `**unproven** on a camera file: ${seen.length} synthetic`;
}
