import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { VARIES_PER_PUBLICATION } from '../../pipeline/delivery/compose-package.ts';

type Rule = { applies: (path: string) => boolean; settle: (text: string) => string };

const DATE = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)/g;
/** Documents whose bytes follow from a date or a uuid, so that their digest in other documents varies too. */
const VARYING = /^(report\/report\.(json|html)|.*\.amf|manifest\.json|ascmhl\/.*)$/;

/** One rule for each thing that the product says differs between two makings, and no other: the compiler counts them. */
const RULES: Record<(typeof VARIES_PER_PUBLICATION)[number], Rule> = {
  'manifest.json: createdAt': {
    applies: (path) => path === 'manifest.json',
    settle: (text) => text.replace(/("createdAt": )"[^"]*"/, '$1"…"'),
  },
  'manifest.json: key, size and digest of the documents named here, key of every other document': {
    applies: (path) => path === 'manifest.json',
    settle: settleEntries,
  },
  'report/report.json: createdAt': {
    applies: (path) => path === 'report/report.json',
    settle: (text) => text.replace(/("createdAt": )"[^"]*"/, '$1"…"'),
  },
  'report/report.html: the date of publication': {
    applies: (path) => path === 'report/report.html',
    settle: (text) => text.replaceAll(DATE, '…').replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?( UTC)?/g, '…'),
  },
  '*.amf: amfInfo and pipelineInfo dateTime and uuid': {
    applies: (path) => path.endsWith('.amf'),
    settle: (text) =>
      text
        .replaceAll(/(<aces:(creationDateTime|modificationDateTime)>)[^<]*/g, '$1…')
        .replaceAll(/(<aces:uuid>)[^<]*/g, '$1…'),
  },
  'ascmhl/: file name, creationdate and hashdate; the chain follows': {
    applies: (path) => path.startsWith('ascmhl/'),
    settle: settleMhl,
  },
};

function settleEntries(text: string): string {
  const manifest = JSON.parse(text) as {
    entries: { path: string; key: string; sizeBytes: number; xxh128: string }[];
  };
  for (const entry of manifest.entries) {
    entry.key = entry.key.replace(/\/publications\/[^/]+\//, '/publications/…/');
    if (VARYING.test(entry.path)) Object.assign(entry, { sizeBytes: 0, xxh128: '…' });
  }
  return JSON.stringify(manifest, null, 2);
}

/**
 * Digests of the documents that vary, and of the folders that hold them, follow from those documents. The comment of a stored
 * roll's generation tells when the work began.
 */
function settleMhl(text: string): string {
  return text
    .replaceAll(/(<creationdate>)[^<]*/g, '$1…')
    .replaceAll(/(<comment>[^<]* work begun )[^<]*/g, '$1…')
    .replaceAll(/ hashdate="[^"]*"/g, ' hashdate="…"')
    .replaceAll(/\d{4}-\d\d-\d\d_\d{6}Z/g, '…')
    .replaceAll(/(<c4>)[^<]*/g, '$1…')
    .replaceAll(/<hash>.*?<\/hash>/gs, (hash) => (VARYING.test(pathIn(hash)) ? withoutDigest(hash) : hash))
    .replaceAll(/<(directoryhash|roothash)>.*?<\/\1>/gs, withoutDigest);
}

function pathIn(hash: string): string {
  return /<path[^>]*>([^<]*)/.exec(hash)?.[1] ?? '';
}

function withoutDigest(text: string): string {
  return text.replaceAll(/(<xxh128[^>]*>)[^<]*/g, '$1…').replaceAll(/ size="\d+"/g, '');
}

/**
 * What a folder delivers, by path: the digest of each file, of documents after what may vary is settled. Two makings of
 * the same work have equal deliveries; pictures are never touched.
 */
export function deliveryOf(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  const files = names.filter((name) => statSync(join(folder, name)).isFile());
  return Object.fromEntries(
    files.map((path) => {
      const bytes = readFileSync(join(folder, path));
      const rules = Object.values(RULES).filter((rule) => rule.applies(path));
      const settled = rules.reduce((text, rule) => rule.settle(text), bytes.toString('utf8'));
      const name = path.replace(/\d{4}-\d\d-\d\d_\d{6}Z/, '…');
      return [
        name,
        createHash('sha256')
          .update(rules.length === 0 ? bytes : settled)
          .digest('hex'),
      ];
    }),
  );
}
