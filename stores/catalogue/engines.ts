import { isDeepStrictEqual } from 'node:util';
import { type Kysely, sql } from 'kysely';
import { ANNOUNCEMENT_HOLDS_DAYS, EngineSettings, GateVerdict, SiteEngine } from '../../schemas/engine.ts';
import { jsonb } from './jsonb.ts';
import type { Tables } from './tables.ts';

type Db = Kysely<Tables>;

/**
 * What a worker says of an engine on its host. It holds until the worker, or another on the host, says something else, or
 * for as long as words of hosts hold.
 * @returns whether it is news: another version, something that came or went, or came back after it was not believed any more
 */
export async function announceEngine(
  db: Db,
  site: string,
  host: string,
  engine: SiteEngine,
): Promise<boolean> {
  const before = await db
    .selectFrom('site_engines')
    .select(['document', isBelieved.as('believed')])
    .where('site', '=', site)
    .where('engine', '=', engine.name)
    .where('host', '=', host)
    .executeTakeFirst();
  const changes = { document: jsonb(engine), announced_at: sql<string>`clock_timestamp()` };
  await db
    .insertInto('site_engines')
    .values({ site, engine: engine.name, host, ...changes })
    .onConflict((c) => c.columns(['site', 'engine', 'host']).doUpdateSet(changes))
    .execute();
  if (before === undefined || !before.believed) return true;
  const asKept: unknown = JSON.parse(JSON.stringify(engine));
  return !isDeepStrictEqual(before.document, asKept);
}

/**
 * Turnovers in which a plate waits, of one production or of all: who may go on when an engine comes, passes its gate, or is
 * no longer asked to.
 */
export async function turnoversWithWaitingPlates(db: Db, production?: string): Promise<string[]> {
  const rows = await db
    .selectFrom('plates')
    .innerJoin('turnovers', 'turnovers.turnover_id', 'plates.turnover_id')
    .select('plates.turnover_id')
    .distinct()
    .where('plates.state', '=', 'waiting')
    .where('turnovers.state', 'not in', ['cancelled', 'failed'])
    .$if(production !== undefined, (query) => query.where('turnovers.production', '=', production as string))
    .orderBy('plates.turnover_id')
    .execute();
  return rows.map((row) => row.turnover_id);
}

/**
 * Makers' engines of a site, each as the newest announcement of a host that has it says; where none has, why not. One that
 * was not heard of for too long is missing, with when and where it was last.
 */
export async function enginesOfSite(db: Db, site: string): Promise<SiteEngine[]> {
  const rows = await db
    .selectFrom('site_engines')
    .select(['document', 'host', 'announced_at', isBelieved.as('believed')])
    .where('site', '=', site)
    .orderBy('engine')
    .orderBy('announced_at', 'desc')
    .execute();
  const announced = rows.map(({ document, host, announced_at, believed }) => {
    const engine = SiteEngine.parse(document);
    return believed ? engine : silent(engine, host, announced_at);
  });
  return [...Map.groupBy(announced, ({ name }) => name).values()].map(
    (each) => each.find(({ missing }) => missing.length === 0) ?? each[0]!,
  );
}

/** Whether the word of a host still holds. */
const isBelieved = sql<boolean>`announced_at > clock_timestamp() - make_interval(days => ${ANNOUNCEMENT_HOLDS_DAYS})`;

function silent(engine: SiteEngine, host: string, last: Date): SiteEngine {
  const what = `a worker that has ${engine.name} (last heard of on ${last.toISOString().slice(0, 10)} from ${host})`;
  const fix = `start a render worker on ${host}, or install it elsewhere`;
  const why = `reads ${engine.decodes.join(', ') || 'nothing'}`;
  return { ...engine, decodes: [], missing: [{ what, why, fix }] };
}

/** Keeps what a production asks of engines; an earlier word that arrives late changes nothing. */
export async function saveEngineSettings(
  db: Db,
  production: string,
  settings: EngineSettings,
  who: string,
  at: string,
): Promise<void> {
  const changes = { document: jsonb(settings), who, decided_at: at };
  await db
    .insertInto('engine_settings')
    .values({ production, ...changes })
    .onConflict((c) =>
      c.column('production').doUpdateSet(changes).where('engine_settings.decided_at', '<=', new Date(at)),
    )
    .execute();
}

/** What a production asks of engines; nothing where nobody said anything. */
export async function engineSettings(db: Db, production: string): Promise<EngineSettings> {
  const row = await db
    .selectFrom('engine_settings')
    .select('document')
    .where('production', '=', production)
    .executeTakeFirst();
  return EngineSettings.parse(row?.document ?? {});
}

/** Keeps a verdict of the gate beside all earlier ones. */
export async function saveGateVerdict(db: Db, verdict: GateVerdict): Promise<void> {
  const { production, engine, cameraFormat, passed, at } = verdict;
  await db
    .insertInto('gate_verdicts')
    .values({
      production,
      engine,
      camera_format: cameraFormat,
      judged_at: at,
      passed,
      document: jsonb(verdict),
    })
    .onConflict((c) => c.doNothing())
    .execute();
}

/** The verdicts of a production that hold now: the newest of each engine version and camera format, the newest first. */
export async function gateVerdicts(db: Db, production: string): Promise<GateVerdict[]> {
  const rows = await db
    .selectFrom('gate_verdicts')
    .distinctOn(['engine', 'camera_format'])
    .select('document')
    .where('production', '=', production)
    .orderBy('engine')
    .orderBy('camera_format')
    .orderBy('judged_at', 'desc')
    .execute();
  return rows
    .map(({ document }) => GateVerdict.parse(document))
    .sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
}
