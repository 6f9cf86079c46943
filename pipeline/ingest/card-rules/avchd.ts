import type { CardFile } from '../card-file.ts';
import type { Claim } from '../clip-group.ts';

/**
 * AVCHD: one stream file is taken for one take, with the clip information of its number; which streams are one take, the card's
 * playlist tells once it is read. Source: AVCHD layout as in Adobe XMP-Toolkit-SDK XMPFiles.
 */
export function claimAvchd(file: CardFile): Claim | null {
  const match = /^(.*?BDMV)\/(STREAM|CLIPINF)$/i.exec(file.folder);
  if (!match || !/^\d{5}$/.test(file.stem)) return null;
  return {
    clipKey: `${match[1]}/STREAM/${file.stem}`,
    clipName: file.stem,
    cardRule: 'avchd',
    role: match[2]!.toUpperCase() === 'STREAM' ? 'essence' : 'sidecar',
  };
}
