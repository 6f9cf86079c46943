import path from 'node:path';
import { z } from 'zod';
import { ShootDay } from '../schemas/names.ts';
import { IngestRequest, type RollRequest, rollId } from '../schemas/roll.ts';
import { defineActivity } from './define-activity.ts';
import { type Parsed, refuse, refuseForm } from './refuse.ts';

/**
 * Reads what a person sent as an ingest: fills the defaults, or refuses in one sentence.
 * A retry is safe: it only reads its input.
 */
export const parseIngestRequest = defineActivity(
  'parseIngestRequest',
  z.unknown(),
  async (deps, input): Promise<Parsed<RollRequest>> => {
    const parsed = IngestRequest.safeParse(input);
    if (!parsed.success)
      return refuseForm('an ingest', parsed.error, {
        production: 'AGM',
        source: '/cards/20260930/Camera_Media/A001R1AA',
      });
    const request = parsed.data;
    if (!path.isAbsolute(request.source))
      return refuse('input-invalid', `The source «${request.source}» is not an absolute path.`);
    const source = path.normalize(request.source).replace(/\/+$/, '');
    const roll = request.roll ?? path.basename(source);
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,126}$/.test(roll)) {
      return refuse(
        'input-invalid',
        `The folder name «${roll}» cannot be a roll name: use letters, digits, dot, underscore and hyphen, or give the roll a name in the field «roll».`,
      );
    }
    const shootDay = request.shootDay ?? dayOfParents(source);
    if (shootDay === undefined) {
      return refuse(
        'input-invalid',
        `No folder above ${source} is named as a day (YYYYMMDD): give the shoot day in the field «shootDay».`,
      );
    }
    const { production, priority } = request;
    const home = (await deps.catalogue.getRoll(rollId({ production, shootDay, roll })))?.site;
    const site = request.site ?? home ?? deps.site;
    if (home !== undefined && home !== site)
      return refuse(
        'refused-by-rule',
        `The roll ${rollId({ production, shootDay, roll })} is at home at ${home}: take it in there, and send it to ${site} (\`rushes transfer\`).`,
      );
    return { accepted: { production, source, roll, shootDay, site, priority } };
  },
);

/** The nearest parent folder that is named as a day. Source: footage folder structure, Netflix partner help 360001937127. */
function dayOfParents(source: string): string | undefined {
  return path
    .dirname(source)
    .split('/')
    .reverse()
    .find((name) => ShootDay.safeParse(name).success);
}
