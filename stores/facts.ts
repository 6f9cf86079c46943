import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { PipelineError } from '../schemas/failure.ts';
import { canonicalBytes } from '../standards/hash/canonical-json.ts';
import { factsKey, factsPrefix } from './objects/keys.ts';
import type { ObjectStore } from './objects/object-store.ts';

/**
 * Facts in a site's work bucket: documents under the digest of what they say. Written whole, once: equal facts have
 * equal keys, so that writing one again is no change. The catalogue is rebuilt from them.
 */
export type Facts = {
  /** Writes a document; answers with its key, which is what travels through workflows. */
  put(production: string, kind: string, id: string, document: unknown): Promise<string>;
  /** Writes a document of somebody else, byte for byte, under its file name. */
  putBytes(production: string, kind: string, fileName: string, bytes: Buffer): Promise<string>;
  /** Reads a document of ours back. @throws PipelineError not-found, unreadable */
  get<S extends z.ZodType>(key: string, schema: S): Promise<z.output<S>>;
  /**
   * As `get`, for a document that many ask for one after another: the last two are kept and shared, so nobody may change them. The
   * listing of a card of 200,000 frames is read by 400 batches, its verdict and its clips by every clip.
   */
  getShared<S extends z.ZodType>(key: string, schema: S): Promise<z.output<S>>;
  /** @throws PipelineError not-found */
  getBytes(key: string): Promise<Buffer>;
};

/** A clip is inspected with its roll's verdict and clips; each may take hundreds of megabytes. */
const SHARED_AT_MOST = 2;

/** The facts of a site. */
export function openFacts(store: ObjectStore): Facts {
  const bucket = store.bucket('work');
  const get: Facts['get'] = async (key, schema) => {
    const parsed = schema.safeParse(JSON.parse((await store.getBytes({ bucket, key })).toString('utf8')));
    if (parsed.success) return parsed.data;
    throw new PipelineError('unreadable', `The fact ${key} is not of its form: ${parsed.error.message}`, {
      key,
    });
  };
  let shared: { key: string; schema: z.ZodType; document: Promise<unknown> }[] = [];
  return {
    async put(production, kind, id, document) {
      const bytes = canonicalBytes(document);
      const key = factsKey(production, kind, id, sha256(bytes));
      await store.putWholeIfAbsent(bucket, key, bytes);
      return key;
    },
    async putBytes(production, kind, fileName, bytes) {
      const key = `${factsPrefix(production, kind)}${sha256(bytes)}/${fileName}`;
      await store.putWholeIfAbsent(bucket, key, bytes);
      return key;
    },
    get,
    getShared<S extends z.ZodType>(key: string, schema: S) {
      const known = shared.find((one) => one.key === key && one.schema === schema);
      const mine = known ?? { key, schema, document: get(key, schema) as Promise<unknown> };
      shared = [mine, ...shared.filter((one) => one !== mine)].slice(0, SHARED_AT_MOST);
      // What failed is asked for again.
      mine.document.catch(() => {
        shared = shared.filter((one) => one !== mine);
      });
      return mine.document as Promise<z.output<S>>;
    },
    getBytes: (key) => store.getBytes({ bucket, key }),
  };
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
