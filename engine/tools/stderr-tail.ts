const LIMIT_BYTES = 64 * 1024;
/** A line longer than this is a tool gone wrong; it is passed on in pieces. */
const LINE_LIMIT = 16 * 1024;

/** The last 64 KB of a program's standard error, and its lines as they come. URL queries (presigned keys) never stay in it. */
export class StderrTail {
  private chunks: Buffer[] = [];
  private size = 0;
  private rest = '';
  private readonly onLine: ((line: string) => void) | undefined;

  constructor(onLine?: (line: string) => void) {
    this.onLine = onLine;
  }

  push(chunk: Buffer): void {
    this.chunks.push(chunk);
    this.size += chunk.length;
    while (this.chunks.length > 1 && this.size - this.chunks[0]!.length >= LIMIT_BYTES)
      this.size -= this.chunks.shift()!.length;
    if (!this.onLine) return;
    // FFmpeg ends its status lines with a carriage return.
    const lines = (this.rest + chunk.toString('utf8')).split(/\r\n|\n|\r/);
    this.rest = lines.pop() ?? '';
    if (this.rest.length > LINE_LIMIT) {
      lines.push(this.rest);
      this.rest = '';
    }
    for (const line of lines) this.onLine(line);
  }

  /** Hands over a last line that has no line ending. */
  flush(): void {
    if (this.rest !== '') this.onLine?.(this.rest);
    this.rest = '';
  }

  text(): string {
    return withoutUrlSecrets(Buffer.concat(this.chunks).subarray(-LIMIT_BYTES).toString('utf8'));
  }
}

/** The text with the query of each URL replaced: a presigned query is a key to the footage and must not reach a log or a history. */
export function withoutUrlSecrets(text: string): string {
  return text.replace(/(https?:\/\/[^\s"'?]+)\?[^\s"']*/g, '$1?…');
}
