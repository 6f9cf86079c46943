import type { Evidence } from '../vendor/evidence.ts';

const PAGE = 'REDline options, REDCINE-X PRO';

/** What the RED engine relies on. */
export const REDLINE_EVIDENCE: readonly Evidence[] = [
  ...[
    '--silent',
    '--i',
    '--o',
    '--outDir',
    '--start',
    '--end',
    '--format 2',
    '--res 1',
    '--exrACES 1',
    '--exrCompression 4',
    '--useMeta',
    '--metaIgnoreFrameGuide',
    '--gpuPlatform 0',
    '--iso',
    '--kelvin',
    '--tint',
    '--exposure',
    '--printMeta 3',
  ].map((what) => ({ what, rests: 'vendor page' as const, source: PAGE })),
  { what: 'exit code 1 of --printMeta', rests: 'public code', source: 'code that drives REDline' },
  {
    what: 'words «Internal Error», «finished with error»',
    rests: 'public code',
    source: 'code that drives REDline',
  },
  {
    what: 'pictures numbered from --start or from 0',
    rests: 'unproven',
    source: 'the page shows BASE.000000.ext alone',
  },
  { what: 'version in the first lines of --help', rests: 'unproven', source: 'no page shows it' },
  {
    what: 'ranges of --iso, --kelvin, --tint, --exposure',
    rests: 'unproven',
    source: 'controls of REDCINE-X PRO',
  },
];
