import type { Connection } from './connection.ts';
import { unquoted } from './single-put.ts';
import { calling } from './store-failure.ts';

/** An object as listed. A key that ends in `/` is an empty folder. */
export type ListedObject = { key: string; sizeBytes: number; etag: string; modifiedAt: string };

/**
 * Every object under a prefix, a thousand at a time. The answer is read here and not by the client, which undoes an escaping
 * that servers may leave out, and so turns `+` and `%20` in a name into spaces.
 * @throws PipelineError service-away, not-found, refused-by-rule
 */
export async function* listObjects(
  connection: Connection,
  bucket: string,
  prefix: string,
): AsyncGenerator<ListedObject> {
  let token: string | undefined;
  do {
    const page = await listPage(connection, bucket, prefix, token);
    const isEscaped = elementText(page, 'EncodingType') === 'url';
    for (const [, contents] of page.matchAll(/<Contents>(.*?)<\/Contents>/gs))
      yield listed(contents!, isEscaped);
    token =
      elementText(page, 'IsTruncated') === 'true' ? elementText(page, 'NextContinuationToken') : undefined;
  } while (token !== undefined);
}

async function listPage(
  { client }: Connection,
  bucket: string,
  prefix: string,
  token: string | undefined,
): Promise<string> {
  const query = new URLSearchParams({ 'list-type': '2', 'encoding-type': 'url', 'max-keys': '1000', prefix });
  if (token !== undefined) query.set('continuation-token', token);
  // URLSearchParams writes a space as `+`; the signature wants %20.
  const request = {
    method: 'GET',
    bucketName: bucket,
    query: query.toString().replaceAll('+', '%20').replaceAll('*', '%2A'),
  };
  return calling({ act: 'list', bucket, key: prefix }, async () => {
    const response = await client.makeRequestAsync(request, '', [200]);
    const pieces: Buffer[] = [];
    for await (const piece of response) pieces.push(piece as Buffer);
    return Buffer.concat(pieces).toString('utf8');
  });
}

function listed(contents: string, isEscaped: boolean): ListedObject {
  const name = elementText(contents, 'Key') ?? '';
  return {
    key: isEscaped ? decodeURIComponent(name.replaceAll('+', ' ')) : name,
    sizeBytes: Number(elementText(contents, 'Size') ?? 0),
    etag: unquoted(elementText(contents, 'ETag')),
    modifiedAt: new Date(elementText(contents, 'LastModified') ?? Number.NaN).toISOString(),
  };
}

/** Text of the first element of this name in an answer of S3, with XML's references undone. */
export function elementText(xml: string, element: string): string | undefined {
  const text = new RegExp(`<${element}>(.*?)</${element}>`, 's').exec(xml)?.[1];
  return text?.replace(
    /&(?:#x([0-9a-f]+)|#(\d+)|(lt|gt|amp|quot|apos));/gi,
    (_, hex?: string, decimal?: string, name?: string) =>
      name !== undefined
        ? NAMED[name.toLowerCase()]!
        : String.fromCodePoint(hex !== undefined ? Number.parseInt(hex, 16) : Number(decimal)),
  );
}

const NAMED: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
