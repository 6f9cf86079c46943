import { type Kysely, sql } from 'kysely';

/**
 * The first tables. No foreign keys: this is a projection, filled in any order by activities that may run twice, and
 * rebuilt from the object store.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `CREATE TABLE productions (name text PRIMARY KEY, first_seen_at timestamptz NOT NULL DEFAULT now())`,
  `CREATE TABLE sites (name text PRIMARY KEY, first_seen_at timestamptz NOT NULL DEFAULT now())`,
  `CREATE TABLE rolls (
    roll_id text PRIMARY KEY, production text NOT NULL, shoot_day text NOT NULL, roll text NOT NULL, site text NOT NULL,
    state text NOT NULL, source text, generation integer, counts jsonb, findings jsonb NOT NULL DEFAULT '[]', report jsonb,
    updated_at timestamptz NOT NULL DEFAULT now())`,
  `CREATE INDEX rolls_by_day ON rolls (production, shoot_day, roll)`,
  `CREATE TABLE announced_rolls (
    production text NOT NULL, shoot_day text NOT NULL, roll text NOT NULL, who text NOT NULL, announced_at timestamptz NOT NULL,
    PRIMARY KEY (production, shoot_day, roll))`,
  `CREATE TABLE files (
    roll_id text NOT NULL, path text COLLATE "C" NOT NULL, size_bytes bigint NOT NULL, xxh128 text, outcome text NOT NULL,
    bucket text NOT NULL, key text NOT NULL, version_id text, document jsonb NOT NULL,
    PRIMARY KEY (roll_id, path))`,
  `CREATE INDEX files_by_content ON files (xxh128)`,
  `CREATE TABLE chain_digests (
    roll_id text NOT NULL, history text COLLATE "C" NOT NULL, sequence integer NOT NULL, path text NOT NULL, format text NOT NULL,
    digest text NOT NULL, first_seen_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (roll_id, history, sequence))`,
  `CREATE TABLE clips (
    clip_id text PRIMARY KEY, production text NOT NULL, shoot_day text NOT NULL, roll_id text NOT NULL, clip_name text NOT NULL,
    reel_name text, camera_label text, camera_make text, camera_model text, camera_serial text, lens text, codec text,
    width_px integer, height_px integer, rate_num integer, rate_den integer, timecode_base integer, start_timecode text,
    start_frame integer, drop_frame boolean NOT NULL, timecode_span int4multirange, frame_count integer, recorded_on text,
    scene text, shot text, take text, is_proxy boolean NOT NULL, camera_format_id text, file_names text[] NOT NULL,
    missing text[] NOT NULL, search_text text NOT NULL, document jsonb NOT NULL, file_count integer NOT NULL,
    search tsvector GENERATED ALWAYS AS (to_tsvector('simple', search_text)) STORED)`,
  `CREATE INDEX clips_by_roll ON clips (roll_id)`,
  `CREATE INDEX clips_by_production ON clips (production, shoot_day, clip_name, clip_id)`,
  `CREATE INDEX clips_by_format ON clips (camera_format_id)`,
  `CREATE TABLE camera_formats (
    format_id text PRIMARY KEY, production text NOT NULL, label text NOT NULL, document jsonb NOT NULL,
    first_seen_at timestamptz NOT NULL DEFAULT now())`,
  `CREATE INDEX camera_formats_by_production ON camera_formats (production, label)`,
  `CREATE TABLE learned_rules (
    production text NOT NULL, format_id text NOT NULL, field text NOT NULL, value jsonb NOT NULL, who text NOT NULL,
    learned_at timestamptz NOT NULL,
    PRIMARY KEY (production, format_id, field, learned_at, who))`,
  `CREATE TABLE decisions (
    production text NOT NULL, event_key text NOT NULL, clip_id text NOT NULL, turnover_id text NOT NULL, event_index integer NOT NULL,
    who text NOT NULL, decided_at timestamptz NOT NULL,
    PRIMARY KEY (production, event_key))`,
  `CREATE TABLE turnovers (
    turnover_id text PRIMARY KEY, production text NOT NULL, name text NOT NULL, revision integer NOT NULL, state text NOT NULL,
    request jsonb NOT NULL, plan_key text, findings jsonb NOT NULL DEFAULT '[]', package text, publication text,
    updated_at timestamptz NOT NULL DEFAULT now())`,
  `CREATE INDEX turnovers_by_production ON turnovers (production, state)`,
  `CREATE TABLE events (
    turnover_id text NOT NULL, event_index integer NOT NULL, reel text NOT NULL, verdict text NOT NULL, clip_id text, document jsonb NOT NULL,
    PRIMARY KEY (turnover_id, event_index))`,
  `CREATE INDEX events_by_clip ON events (clip_id)`,
  `CREATE TABLE plates (
    turnover_id text NOT NULL, plate_id text NOT NULL, position integer NOT NULL, shot text NOT NULL, plate text NOT NULL,
    clip_id text, state text NOT NULL, reason text, made_key text, document jsonb,
    PRIMARY KEY (turnover_id, plate_id))`,
  `CREATE INDEX plates_by_clip ON plates (clip_id)`,
  `CREATE TABLE segments (
    turnover_id text NOT NULL, plate_id text NOT NULL, deliverable text NOT NULL, first_frame integer NOT NULL, last_frame integer NOT NULL,
    kind text NOT NULL, worker text NOT NULL, attempt integer NOT NULL, frames_made integer NOT NULL, frames_reused integer NOT NULL,
    PRIMARY KEY (turnover_id, plate_id, deliverable, first_frame, last_frame))`,
  `CREATE TABLE deliverables (
    turnover_id text NOT NULL, plate_id text NOT NULL, name text NOT NULL, kind text NOT NULL, content_key text NOT NULL,
    PRIMARY KEY (turnover_id, plate_id, name))`,
  `CREATE INDEX deliverables_by_content ON deliverables (content_key)`,
  `CREATE TABLE packages (
    turnover_id text NOT NULL, publication text NOT NULL, production text NOT NULL, state text NOT NULL, findings jsonb NOT NULL,
    published_at timestamptz NOT NULL,
    PRIMARY KEY (turnover_id, publication))`,
];
