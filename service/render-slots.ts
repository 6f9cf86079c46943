import type { ActivitySlotInfo, CustomSlotSupplier, SlotPermit } from '@temporalio/worker';

/**
 * Slots of the render pool, each for a core. An attempt whose pictures are made only waits for the network: while it sends
 * its last frames and writes them down, the next one begins on its core. So there are never more than `size` that compute,
 * and never more than twice as many in all.
 */
export class RenderSlots implements CustomSlotSupplier<ActivitySlotInfo> {
  readonly type = 'custom';
  readonly #size: number;
  #held = 0;
  #leaving = 0;
  #waiting: (() => void)[] = [];

  constructor(size: number) {
    this.#size = size;
  }

  /** An attempt computes no more. @returns to be called when it has ended */
  leave(): () => void {
    this.#leaving++;
    this.#wake();
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      this.#leaving--;
    };
  }

  async reserveSlot(_context: unknown, abort: AbortSignal): Promise<SlotPermit> {
    while (this.#computing >= this.#size) await this.#turn(abort);
    this.#held++;
    return {};
  }

  /** Eager tasks would bypass the queue, and with it priority. */
  tryReserveSlot(): SlotPermit | null {
    return null;
  }

  markSlotUsed(): void {}

  releaseSlot(): void {
    this.#held--;
    this.#wake();
  }

  get #computing(): number {
    return this.#held - Math.min(this.#leaving, this.#size);
  }

  #wake(): void {
    for (const look of this.#waiting.splice(0)) look();
  }

  #turn(abort: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const onAbort = () => reject(new DOMException('the reservation is no longer needed', 'AbortError'));
      if (abort.aborted) return onAbort();
      abort.addEventListener('abort', onAbort, { once: true });
      this.#waiting.push(() => {
        abort.removeEventListener('abort', onAbort);
        resolve();
      });
    });
  }
}
