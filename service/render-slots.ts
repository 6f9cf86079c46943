import type { ActivitySlotInfo, CustomSlotSupplier, SlotPermit } from '@temporalio/worker';
import { Turns } from './turns.ts';

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
  readonly #turns = new Turns();

  constructor(size: number) {
    this.#size = size;
  }

  /** An attempt computes no more. @returns to be called when it has ended */
  leave(): () => void {
    this.#leaving++;
    this.#turns.callAll();
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      this.#leaving--;
    };
  }

  async reserveSlot(_context: unknown, abort: AbortSignal): Promise<SlotPermit> {
    while (this.#computing >= this.#size) await this.#turns.wait(abort);
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
    this.#turns.callAll();
  }

  get #computing(): number {
    return this.#held - Math.min(this.#leaving, this.#size);
  }
}
