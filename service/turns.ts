/** Those who wait until a slot may be free again, in order. Whoever no longer wants one is not called. */
export class Turns {
  #waiting = new Set<() => void>();

  /** Resolves when called. @throws DOMException AbortError when the reservation is no longer needed */
  wait(abort: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const giveUp = () => {
        this.#waiting.delete(called);
        reject(new DOMException('the reservation is no longer needed', 'AbortError'));
      };
      const called = () => {
        abort.removeEventListener('abort', giveUp);
        resolve();
      };
      if (abort.aborted) return giveUp();
      abort.addEventListener('abort', giveUp, { once: true });
      this.#waiting.add(called);
    });
  }

  /** Calls whoever has waited longest. */
  callNext(): void {
    const [next] = this.#waiting;
    if (next === undefined) return;
    this.#waiting.delete(next);
    next();
  }

  /** Calls everybody who waits now. */
  callAll(): void {
    const all = [...this.#waiting];
    this.#waiting.clear();
    for (const called of all) called();
  }
}
