import type { Recipe } from '../../../schemas/recipe.ts';

const LOOK = { display: 'Rec.1886 Rec.709 - Display', view: 'ACES 2.0 - SDR 100 nits (Rec.709)' } as const;

/** Movies for the cutting room and for review: the AMF's look, else ACES 2 in Rec.709. */
export const editorialProxy: Recipe = {
  version: 1,
  kind: 'recipe',
  name: 'editorial-proxy',
  revision: 2,
  description:
    'HD movies for editing and review: ProRes Proxy, DNxHR LB in MXF and H.264, timecode, reel and sound carried',
  // The editor cuts within what the list uses; longer ends are a turnover's choice.
  handles: 0,
  numbering: { first: 1001, at: 'handle-start', digits: 4 },
  deliverables: [
    // ProRes for Premiere and Resolve, DNxHR LB in MXF for Avid, which relinks by tape name and timecode: no burn-ins, the
    // picture is for the timeline. 1920 wide: the offline frame of all three.
    {
      kind: 'proxy',
      name: 'prores',
      codec: 'prores-proxy',
      container: 'mov',
      maxWidth: 1920,
      ...LOOK,
      // Editors cut with the sound roll and keep the camera's own to check the sync by.
      sound: 'both',
      burnIns: false,
      naming: '{shot}_{plate}_v{version}',
    },
    {
      kind: 'proxy',
      name: 'avid',
      codec: 'dnxhr-lb',
      container: 'mxf',
      maxWidth: 1920,
      ...LOOK,
      sound: 'both',
      burnIns: false,
      naming: '{shot}_{plate}_v{version}',
    },
    // For eyes only: clip name and source timecode burnt in.
    {
      kind: 'proxy',
      name: 'review',
      codec: 'h264',
      container: 'mp4',
      maxWidth: 1920,
      ...LOOK,
      sound: 'sound-roll',
      burnIns: true,
      naming: '{shot}_{plate}_v{version}',
    },
  ],
};
