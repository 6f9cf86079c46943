/** Milliseconds between two signs of life of a long step; a person looks away after a few seconds, not after a minute. */
const SIGN_OF_LIFE_MS = 15_000;

/** Tells a person which step of how many runs, how long it took, and that the long ones still live. `log` takes one line. */
export class Progress {
  #log;
  #total;
  #next = 0;
  #startedAt = Date.now();

  constructor(log, total) {
    this.#log = log;
    this.#total = total;
  }

  /** Runs one numbered step; `work` gets a function to say what it is at, shown with the next sign of life. */
  async step(title, work) {
    const label = `[${++this.#next}/${this.#total}]`;
    const startedAt = Date.now();
    let doing = '';
    this.#log(`${label} ${title} ...`);
    const timer = setInterval(() => {
      this.#log(`${label}   still at it after ${seconds(startedAt)}${doing ? `: ${doing}` : ''}`);
    }, SIGN_OF_LIFE_MS);
    try {
      const outcome = await work((text) => {
        doing = text;
      });
      this.#log(`${label} ${title}: done in ${seconds(startedAt)}`);
      return outcome;
    } catch (error) {
      this.#log(`${label} ${title}: FAILED after ${seconds(startedAt)}`);
      throw error;
    } finally {
      clearInterval(timer);
    }
  }

  /** Time since this progress began, for people: `12.3 s`. */
  elapsed() {
    return seconds(this.#startedAt);
  }
}

function seconds(since) {
  return `${((Date.now() - since) / 1000).toFixed(1)} s`;
}
