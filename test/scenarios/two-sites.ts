import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { RollReport } from '../../schemas/roll.ts';
import { isRefusal } from '../../workflows/refusal.ts';
import type { TestInstallation } from '../support/installation.ts';
import { makeSoundRoll } from '../support/sound-roll.ts';
import { PRODUCTION } from './interrupted.ts';

/** Shoot day of every sound roll. */
export const DAY = '20240427';

/** A production whose originals may not lie at the annex. */
export const ELSEWHERE = 'FAR';

/** Two sites, the studio and the annex, and who may lie where. */
export const TWO_SITES = {
  otherSites: ['annex'],
  residency: { [PRODUCTION]: ['annex'], [ELSEWHERE]: ['london'] },
};

/** A roll that is at home in the studio, as a transfer to the annex sees it. */
export type HomeRoll = {
  name: string;
  id: string;
  order: { production: string; shootDay: string; roll: string; to: string };
};

/** Size of a take where a case meets nothing in the middle. */
export const SHORT_BYTES = 1 << 20;

/** Makes a sound roll and takes it in. Workers of the studio must run. */
export async function takenIn(
  at: TestInstallation,
  name: string,
  { takeBytes, production = PRODUCTION }: { takeBytes?: number; production?: string } = {},
): Promise<HomeRoll> {
  const card = await makeSoundRoll(name, takeBytes);
  const report = await (await at.rushes.ingestRoll({ production, source: card.path })).result();
  if (isRefusal(report)) throw new Error(report.refused.sentence);
  if (report.state !== 'sealed' || report.generation !== 2) throw new Error(JSON.stringify(report));
  return {
    name: card.name,
    id: `${production}/${DAY}/${card.name}`,
    order: { production, shootDay: DAY, roll: card.name, to: 'annex' },
  };
}

/** Sends a roll and waits for its report. */
export async function sent(at: TestInstallation, roll: HomeRoll): Promise<RollReport> {
  const report = await (await at.rushes.transferRoll(roll.order)).result();
  if (isRefusal(report)) throw new Error(report.refused.sentence);
  return report;
}

/** Folder of a roll's originals in the plain files of a site's S3 server. */
export function originals(at: TestInstallation, site: 'studio' | 'annex', { id }: HomeRoll): string {
  return join(site === 'studio' ? at.objects.dataDir : at.away.annex!.dataDir, `${site}-ocf`, id);
}

/** Names of the manifests in a roll's folder. */
export function manifests(folder: string): string[] {
  return readdirSync(join(folder, 'ascmhl')).filter((name) => name.endsWith('.mhl'));
}

/** Name of the first sound file of a roll. */
export function firstTake(folder: string): string {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.WAV'))
    .sort()[0]!;
}

/** Versions at the annex of the files that are written down as sent. */
export async function recorded(
  at: TestInstallation,
  { id }: HomeRoll,
): Promise<Map<string, string | undefined>> {
  const files = await at.local.deps.catalogue.sentFilesOf(id, 'annex');
  return new Map(files.map(({ path, versionId }) => [path, versionId]));
}
