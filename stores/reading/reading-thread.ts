import { Worker } from 'node:worker_threads';
import type { FromThread, ToThread } from './thread-messages.ts';

/** Who waits for the answers about one file. */
export type Listener = { onMessage(message: FromThread): void; onDeath(error: Error): void };

/** One reading thread with the files it has in hand. It does not keep the process alive while idle. */
export class ReadingThread {
  readonly #worker: Worker;
  readonly #listeners = new Map<number, Listener>();
  #nextId = 1;
  #isDead = false;

  constructor() {
    // No flags of the parent: those of a test runner or of a debugger do not suit a plain thread.
    this.#worker = new Worker(new URL('./reader-thread.ts', import.meta.url), {
      execArgv: [],
    });
    this.#worker.on('message', (message: FromThread) => this.#listeners.get(message.id)?.onMessage(message));
    this.#worker.on('error', (error) =>
      this.#dieOf(error instanceof Error ? error : new Error(String(error))),
    );
    this.#worker.on('exit', () => this.#dieOf(new Error('the reading thread ended')));
    this.#worker.unref();
  }

  /** A dead thread answers nothing; its owner starts another. */
  get isDead(): boolean {
    return this.#isDead;
  }

  get jobCount(): number {
    return this.#listeners.size;
  }

  start(listener: Listener): number {
    const id = this.#nextId++;
    this.#listeners.set(id, listener);
    this.#worker.ref();
    return id;
  }

  end(id: number): void {
    this.#listeners.delete(id);
    if (this.#listeners.size === 0) this.#worker.unref();
  }

  send(message: ToThread): void {
    this.#worker.postMessage(message);
  }

  async terminate(): Promise<void> {
    await this.#worker.terminate();
  }

  #dieOf(error: Error): void {
    this.#isDead = true;
    const listeners = [...this.#listeners.values()];
    this.#listeners.clear();
    for (const listener of listeners) listener.onDeath(error);
  }
}
