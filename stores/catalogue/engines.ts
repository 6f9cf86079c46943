import { isDeepStrictEqual } from 'node:util';
import { type Kysely, sql } from 'kysely';
import { EngineSettings, GateVerdict, SiteEngine } from '../../schemas/engine.ts';
import { jsonb } from './jsonb.ts';
import type { Tables } from './tables.ts';

type Db = Kysely<Tables>;

/**
 * What a worker says of an engine on its host. It holds until the worker, or another on the host, says something else.
 * @returns whether it is news: another version, something that came or went
 */
export async function announceEngine(
  db: Db,
  site: string,
  host: string,
  engine: SiteEngine,
): Promise<boolean> {
  const before = await db
    .selectFrom('site_engines')
    .select('document')
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
  if (before === undefined) return true;
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

/** Makers' engines of a site, each as the newest announcement of a host that has it; where none has, why not. */
export async function enginesOfSite(db: Db, site: string): Promise<SiteEngine[]> {
  const rows = await db
    .selectFrom('site_engines')
    .select('document')
    .where('site', '=', site)
    .orderBy('engine')
    .orderBy('announced_at', 'desc')
    .execute();
  const byName = Map.groupBy(
    rows.map(({ document }) => SiteEngine.parse(document)),
    ({ name }) => name,
  );
  return [...byName.values()].map(
    (announced) => announced.find(({ missing }) => missing.length === 0) ?? announced[0]!,
  );
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
