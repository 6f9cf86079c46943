import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withLock } from '../lock.mjs';
import { cacheDir } from '../places.mjs';
import { makeEnvironment } from './python.mjs';

const requirementsPath = join(dirname(dirname(fileURLToPath(import.meta.url))), 'otio-adapters.txt');

/**
 * The program that turns AAF and XML timelines into OpenTimelineIO, installed when it is first asked for: nothing else needs it.
 * @throws Error when it is not there and cannot be installed
 */
export async function ensureOtioconvert({ cache = cacheDir(), log = () => {} } = {}) {
  const digest = createHash('sha256').update(readFileSync(requirementsPath)).digest('hex').slice(0, 12);
  const home = join(cache, 'otio', digest);
  const program = join(home, 'bin', 'otioconvert');
  const isWhole = () => existsSync(join(home, 'whole')) && existsSync(program);
  if (isWhole()) return program;
  return withLock(join(cache, 'otio.lock'), async () => {
    if (isWhole()) return program;
    log('Installing OpenTimelineIO with its AAF and XML adapters, once ...');
    await makeEnvironment(home, requirementsPath, () => {});
    return program;
  });
}
