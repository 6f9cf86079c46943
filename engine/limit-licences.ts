import { PipelineError } from '../schemas/failure.ts';
import type { Engine } from './engine.ts';

/**
 * Lets at most `licences` renders of an engine run at once in this process; the next one is a `capacity` failure at once, so
 * that it waits in the queue and not here. A site shares its licences out among its workers.
 */
export function limitLicences<E extends Engine>(engine: E, licences: number): E {
  let taken = 0;
  return {
    ...engine,
    async render(...args: Parameters<Engine['render']>) {
      if (taken >= licences)
        throw new PipelineError('capacity', `all ${licences} licences of this engine are taken here`, {
          licences,
          taken,
        });
      taken++;
      try {
        return await engine.render(...args);
      } finally {
        taken--;
      }
    },
  };
}
