import type { FileRole } from '../../../schemas/file.ts';
import type { CardFile } from '../card-file.ts';
import type { Claim } from '../clip-group.ts';

const ROLES: Record<string, FileRole> = {
  VIDEO: 'essence',
  AVCLIP: 'essence',
  AUDIO: 'audio',
  CLIP: 'sidecar',
  ICON: 'thumbnail',
  PROXY: 'proxy',
  VOICE: 'other',
};

/**
 * P2: the clip is its XML; `VIDEO/0001AB.MXF` and `AUDIO/0001AB00.MXF` (one per channel) share its first six characters.
 * Source: shared reference inspection section 4; folder layout as in Adobe XMP-Toolkit-SDK XMPFiles.
 */
export function claimP2(file: CardFile): Claim | null {
  const match = /^(.*?CONTENTS)\/(VIDEO|AVCLIP|AUDIO|CLIP|ICON|PROXY|VOICE)$/i.exec(file.folder);
  const name = /^([0-9A-Z]{6})(\d{2})?$/i.exec(file.stem);
  if (!match || !name) return null;
  return {
    clipKey: `${match[1]}/${name[1]}`,
    clipName: name[1]!,
    cardRule: 'p2',
    role: ROLES[match[2]!.toUpperCase()]!,
  };
}
