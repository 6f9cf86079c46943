import type { ColumnType, Generated } from 'kysely';

/** A JSON document: read back parsed, written by `jsonb()`. */
type Json = ColumnType<unknown, unknown, unknown>;
/** Read as a Date, written as ISO 8601. */
type Instant = ColumnType<Date, string, string>;

/** The tables as queries see them. Source: migrations/ */
export type Tables = {
  productions: { name: string };
  sites: { name: string };
  rolls: {
    roll_id: string;
    production: string;
    shoot_day: string;
    roll: string;
    site: string;
    state: string;
    source: string | null;
    generation: number | null;
    counts: Json | null;
    findings: Generated<unknown>;
    report: Json | null;
  };
  announced_rolls: {
    production: string;
    shoot_day: string;
    roll: string;
    who: string;
    announced_at: Instant;
  };
  files: {
    roll_id: string;
    path: string;
    size_bytes: number;
    xxh128: string | null;
    outcome: string;
    bucket: string;
    key: string;
    version_id: string | null;
    document: Json;
  };
  roll_copies: {
    roll_id: string;
    site: string;
    state: string;
    generation: number | null;
    report: Json;
  };
  copied_files: { roll_id: string; site: string; path: string; document: Json };
  chain_digests: {
    roll_id: string;
    site: Generated<string>;
    history: string;
    sequence: number;
    path: string;
    format: string;
    digest: string;
  };
  clips: ClipsTable;
  camera_formats: {
    format_id: string;
    production: string;
    label: string;
    document: Json;
  };
  learned_rules: {
    production: string;
    format_id: string;
    field: string;
    value: Json;
    who: string;
    learned_at: Instant;
  };
  decisions: {
    production: string;
    event_key: string;
    clip_id: string;
    turnover_id: string;
    event_index: number;
    who: string;
    decided_at: Instant;
  };
  turnovers: {
    turnover_id: string;
    production: string;
    name: string;
    revision: number;
    state: string;
    request: Json;
    plan_key: string | null;
    findings: Generated<unknown>;
    package: string | null;
    publication: string | null;
  };
  events: {
    turnover_id: string;
    event_index: number;
    reel: string;
    verdict: string;
    clip_id: string | null;
    document: Json;
  };
  plates: {
    turnover_id: string;
    plate_id: string;
    position: number;
    shot: string;
    plate: string;
    clip_id: string | null;
    state: string;
    reason: string | null;
    made_key: string | null;
    document: Json | null;
  };
  segments: {
    turnover_id: string;
    plate_id: string;
    deliverable: string;
    first_frame: number;
    last_frame: number;
    kind: string;
    worker: string;
    attempt: number;
    frames_made: number;
    frames_reused: number;
  };
  deliverables: { turnover_id: string; plate_id: string; name: string; kind: string; content_key: string };
  site_engines: { site: string; engine: string; host: string; document: Json; announced_at: Instant };
  engine_settings: { production: string; document: Json; who: string; decided_at: Instant };
  gate_verdicts: {
    production: string;
    engine: string;
    camera_format: string;
    judged_at: Instant;
    passed: boolean;
    document: Json;
  };
  packages: {
    turnover_id: string;
    publication: string;
    production: string;
    state: string;
    findings: Json;
    published_at: Instant;
  };
};

/** `timecode_span`: labels of the day in 1/2400 s, so that clips of every rate compare; see clip-columns.ts. */
export type ClipsTable = {
  clip_id: string;
  production: string;
  shoot_day: string;
  roll_id: string;
  clip_name: string;
  reel_name: string | null;
  camera_label: string | null;
  camera_make: string | null;
  camera_model: string | null;
  camera_serial: string | null;
  lens: string | null;
  codec: string | null;
  width_px: number | null;
  height_px: number | null;
  rate_num: number | null;
  rate_den: number | null;
  timecode_base: number | null;
  start_timecode: string | null;
  start_frame: number | null;
  drop_frame: boolean;
  timecode_span: ColumnType<string | null, unknown, unknown>;
  frame_count: number | null;
  recorded_on: string | null;
  scene: string | null;
  shot: string | null;
  take: string | null;
  is_proxy: boolean;
  camera_format_id: string | null;
  file_names: string[];
  missing: string[];
  document: Json;
  clip_files: Json;
  file_count: number;
  search: ColumnType<string, unknown, unknown>;
};
