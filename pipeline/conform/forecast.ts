import type { PlannedPlate, TurnoverPlan } from '../../schemas/turnover.ts';
import { countFrames, type FrameRange, joinRanges, withoutRanges } from './frame-ranges.ts';

/** What a plan will cost, before anything runs. */
export type Forecast = {
  plates: { plateId: string; frames: number; framesToRender: number; bytes: number; coreSeconds: number }[];
  /** Frames delivered, counted once for each plate that has them. */
  frames: number;
  /** Frames rendered: a source frame that several plates want counts once, one that is there already not at all. */
  framesToRender: number;
  /** Bytes delivered. */
  bytes: number;
  coreHours: number;
  /** Wall time with the cores given, when nothing else runs. */
  seconds: number;
};

/** What the forecast needs to know of clips, of what is there, and of the machines. */
export type ForecastInput = {
  plan: TurnoverPlan;
  /** Delivered size of a clip's frames; null when it is not known yet (UHD is then taken). */
  sizeOf: (clipId: string) => { width: number; height: number } | null;
  compression: keyof typeof COST;
  /** Source frames of a clip that are rendered already with this recipe. @default none */
  made?: (clipId: string) => readonly FrameRange[];
  cores: number;
};

/** Netflix asks plates of at least this width; a guess for clips without a recorded size. */
const UNKNOWN_SIZE = { width: 3840, height: 2160 };

/**
 * Core-seconds to write, and size against uncompressed half float, by compression; decoding and colour before it. Measured on 4096 x 2160
 * ProRes 4444 with camera grain; clips of other codecs take up to four times as long to decode.
 */
const COST = {
  none: { writePerMegapixel: 0.007, ratio: 1 },
  piz: { writePerMegapixel: 0.036, ratio: 1 / 1.96 },
  zip: { writePerMegapixel: 0.07, ratio: 1 / 1.77 },
} as const;
const READ_PER_MEGAPIXEL = 0.028;
/** Three channels of half float. */
const BYTES_PER_PIXEL = 6;

/**
 * Counts frames, bytes and core-hours of a plan. A plate that waits for its roll is counted, because it will be made; one that is covered
 * by what was delivered is not.
 */
export function forecastTurnover({
  plan,
  sizeOf,
  compression,
  made = () => [],
  cores,
}: ForecastInput): Forecast {
  const done = new Map<string, FrameRange[]>();
  const delivered = plan.plates.filter(({ isDelivered }) => isDelivered !== false);
  const plates = delivered.map((plate) => {
    const before = done.get(plate.clipId) ?? [...made(plate.clipId)];
    const fresh = withoutRanges(plate.sourceFrames, before).reduce(
      (sum, range) => sum + countFrames(range),
      0,
    );
    done.set(plate.clipId, joinRanges([...before, plate.sourceFrames]));
    return cost(plate, fresh, sizeOf(plate.clipId) ?? UNKNOWN_SIZE, compression);
  });
  const total = (key: 'frames' | 'framesToRender' | 'bytes' | 'coreSeconds') =>
    plates.reduce((sum, plate) => sum + plate[key], 0);
  return {
    plates,
    frames: total('frames'),
    framesToRender: total('framesToRender'),
    bytes: total('bytes'),
    coreHours: Math.round((total('coreSeconds') / 3600) * 1000) / 1000,
    seconds: Math.ceil(total('coreSeconds') / Math.max(1, cores)),
  };
}

function cost(
  plate: PlannedPlate,
  framesToRender: number,
  { width, height }: { width: number; height: number },
  compression: keyof typeof COST,
): Forecast['plates'][number] {
  const megapixels = (width * height) / 1e6;
  const { writePerMegapixel, ratio } = COST[compression];
  const frames = countFrames(plate.sourceFrames);
  return {
    plateId: plate.plateId,
    frames,
    framesToRender,
    bytes: Math.round(frames * width * height * BYTES_PER_PIXEL * ratio),
    coreSeconds: framesToRender * megapixels * (READ_PER_MEGAPIXEL + writePerMegapixel),
  };
}
