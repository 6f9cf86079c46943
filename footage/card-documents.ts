import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeArriAle } from './arri-ale.ts';
import type { MadeCard } from './card.ts';
import { makeMediaProfile } from './sony-documents.ts';

/** Writes the list of its clips that the camera leaves on the card: ARRI an ALE, Sony MEDIAPRO.XML; the other cameras leave none. */
export async function writeCardDocuments(
  card: Pick<MadeCard, 'kind' | 'path' | 'roll' | 'clips' | 'shootDay'>,
): Promise<void> {
  const { kind, path, clips, shootDay } = card;
  if (kind === 'prores') await writeFile(join(path, `${card.roll}_AVID.ale`), makeArriAle(clips, shootDay));
  if (kind === 'mxf') await writeFile(join(path, 'XDROOT/MEDIAPRO.XML'), makeMediaProfile(clips, shootDay));
}
