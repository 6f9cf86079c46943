import { type CardFile, inFolder } from '../card-file.ts';
import type { Claim } from '../clip-group.ts';

/** `A012C001H200529BY_CANON.MXF`, and of the C80/C400 `A_0001C001X230101_101500XX_CANON_001_Proxy.MP4`. */
const CINE_NAME = /^(.+_CANON)(?:_(\d{3}))?(_Proxy)?$/i;

/**
 * Canon: XF cards number the files of a take in the last two digits (`AA000101.MXF`), Cinema EOS names end in `_CANON`.
 * Source: shared reference inspection section 4.
 */
export function claimCanon(file: CardFile): Claim | null {
  const xf = /^(.*?CONTENTS\/CLIPS\d{3})\/([A-Z]{2}\d{4})$/i.exec(file.folder);
  if (xf) return xfClaim(file, xf[1]!, xf[2]!);
  const cine = CINE_NAME.exec(file.stem);
  if (!cine) return null;
  const media = /^(mxf|mp4|mov|crm|rmf)$/.test(file.extension);
  const proxy = cine[3] !== undefined || /(^|\/)PROXY\//i.test(`${file.folder}/`);
  // The three roots of an XF-AVC card hold one take's original, its proxy and its metadata.
  const root = file.folder.replace(/(^|\/)(XF-AVC|VIDEO|PROXY|CRM)(?=\/|$)/i, '$1');
  return {
    clipKey: inFolder(root, cine[1]!),
    clipName: cine[1]!,
    cardRule: file.extension === 'crm' || file.extension === 'rmf' ? 'canon-crm' : 'canon-xf',
    role: proxy ? 'proxy' : media ? (cine[2] ? 'segment' : 'essence') : 'sidecar',
    ...(cine[2] && media && !proxy ? { spanIndex: Number(cine[2]) } : {}),
  };
}

function xfClaim(file: CardFile, root: string, clipName: string): Claim {
  const segment = /^[A-Z]{2}\d{4}(\d{2})$/i.exec(file.stem);
  const claim = { clipKey: `${root}/${clipName}`, clipName, cardRule: 'canon-xf' as const };
  if (file.extension === 'mxf' && segment)
    return { ...claim, role: 'segment', spanIndex: Number(segment[1]) };
  return { ...claim, role: file.extension === 'crm' ? 'essence' : 'sidecar' };
}
