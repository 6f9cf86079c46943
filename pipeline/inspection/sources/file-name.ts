import type { Readings } from '../reading.ts';

/**
 * What a clip's name tells by the makers' patterns. A name is only a hint: `B001C001_180327_R1ZA` fits ARRI and Panasonic alike, so
 * nothing here names a maker. Source: shared reference inspection section 4.
 */
const PATTERNS: [
  RegExp,
  (m: string[]) => { letter: string; reel: string; clip: string; reelName: string },
][] = [
  [
    /^([A-Z])(\d{3})[CD](\d{3})_(?:\d{6}|\d{8})_([RL][0-9A-Z]{3})$/,
    ([, l, r, c, id]) => ({ letter: l!, reel: r!, clip: c!, reelName: `${l}${r}${id}` }),
  ],
  [
    /^([A-Z])[A-Z_](\d{4})[CD](\d{3})_\d{6}_\d{6}_[a-z]([0-9A-Z]{4})$/,
    ([, l, r, c, id]) => ({ letter: l!, reel: r!, clip: c!, reelName: `${l}_${r}_${id}` }),
  ],
  [
    /^([A-Z])(\d{3})_[A-Z](\d{3})_\d{4}[0-9A-Z]{2}(?:_\d{3})?$/,
    ([, l, r, c]) => ({ letter: l!, reel: r!, clip: c!, reelName: `${l}${r}` }),
  ],
  [
    /^([A-Z])(\d{3})C(\d{3})_\d{6}[0-9A-Z]{2}$/,
    ([, l, r, c]) => ({ letter: l!, reel: r!, clip: c!, reelName: `${l}${r}` }),
  ],
  [
    /^([A-Z])(\d{3})C(\d{3})[_A-Z]\d{6}[0-9A-Z]{2}_CANON$/,
    ([, l, r, c]) => ({ letter: l!, reel: r!, clip: c!, reelName: `${l}${r}` }),
  ],
  [
    /^([A-Z])(\d{3})_\d{8}_C(\d{3})$/,
    ([, l, r, c]) => ({ letter: l!, reel: r!, clip: c!, reelName: `${l}${r}` }),
  ],
];

/** A reel as the eight characters of an ARRI card folder. */
const CARD_FOLDER = /^[A-Z]\d{3}[RL][0-9A-Z]{3}$/;

/** Reads the clip's name and the folders it lies in. */
export function readFileName(clipName: string, path: string, readings: Readings): void {
  for (const [pattern, take] of PATTERNS) {
    const match = pattern.exec(clipName);
    if (!match) continue;
    const { letter, reel, clip, reelName } = take([...match]);
    readings.add('cameraLabel', 'clip name', letter, { raw: clipName });
    readings.add('reelNumber', 'clip name', reel, { raw: clipName });
    readings.add('clipNumber', 'clip name', clip, { raw: clipName });
    readings.add('reelName', 'clip name', reelName, { raw: clipName });
    return;
  }
  if (CARD_FOLDER.test(clipName)) readings.add('reelName', 'clip name', clipName);
  const folder = path
    .split('/')
    .slice(0, -1)
    .findLast((name) => CARD_FOLDER.test(name));
  if (folder !== undefined) readings.add('reelName', 'folder', folder, { confidence: 0.25 });
}
