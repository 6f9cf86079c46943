import { extname } from 'node:path/posix';
import { Readable } from 'node:stream';
import type { Context } from 'hono';
import { currentPackage } from '../../activities/package-location.ts';
import { packageKey } from '../../stores/objects/keys.ts';
import { found, type Parts } from './operations.ts';

/** What a browser shows of a package; anything else is handed over as bytes. */
const SHOWN: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.json': 'application/json',
  '.jpg': 'image/jpeg',
  '.png': 'image/png',
  '.csv': 'text/csv; charset=utf-8',
  '.edl': 'text/plain; charset=utf-8',
};

/**
 * A file of the package that counts, under its delivery name: the report opens with its pictures beside it.
 * @throws PipelineError not-found
 */
export async function packageFile(context: Context, { installation }: Parts): Promise<Response> {
  const { production = '', name = '', revision = '' } = context.req.param();
  const named = { production, turnover: name, version: Number(revision) };
  const { manifest, publication, store } = await currentPackage(installation.deps, named);
  const top = `/packages/${production}/${name}/${revision}/`;
  const path = decodeURIComponent(context.req.path).slice(top.length);
  const entry = manifest.entries.find((one) => one.path === path);
  const object = entry ?? {
    bucket: store.bucket('packages'),
    key: packageKey(named, `${publication}/${path}`),
  };
  const stat = await store.stat(object.bucket, object.key);
  const { sizeBytes } = found(stat, `file ${path} in ${production}/${name}/${revision}`);
  const { versionId } = entry ?? {};
  const what = { bucket: object.bucket, key: object.key, ...(versionId === undefined ? {} : { versionId }) };
  const bytes = Readable.toWeb(Readable.from(store.openStream({ ...what, signal: context.req.raw.signal })));
  return new Response(bytes as ReadableStream, {
    headers: {
      'content-type': SHOWN[extname(path).toLowerCase()] ?? 'application/octet-stream',
      'content-length': String(sizeBytes),
      // What a list or a card put into a report is text, whatever it looks like.
      'content-security-policy': "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'",
      'x-content-type-options': 'nosniff',
    },
  });
}
