import { Worker } from 'node:worker_threads';
import type { MediaInfoQuestion, MediaInfoReply } from './mediainfo-worker.ts';
import type { ToolAnswer } from './tool-answer.ts';

/** A WASM loop that never ends can only be stopped from outside; no header takes this long, on a busy machine neither. */
const ANALYSIS_TIMEOUT_MS = 120_000;

type Waiting = { question: MediaInfoQuestion; started: number; resolve(answer: ToolAnswer): void };
type Lane = { worker: Worker; waiting: Waiting; timer: NodeJS.Timeout };

/** MediaInfo on worker threads: parallel, and a crash or endless loop on a hostile file costs one thread, not the process. */
export class MediaInfoPool {
  private readonly lanes = new Set<Lane>();
  private readonly idle: Worker[] = [];
  private readonly queue: Waiting[] = [];
  private readonly size: number;
  private nextId = 1;

  /** @param size worker threads, each with one WASM instance of some 20 MB */
  constructor(size: number) {
    this.size = size;
  }

  /** What MediaInfo says of a file or URL, as its JSON. A file it can't read is an answer with `error`. */
  ask(location: string): Promise<ToolAnswer> {
    return new Promise((resolve) => {
      this.queue.push({ question: { id: this.nextId++, location }, started: performance.now(), resolve });
      this.next();
    });
  }

  /** Ends all threads; what still waits is answered with an error. */
  async close(): Promise<void> {
    const workers = [...this.idle.splice(0), ...[...this.lanes].map((lane) => lane.worker)];
    for (const waiting of this.queue.splice(0))
      waiting.resolve(answerOf(waiting, { id: 0, error: 'the pool was closed' }));
    await Promise.all(workers.map((worker) => worker.terminate()));
  }

  private next(): void {
    while (this.queue.length > 0 && this.lanes.size < this.size) {
      const worker = this.idle.pop() ?? this.startWorker();
      const waiting = this.queue.shift()!;
      const lane: Lane = {
        worker,
        waiting,
        timer: setTimeout(
          () => this.discard(lane, `no answer within ${ANALYSIS_TIMEOUT_MS} ms`),
          ANALYSIS_TIMEOUT_MS,
        ),
      };
      this.lanes.add(lane);
      worker.ref();
      worker.removeAllListeners('message').on('message', (reply: MediaInfoReply) => this.finish(lane, reply));
      worker.removeAllListeners('error').on('error', (error: Error) => this.discard(lane, error.message));
      worker.removeAllListeners('exit').on('exit', () => this.discard(lane, 'the thread ended'));
      worker.postMessage(waiting.question);
    }
  }

  private startWorker(): Worker {
    return new Worker(new URL('./mediainfo-worker.ts', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: 512 },
    });
  }

  private finish(lane: Lane, reply: MediaInfoReply): void {
    if (reply.id !== lane.waiting.question.id || !this.lanes.delete(lane)) return;
    clearTimeout(lane.timer);
    // An idle thread does not keep the process alive.
    lane.worker.unref();
    this.idle.push(lane.worker);
    lane.waiting.resolve(answerOf(lane.waiting, reply));
    this.next();
  }

  private discard(lane: Lane, error: string): void {
    if (!this.lanes.delete(lane)) return;
    clearTimeout(lane.timer);
    lane.worker.removeAllListeners().on('error', () => undefined);
    void lane.worker.terminate();
    lane.waiting.resolve(answerOf(lane.waiting, { id: lane.waiting.question.id, error }));
    this.next();
  }
}

function answerOf(waiting: Waiting, reply: MediaInfoReply): ToolAnswer {
  const durationMs = performance.now() - waiting.started;
  const answer = { tool: 'mediainfo', version: 'unknown', output: null as unknown, durationMs };
  if (reply.json === undefined) return { ...answer, error: reply.error ?? 'no answer' };
  try {
    const output = JSON.parse(reply.json) as { creatingLibrary?: { version?: string } };
    return { ...answer, version: output.creatingLibrary?.version ?? 'unknown', output };
  } catch (error) {
    return {
      ...answer,
      error: `answer is not JSON: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}
