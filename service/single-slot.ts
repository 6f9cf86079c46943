import type { ActivitySlotInfo, CustomSlotSupplier, SlotPermit } from '@temporalio/worker';
import { Turns } from './turns.ts';

/**
 * Hands out exactly one permit at a time to everybody who shares it, and none any more once a task has used it: the
 * serverless shape, where a process does one activity and ends.
 */
export class SingleSlot implements CustomSlotSupplier<ActivitySlotInfo> {
  readonly type = 'custom';
  /** Resolves when the one activity is over. */
  readonly used: Promise<void>;
  #resolveUsed: () => void = () => undefined;
  #holder: SlotPermit | null = null;
  #spent = false;
  readonly #turns = new Turns();

  constructor() {
    this.used = new Promise((resolve) => {
      this.#resolveUsed = resolve;
    });
  }

  /** Whether a task took the one permit. */
  get isSpent(): boolean {
    return this.#spent;
  }

  async reserveSlot(_context: unknown, abort: AbortSignal): Promise<SlotPermit> {
    while (this.#spent || this.#holder !== null) await this.#turns.wait(abort);
    this.#holder = {};
    return this.#holder;
  }

  /** Eager tasks would bypass the queue, and with it priority. */
  tryReserveSlot(): SlotPermit | null {
    return null;
  }

  markSlotUsed(): void {
    this.#spent = true;
  }

  releaseSlot(): void {
    this.#holder = null;
    if (this.#spent) this.#resolveUsed();
    else this.#turns.callNext();
  }
}
