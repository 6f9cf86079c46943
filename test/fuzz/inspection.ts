import { InspectedClip } from '../../schemas/clip.ts';
import { mutate, randomNumbers, seeds } from '../engine/inspect/mutate.ts';
import { inspectBytes } from '../pipeline/inspection/inspect-bytes.ts';

/** Processor time that one file may take, damaged as it is; the clock would measure who else is on the machine. */
const LONGEST_MS = 1000;

/** Memory of the whole process, far above what a run needs: a reader that believes a length goes beyond it at once. */
const MOST_MEMORY_BYTES = 1024 * 1024 * 1024;

/**
 * Damages headers of every format our readers know and inspects each: no crash, no hang, a valid record.
 * Run: npm run fuzz -- inspection [--count N] [--seed N]
 * @throws Error with the mutation, its seed and its bytes
 */
export async function run(count = 100_000, seed = Date.now() % 1_000_000_000): Promise<void> {
  const next = randomNumbers(seed);
  const originals = seeds();
  let slowest = 0;
  console.log(`${count} mutations, seed ${seed}`);
  for (let i = 0; i < count; i++) {
    const { name, bytes } = originals[i % originals.length]!;
    const damaged = mutate(bytes, next);
    const started = process.cpuUsage();
    try {
      InspectedClip.parse(await inspectBytes({ [name]: damaged }));
    } catch (cause) {
      throw new Error(`mutation ${i} of ${name} with seed ${seed}: ${damaged.toString('hex')}`, { cause });
    }
    const { user, system } = process.cpuUsage(started);
    const took = (user + system) / 1000;
    if (took > LONGEST_MS)
      throw new Error(`mutation ${i} of ${name} with seed ${seed} took ${Math.round(took)} ms`);
    slowest = Math.max(slowest, took);
    const memory = process.memoryUsage.rss();
    if (memory > MOST_MEMORY_BYTES)
      throw new Error(`mutation ${i} of ${name} with seed ${seed} brought the process to ${memory} bytes`);
  }
  console.log(
    `all read; slowest ${slowest.toFixed(1)} ms, memory ${Math.round(process.memoryUsage().rss / 1024 / 1024)} MiB`,
  );
}
