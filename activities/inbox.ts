import path from 'node:path';
import { z } from 'zod';
import { LegalName, Priority, SiteName } from '../schemas/names.ts';
import type { TurnoverSubmission } from '../schemas/turnover.ts';
import { inboxKey } from '../stores/objects/keys.ts';
import { defineActivity } from './define-activity.ts';

/** A list as it lay in the inbox when it was taken. */
const TakenList = z.object({ key: z.string(), etag: z.string() });

/** The lists that lay in an inbox, each with what its turnover is started with. */
export type InboxBatch = {
  submissions: { id: string; list: z.output<typeof TakenList>; input: TurnoverSubmission }[];
};

const Window = z.object({
  production: LegalName,
  recipe: z.string().optional(),
  priority: Priority.optional(),
  site: SiteName.optional(),
});

/**
 * Takes every cut list that lies in a production's inbox: each is kept as a fact under its digest.
 * A retry is safe: nothing is removed here, and equal lists have equal keys.
 */
export const takeInbox = defineActivity('takeInbox', Window, async (deps, window): Promise<InboxBatch> => {
  const bucket = deps.store.bucket('work');
  const submissions: InboxBatch['submissions'] = [];
  for await (const object of deps.store.list(bucket, inboxKey(window.production, ''))) {
    const fileName = path.posix.basename(object.key);
    if (fileName === '' || object.key.endsWith('/')) continue;
    const stat = await deps.store.stat(bucket, object.key);
    if (stat === null) continue;
    const bytes = await deps.store.getBytes({ bucket, key: object.key });
    const key = await deps.facts.putBytes(window.production, 'cut-lists', fileName, bytes);
    const { production, ...rest } = window;
    submissions.push({
      id: fileName,
      list: { key: object.key, etag: stat.etag },
      input: { production, cutList: { key }, ...rest },
    });
  }
  return { submissions };
});

/**
 * Removes lists from the inbox once their turnovers were started; one that was replaced meanwhile stays for the next window.
 * A retry is safe: what is gone is gone.
 */
export const clearInbox = defineActivity(
  'clearInbox',
  z.object({ production: LegalName, lists: z.array(TakenList) }),
  async (deps, { lists }): Promise<void> => {
    const bucket = deps.store.bucket('work');
    for (const { key, etag } of lists)
      if ((await deps.store.stat(bucket, key))?.etag === etag) await deps.store.remove(bucket, key);
  },
);
