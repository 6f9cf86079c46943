import { exportAle } from '../pipeline/inspection/export-ale.ts';
import { exportCsv } from '../pipeline/inspection/export-csv.ts';
import { exportJson } from '../pipeline/inspection/export-json.ts';
import type { InspectedClip } from '../schemas/clip.ts';
import { PipelineError } from '../schemas/failure.ts';
import { formatRational } from '../standards/time/rational.ts';
import type { Output } from './context.ts';

/** The forms in which clips leave for other programs: Avid's list, a table, a document for production trackers. */
export type ListForm = 'ale' | 'csv' | 'tracker';

/**
 * Prints clips on stdout in a form other programs read.
 * @returns 0; 2 where the form cannot carry these clips together
 */
export function printList(form: ListForm, clips: readonly InspectedClip[], io: Output): number {
  if (form === 'ale') return printAle(clips, io);
  io.stdout(form === 'csv' ? exportCsv(clips) : `${JSON.stringify(exportJson(clips))}\n`);
  return 0;
}

/** The one form that flags ask for; null when they ask for none. @throws PipelineError input-invalid when they ask for several */
export function formAsked(flags: Partial<Record<ListForm, boolean>>, usage: string): ListForm | null {
  const asked = (['ale', 'csv', 'tracker'] as const).filter((form) => flags[form]);
  if (asked.length > 1)
    throw new PipelineError(
      'input-invalid',
      `--${asked.join(' and --')} are several forms: ask for one. Usage: ${usage}`,
      {},
    );
  return asked[0] ?? null;
}

/** An ALE has one rate: clips of several rates make several lists, which one stream cannot carry. */
function printAle(clips: readonly InspectedClip[], io: Output): number {
  const { lists, left } = exportAle(clips);
  for (const clip of left) io.stderr(`${clip.clipName} has no rate or timecode and stands in no list\n`);
  if (lists.length > 1) {
    io.stderr(
      `these clips have ${lists.length} frame rates (${lists.map((l) => formatRational(l.rate)).join(', ')}) and an ALE has one: ask for them apart\n`,
    );
    return 2;
  }
  io.stdout(lists[0]?.text ?? '');
  return 0;
}
