import type { CardKind } from './clip-spec.ts';

/** How a camera names its card and clips. */
export type CardNaming = {
  /** Name of the card's folder. */
  roll: string;
  /** What the camera writes as reel into its files, and editorial finds in the EDL. */
  reel: string;
  /** Name of the clip with this number, from 1. */
  clip(number: number): string;
  /** Folder of the clip's media under the card; '' is the card itself. */
  folder(clipName: string): string;
};

/** Names in the patterns of ARRI (ALEXA classic), Sony (cine) and Blackmagic. Source: shared reference inspection, section 4. */
export function cardNaming(kind: CardKind, camera: string, rollNumber: number, shootDay: string): CardNaming {
  const card = `${camera}${three(rollNumber)}`;
  const day = shootDay.slice(2);
  switch (kind) {
    case 'mxf': {
      const id = `${camera}G`;
      return {
        roll: `${card}${id}`,
        reel: card,
        clip: (number) => `${card}C${three(number)}_${day}${id}`,
        folder: () => 'XDROOT/Clip',
      };
    }
    case 'cinemadng':
      return {
        roll: card,
        reel: card,
        clip: (number) => `${card}_${shootDay.slice(4)}0912_C${three(number)}`,
        folder: (clipName) => clipName,
      };
    default: {
      const id = `R1${camera}${camera}`;
      return {
        roll: `${card}${id}`,
        reel: `${card}${id}`,
        clip: (number) => `${card}C${three(number)}_${day}_${id}`,
        folder: (clipName) => (kind === 'prores' ? '' : clipName),
      };
    }
  }
}

function three(value: number): string {
  return String(value).padStart(3, '0');
}
