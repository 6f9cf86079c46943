/** What a new object is. */
export type NewObject = {
  bucket: string;
  key: string;
  sizeBytes: number;
  metadata: Record<string, string>;
  signal?: AbortSignal | undefined;
};

/** Where the bytes of one new object go. Nothing exists before `complete`. */
export type ObjectSink = {
  /** Resolves when the piece may be used again. */
  write(bytes: Uint8Array): Promise<void>;
  /** Makes the object, if and only if its key is still free. */
  complete(): Promise<{ etag: string; versionId: string | null } | 'exists'>;
  /**
   * Gives up: no object appears. Harmless after `complete`.
   * @param rest the last bytes, where all others were sent: a part then ends in order, and its server can forget it at once
   */
  abort(rest?: Uint8Array): Promise<void>;
};

/** S3 spells user metadata as headers. */
export function metadataHeaders(metadata: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(metadata).map(([name, value]) => [`x-amz-meta-${name}`, value]));
}
