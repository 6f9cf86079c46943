import { writeSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

/**
 * Prints `N passed, N failed, N skipped` as the very last line of the process, after every other report: that is the
 * line continuous integration reads. A run that is cut off before it could count says `0 passed, 1 failed`.
 */
export default class ClosingLine implements Reporter {
  private passed = 0;
  private failed = 1;
  private skipped = 0;

  onInit(): void {
    process.once('exit', (code) => {
      // Something besides the tests went wrong (a clean-up, coverage below its bound, no test at all): not a success.
      if (code !== 0 && this.failed === 0) this.failed = 1;
      const skipped = this.skipped > 0 ? `, ${this.skipped} skipped` : '';
      writeSync(1, `${this.passed} passed, ${this.failed} failed${skipped}\n`);
    });
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    this.failed = unhandledErrors.length;
    for (const module of modules) {
      const before = this.failed;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'passed') this.passed++;
        else if (state === 'failed') this.failed++;
        else this.skipped++;
      }
      // A file that cannot even be read, or whose set-up failed, is one failure though no test of it ran.
      if (module.state() === 'failed' && this.failed === before) this.failed++;
    }
  }
}
