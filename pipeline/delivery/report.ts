import type { Finding } from '../../schemas/finding.ts';
import type { DeliveredPlate, PackageManifest } from '../../schemas/package.ts';
import type { DeliveredTrim } from '../../schemas/trim.ts';

/** What people and scripts read of a package; `report.json` is this, `report.html` shows it. */
export type PackageReport = {
  version: 1;
  kind: 'package-report';
  turnover: string;
  createdAt: string;
  recipe: { name: string; revision: number; digest?: string | undefined; description: string };
  engine: Record<string, string>;
  totals: { plates: number; frames: number; bytes: number; errors: number; warnings: number };
  plates: ReportedPlate[];
  /** Originals handed over, cut or whole; each with what there is to know about it. */
  trims: (DeliveredTrim & { bytes: number; findings: Finding[] })[];
  findings: Finding[];
};

/** One plate: what it is, where it comes from, and what was done to its pixels. */
export type ReportedPlate = Pick<
  DeliveredPlate,
  | 'plateId'
  | 'shot'
  | 'plate'
  | 'clipName'
  | 'reelName'
  | 'folder'
  | 'frames'
  | 'size'
  | 'startTimecode'
  | 'handles'
  | 'references'
> & {
  bytes: number;
  /** Colour, framing and encoding in words, from the same values that rendered. */
  colour: string;
  framing: string;
  /** The engine that made it, with its versions in words; null where the package does not say. */
  engine: string | null;
  /** Delivery path of the plate's thumbnail; null when there is none. */
  thumbnail: string | null;
  findings: Finding[];
};

/** Draws the report from the manifest, so that the two cannot tell different stories. */
export function packageReport(manifest: PackageManifest, recipe: { description: string }): PackageReport {
  const plates = manifest.plates.map((plate) => reportPlate(manifest, plate));
  const trims = (manifest.trims ?? []).map((trim) => reportTrim(manifest, trim));
  const about = new Set([...plates, ...trims].flatMap((one) => one.findings));
  const count = (severity: Finding['severity']) =>
    manifest.findings.filter((f) => f.severity === severity).length;
  return {
    version: 1,
    kind: 'package-report',
    turnover: manifest.turnover,
    createdAt: String(manifest.createdAt ?? ''),
    recipe: { ...manifest.recipe, description: recipe.description },
    engine: manifest.engine,
    totals: {
      plates: new Set([...plates, ...trims].map(({ plateId }) => plateId)).size,
      frames: [...plates, ...trims].reduce((sum, one) => sum + one.frames.count, 0),
      bytes: manifest.entries.reduce((sum, entry) => sum + entry.sizeBytes, 0),
      errors: count('error'),
      warnings: count('warning'),
    },
    plates,
    trims,
    findings: manifest.findings.filter((found) => !about.has(found)),
  };
}

function reportTrim(manifest: PackageManifest, trim: DeliveredTrim): PackageReport['trims'][number] {
  const own = new Set(trim.pictures);
  const bytes = manifest.entries
    .filter(({ path }) => own.has(path))
    .reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const findings = manifest.findings.filter((found) => found.subject.id === trim.plateId);
  return { ...trim, bytes, findings };
}

function reportPlate(manifest: PackageManifest, plate: DeliveredPlate): ReportedPlate {
  const { plateId, shot, clipName, reelName, folder, frames, size, startTimecode, handles, references } =
    plate;
  const inFolder = manifest.entries.filter(
    (entry) => entry.path.startsWith(`${folder}/`) && entry.role === 'frame',
  );
  const thumbnail = manifest.entries.find(
    (entry) => entry.role === 'thumbnail' && entry.path.startsWith(`thumbnails/${plateId}`),
  );
  return {
    plateId,
    shot,
    plate: plate.plate,
    clipName,
    reelName,
    folder,
    frames,
    size,
    startTimecode,
    handles,
    ...(references === undefined ? {} : { references }),
    bytes: inFolder.reduce((sum, entry) => sum + entry.sizeBytes, 0),
    colour: describeColour(plate.colour),
    framing: describeFraming(plate.geometry),
    engine: describeEngine(plate.engine),
    thumbnail: thumbnail?.path ?? null,
    findings: manifest.findings.filter((found) => found.subject.id === plateId),
  };
}

function describeColour(value: unknown): string {
  const colour = value as
    | { decodedSpace?: string; outputSpace?: string; steps?: { kind: string }[] }
    | undefined;
  if (!colour?.decodedSpace) return 'not recorded';
  if (colour.decodedSpace === colour.outputSpace && (colour.steps ?? []).length === 0)
    return `${colour.decodedSpace} as recorded, nothing baked`;
  const between = (colour.steps ?? []).filter((step) => step.kind === 'file' || step.kind === 'cdl').length;
  const looks = between === 0 ? 'no look baked' : `${between} look steps baked`;
  return `${colour.decodedSpace} to ${colour.outputSpace}, ${looks}`;
}

/** The open engine's versions stand once for the whole package. */
function describeEngine(value: unknown): string | null {
  const engine = value as { name?: string; versions?: Record<string, string> } | undefined;
  if (!engine?.name) return null;
  if (engine.name === 'open') return 'open';
  const parts = Object.entries(engine.versions ?? {}).filter(([part]) => part !== 'rushes-recipe');
  return `${engine.name} (${parts.map(([part, is]) => `${part} ${is}`).join(', ')})`;
}

function describeFraming(value: unknown): string {
  const g = value as
    | {
        source: Size;
        crop: Size & { x: number; y: number };
        scale: Size | null;
        canvas: Size | null;
        pixelAspectRatio: { num: number; den: number };
      }
    | undefined;
  if (!g) return 'not recorded';
  const isFull = g.crop.width === g.source.width && g.crop.height === g.source.height;
  const crop = isFull
    ? `full ${size(g.source)}`
    : `${size(g.crop)} at ${g.crop.x}, ${g.crop.y} of ${size(g.source)}`;
  const scale = g.scale ? `, scaled to ${size(g.scale)}` : '';
  const canvas = g.canvas ? `, on a canvas of ${size(g.canvas)}` : '';
  return `${crop}${scale}${canvas}, pixel aspect ratio ${g.pixelAspectRatio.num}:${g.pixelAspectRatio.den}`;
}

type Size = { width: number; height: number };

function size({ width, height }: Size): string {
  return `${width}x${height}`;
}
