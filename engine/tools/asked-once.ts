/** A question whose answer is kept. */
export type AskedOnce<T> = {
  /** The kept answer, or that of asking now. */
  answer(): Promise<T>;
  /** What was answered, or is being; undefined where nobody asked, or it was forgotten. */
  kept(): Promise<T> | undefined;
  forget(): void;
};

/**
 * Puts a question once and keeps its answer. A failure is not kept: it is passed on to who asked, and the next asks again;
 * so it is with an answer that `lasts` says no to.
 */
export function askedOnce<T>(
  ask: () => Promise<T>,
  lasts: (answer: T) => boolean = () => true,
): AskedOnce<T> {
  let kept: Promise<T> | undefined;
  return {
    kept: () => kept,
    forget() {
      kept = undefined;
    },
    async answer() {
      kept ??= ask();
      const asked = kept;
      const forget = () => {
        if (kept === asked) kept = undefined;
      };
      const answer = await asked.catch((error: unknown) => {
        forget();
        throw error;
      });
      if (!lasts(answer)) forget();
      return answer;
    },
  };
}
