import { PipelineError } from '../schemas/failure.ts';
import type { TransferOrder } from '../schemas/transfer.ts';
import type { Dependencies } from './dependencies.ts';

/**
 * Passes only where this worker's configuration lets originals of the production lie at the destination. Every worker that
 * moves them asks anew: the strictest configuration wins.
 * @throws PipelineError refused-by-rule
 */
export function holdToResidency(
  { residency }: Pick<Dependencies, 'residency'>,
  { production, to }: TransferOrder,
): void {
  const allowed = residency[production] ?? [];
  if (allowed.includes(to)) return;
  const rule =
    allowed.length === 0
      ? 'no rule lets them leave their home'
      : `its rule names ${[...allowed].sort().join(', ')}`;
  throw new PipelineError(
    'refused-by-rule',
    `Originals of ${production} may not lie at ${to}: ${rule}. Nothing was sent.`,
    { production, to, allowed },
  );
}
