import type { Rational } from '../../schemas/rational.ts';
import { CLIPS, type ClipKey, type EditedCut, type EditedUse, RATES } from './retime-corpus.ts';

const NORMAL: Rational = { num: 1, den: 1 };
const of = (num: number, den = 1): Rational => ({ num, den });

/** Every cut of the corpus. */
export function retimeCases(): EditedCut[] {
  return [
    ...(Object.keys(CLIPS) as ClipKey[]).filter((key) => !key.includes('midnight')).flatMap(speedsAt),
    ...transitions('24'),
    ...transitions('25'),
    ...mixedRates(),
    ...besideEachOther(),
    ...dropFrame(),
    ...midnight(),
    ...noRate(),
    ...ramps(),
  ];
}

/** Speeds of every kind of a clip in a list of its own rate. */
function speedsAt(clip: ClipKey): EditedCut[] {
  const drop = clip.includes('drop');
  const cut = (kind: EditedCut['kind'], what: string, use: Omit<EditedUse, 'clip'>): EditedCut => ({
    what: `${what} at ${clip}`,
    kind,
    rate: CLIPS[clip].rate,
    dropFrame: drop,
    uses: [{ clip, ...use }],
  });
  return [
    cut('normal', 'normal', { entry: 20, frames: 24 }),
    cut('normal', 'one frame', { entry: 33, frames: 1 }),
    cut('faster', '200 %', { entry: 10, frames: 12, speed: of(2) }),
    cut('faster', '300 %', { entry: 10, frames: 12, speed: of(3) }),
    cut('faster', '150 %, an odd length', { entry: 12, frames: 11, speed: of(3, 2) }),
    cut('faster', '120 %', { entry: 12, frames: 13, speed: of(6, 5) }),
    cut('faster', '400 %, to the last frame shown', {
      entry: 10,
      frames: 12,
      speed: of(4),
      written: 'to-last-shown',
    }),
    cut('slower', '50 %', { entry: 30, frames: 24, speed: of(1, 2) }),
    cut('slower', '25 %', { entry: 30, frames: 24, speed: of(1, 4) }),
    cut('slower', '75 %, an odd length', { entry: 30, frames: 13, speed: of(3, 4) }),
    cut('slower', '10 %', { entry: 30, frames: 24, speed: of(1, 10) }),
    cut('reverse', 'reverse', { entry: 50, frames: 24, speed: of(-1) }),
    cut('reverse', 'reverse 200 %', { entry: 60, frames: 12, speed: of(-2) }),
    cut('reverse', 'reverse 50 %', { entry: 60, frames: 12, speed: of(-1, 2) }),
    cut('reverse', 'reverse, source out a place-holder', {
      entry: 60,
      frames: 24,
      speed: of(-1),
      written: 'place-holder',
    }),
    cut('freeze', 'freeze by M2', { entry: 40, frames: 24, speed: of(0) }),
    cut('freeze', 'freeze by remark', { entry: 41, frames: 24, speed: of(0), told: 'remark' }),
    cut('freeze', 'freeze whose source is as long as the record', {
      entry: 42,
      frames: 24,
      speed: of(0),
      written: 'record-length',
    }),
    cut('contradicting lengths', '200 %, source as long as record', {
      entry: 10,
      frames: 24,
      speed: of(2),
      written: 'record-length',
    }),
    cut('contradicting lengths', '50 %, source as long as record', {
      entry: 10,
      frames: 24,
      speed: of(1, 2),
      written: 'record-length',
    }),
    cut('contradicting lengths', '150 %, source as long as record', {
      entry: 10,
      frames: 12,
      speed: of(3, 2),
      written: 'record-length',
    }),
    cut('contradicting lengths', 'reverse 200 %, source as long as record', {
      entry: 60,
      frames: 12,
      speed: of(-2),
      written: 'record-length',
    }),
    cut('contradicting lengths', 'reverse 300 %, source out a place-holder', {
      entry: 70,
      frames: 12,
      speed: of(-3),
      written: 'place-holder',
    }),
  ];
}

/** Both sources of a transition, the outgoing one with what it runs on. */
function transitions(clip: '24' | '25'): EditedCut[] {
  const other: ClipKey = clip === '24' ? '24 midnight' : '25 midnight';
  const cut = (what: string, outgoing: Partial<EditedUse>, incoming: Partial<EditedUse>): EditedCut => ({
    what: `${what} at ${clip}`,
    kind: 'dissolve or wipe',
    rate: CLIPS[clip].rate,
    uses: [
      { clip, entry: 10, frames: 24, ...outgoing },
      { clip: other, entry: 20, frames: 24, transition: { code: 'D', frames: 8 }, ...incoming },
    ],
  });
  return [
    cut('dissolve', {}, {}),
    cut('dissolve as long as its event', {}, { frames: 12, transition: { code: 'D', frames: 12 } }),
    cut('wipe', {}, { transition: { code: 'W001', frames: 10 } }),
    cut('dissolve out of 200 %', { frames: 12, speed: of(2) }, {}),
    cut('dissolve out of 50 %', { speed: of(1, 2) }, {}),
    cut('dissolve out of reverse', { entry: 60, speed: of(-1) }, {}),
    cut('dissolve out of a freeze', { speed: of(0) }, {}),
    cut('dissolve into 200 %', {}, { speed: of(2) }),
    cut('dissolve into reverse', {}, { entry: 60, speed: of(-1) }),
    cut('dissolve of 200 % into 50 %', { frames: 12, speed: of(2) }, { speed: of(1, 2) }),
    cut('dissolve within one clip', {}, { clip, entry: 60 }),
  ];
}

/** Source timecode at the rate of the source, record timecode at the rate of the list. */
function mixedRates(): EditedCut[] {
  const cut = (
    rate: keyof typeof RATES,
    clip: ClipKey,
    use: Partial<EditedUse> = {},
    what = '',
  ): EditedCut => ({
    what: `${clip} in a list of ${rate}${what}`,
    kind: 'mixed rates',
    rate: RATES[rate],
    uses: [{ clip, entry: 12, frames: 24, ...use }],
  });
  return [
    cut('25', '50'),
    cut('25', '50', { speed: of(1, 2) }, ', at half speed'),
    cut('25', '50', { frames: 12, speed: of(3, 2) }, ', at 150 %'),
    cut('25', '50', { entry: 70, speed: of(-1) }, ', reverse'),
    cut('24', '60'),
    cut('23.976', '59.94'),
    cut('24', '25'),
    cut('24', '30'),
    cut('24', '50', { frames: 25 }),
    cut('25', '24'),
    cut('25', '23.976', { frames: 25 }),
    cut('50', '25'),
    cut('50', '25', { speed: of(2) }, ', at 200 %'),
    cut('29.97', '59.94'),
    cut('30', '24', { frames: 30 }),
    {
      what: 'dissolve of 60 into 24 in a list of 24',
      kind: 'mixed rates',
      rate: RATES['24'],
      uses: [
        { clip: '60', entry: 8, frames: 12 },
        { clip: '24', entry: 20, frames: 24, transition: { code: 'D', frames: 8 } },
      ],
    },
  ];
}

/** Frame for frame, although the clocks differ by a thousandth. */
function besideEachOther(): EditedCut[] {
  const pairs: [keyof typeof RATES, ClipKey][] = [
    ['24', '23.976'],
    ['23.976', '24'],
    ['30', '29.97'],
    ['29.97', '30'],
    ['60', '59.94'],
    ['59.94', '60'],
  ];
  return pairs.flatMap(([rate, clip]) =>
    (
      [
        ['', { frames: 48 }],
        [', 200 %', { frames: 24, speed: of(2) }],
        [', reverse', { entry: 60, frames: 24, speed: of(-1) }],
      ] as [string, Partial<EditedUse>][]
    ).map(([what, use]) => ({
      what: `${clip} in a list of ${rate}${what}`,
      kind: '23.976 against 24' as const,
      rate: RATES[rate],
      uses: [{ clip, entry: 20, frames: 24, ...use }],
    })),
  );
}

/** Counting that leaves numbers out, on either side or on both. */
function dropFrame(): EditedCut[] {
  const cut = (what: string, clip: ClipKey, more: Partial<EditedCut>): EditedCut => ({
    what,
    kind: 'drop-frame',
    rate: CLIPS[clip].rate,
    dropFrame: true,
    uses: [{ clip, entry: 30, frames: 60 }],
    ...more,
  });
  const over: EditedUse[] = [{ clip: '29.97 drop', entry: 40, frames: 20, speed: of(2) }];
  return [
    cut('over the minute, colons', '29.97 drop', {}),
    cut('over the minute, semicolons', '29.97 drop', { semicolons: true }),
    cut('over the minute at 59.94, semicolons', '59.94 drop', { semicolons: true }),
    cut('over the minute at 200 %', '29.97 drop', { uses: over }),
    cut('a drop-frame source in a list that says non-drop', '29.97 drop', { dropFrame: false }),
    cut('a non-drop source in a list that says drop', '29.97', {}),
    cut('both sources of a dissolve, one drop and one not', '29.97 drop', {
      uses: [
        { clip: '29.97 drop', entry: 30, frames: 20 },
        { clip: '29.97', entry: 20, frames: 24, transition: { code: 'D', frames: 8 } },
      ],
    }),
  ];
}

function midnight(): EditedCut[] {
  const cut = (
    what: string,
    clip: ClipKey,
    use: Partial<EditedUse> = {},
    more: Partial<EditedCut> = {},
  ): EditedCut => ({
    what: `${what}, ${clip}`,
    kind: 'over midnight',
    rate: CLIPS[clip].rate,
    dropFrame: clip.includes('drop'),
    uses: [{ clip, entry: 36, frames: 40, ...use }],
    ...more,
  });
  return (['24 midnight', '25 midnight', '29.97 drop midnight'] as const).flatMap((clip) => [
    cut('over midnight', clip),
    cut('from midnight on', clip, {
      entry: CLIPS[clip].rate.num > 1000 ? 60 : CLIPS[clip].rate.num * 2,
      frames: 20,
    }),
    cut('over midnight at 200 %', clip, { entry: 30, frames: 24, speed: of(2) }),
    cut('over midnight in reverse', clip, { entry: 76, frames: 40, speed: of(-1) }),
    cut('hours run on to 24', clip, {}, { runsPastMidnight: true }),
  ]);
}

/** Lists that tell no rate: the media tells it. */
function noRate(): EditedCut[] {
  const alike = (['23.976', '24', '25', '29.97', '30', '50', '59.94', '60'] as const).map(
    (clip): EditedCut => ({
      what: `a list of ${clip} that tells no rate`,
      kind: 'no rate told',
      rate: CLIPS[clip].rate,
      isRateTold: false,
      uses: [
        { clip, entry: 4, frames: 21 },
        { clip, entry: 30, frames: 12, speed: of(2) },
      ],
    }),
  );
  return [
    ...alike,
    {
      what: 'a drop-frame list that tells no rate',
      kind: 'no rate told',
      rate: RATES['29.97'],
      dropFrame: true,
      isRateTold: false,
      uses: [{ clip: '29.97 drop', entry: 30, frames: 60 }],
    },
    {
      what: 'a list that counts to 25 over media of 24',
      kind: 'no rate told',
      rate: RATES['25'],
      isRateTold: false,
      uses: Array.from({ length: 12 }, (_, at) => ({
        clip: '24' as const,
        entry: 2 + at,
        frames: at % 2 === 0 ? 24 : 26,
        speed: NORMAL,
        told: 'nothing' as const,
      })),
    },
  ];
}

/** Curves an EDL cannot carry: what the list says is pulled, and a person is told. */
function ramps(): EditedCut[] {
  return ['* TIMEWARP', '* FLUIDMOTION SPEED RAMP', 'EFFECTS NAME IS TIME WARP'].map((remark) => ({
    what: `a ramp told by "${remark}"`,
    kind: 'ramp' as const,
    rate: RATES['24'],
    finding: 'speed-ramp',
    uses: [{ clip: '24' as const, entry: 20, frames: 24, speed: of(2), remarks: [remark] }],
  }));
}
