import http from 'node:http';
import https from 'node:https';
import { Client } from 'minio';
import { presignSignatureV4, signV4 } from 'minio/dist/esm/signing.mjs';

/** How to reach one site's S3 server, and as whom. */
export type ObjectStoreConfig = {
  site: string;
  endPoint: string;
  port: number;
  useSSL: boolean;
  accessKey: string;
  secretKey: string;
  sessionToken?: string;
  region: string;
  /** Folder where the server's buckets are mounted as plain files, when they are. */
  mountedAt?: string;
  /** Objects above this many bytes go up in parts. @default 4 GiB, below S3's limit of 5 GiB for one PUT */
  multipartAboveBytes?: number;
  /** Least size of a part. @default 64 MiB: few requests, and little to lose */
  partBytes?: number;
  /** A transfer without a byte moving for this long is given up. @default 120000 */
  idleTimeoutMs?: number;
};

/** A live connection: the control client, and what streamed transfers need. */
export type Connection = {
  config: Required<Omit<ObjectStoreConfig, 'sessionToken' | 'mountedAt'>> & ObjectStoreConfig;
  client: Client;
  agent: http.Agent;
  request: typeof http.request;
};

/** Opens nothing yet: sockets are made on first use and closed with `agent.destroy()`. */
export function connect(config: ObjectStoreConfig): Connection {
  const { endPoint, port, useSSL, accessKey, secretKey, sessionToken, region } = config;
  const agent = useSSL ? new https.Agent({ keepAlive: true }) : new http.Agent({ keepAlive: true });
  return {
    config: {
      multipartAboveBytes: 4 * 1024 ** 3,
      partBytes: 64 * 1024 ** 2,
      idleTimeoutMs: 120_000,
      ...config,
    },
    // Retrying is Temporal's; the client's own loop would hide a sick server and print to the console.
    client: new Client({
      endPoint,
      port,
      useSSL,
      accessKey,
      secretKey,
      region,
      transportAgent: agent,
      retryOptions: { disableRetry: true },
      ...(sessionToken === undefined ? {} : { sessionToken }),
    }),
    agent,
    request: useSSL ? (https.request as typeof http.request) : http.request,
  };
}

/** What a presigned request is for. Every header given here is signed, so it must be sent with exactly this value. */
export type PresignWhat = {
  method: 'GET' | 'PUT' | 'HEAD';
  bucket: string;
  key: string;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  /** @default 3600; S3 allows up to 604800 */
  expirySeconds?: number;
};

/** A URL that carries its own permission until it expires. Source: AWS Signature Version 4, query parameters. */
export function presign({ config }: Connection, what: PresignWhat): string {
  const query = Object.entries(what.query ?? {}).map(([name, value]) => `${escaped(name)}=${escaped(value)}`);
  const path = escapedPath(what.bucket, what.key) + (query.length === 0 ? '' : `?${query.join('&')}`);
  const request = {
    protocol: protocolOf(config),
    method: what.method,
    path,
    headers: { ...what.headers, host: hostOf(config) },
  };
  return presignSignatureV4(
    request as SignableRequest,
    config.accessKey,
    config.secretKey,
    config.sessionToken,
    config.region,
    new Date(),
    what.expirySeconds ?? 3600,
  );
}

/**
 * URL and headers of a request signed in its headers, for what a presigned URL cannot say: how the body is framed.
 * @param what.payload the value of x-amz-content-sha256. Source: AWS Signature Version 4, authorization header
 */
export function signedRequest(
  { config }: Connection,
  what: { method: string; bucket: string; key: string; headers: Record<string, string>; payload: string },
): { url: string; headers: Record<string, string> } {
  const now = new Date();
  const path = escapedPath(what.bucket, what.key);
  const headers: Record<string, string> = {
    ...what.headers,
    host: hostOf(config),
    'x-amz-content-sha256': what.payload,
    'x-amz-date': now.toISOString().replace(/[-:]|\.\d+/g, ''),
    ...(config.sessionToken === undefined ? {} : { 'x-amz-security-token': config.sessionToken }),
  };
  const request = { method: what.method, path, headers } as SignableRequest;
  headers.authorization = signV4(
    request,
    config.accessKey,
    config.secretKey,
    config.region,
    now,
    what.payload,
  );
  return { url: `${protocolOf(config)}//${headers.host}${path}`, headers };
}

type SignableRequest = Parameters<typeof signV4>[0];

function protocolOf(config: ObjectStoreConfig): string {
  return config.useSSL ? 'https:' : 'http:';
}

function hostOf(config: ObjectStoreConfig): string {
  return config.port === (config.useSSL ? 443 : 80) ? config.endPoint : `${config.endPoint}:${config.port}`;
}

/** `/bucket/key` as it stands in a URL and in a copy's source. */
export function escapedPath(bucket: string, key: string): string {
  return `/${bucket}/${key.split('/').map(escaped).join('/')}`;
}

/** RFC 3986 escaping as the signature wants it: encodeURIComponent leaves `!'()*` alone. */
function escaped(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
