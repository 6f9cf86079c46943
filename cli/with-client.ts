import { connectRushes, type RushesClient } from '../service/client.ts';
import type { CommandContext } from './context.ts';

/** Gives a client of the configured Temporal server to `act`, and closes it after. @throws PipelineError service-away, and what `act` throws */
export async function withClient<T>(
  context: CommandContext,
  act: (rushes: RushesClient) => Promise<T>,
): Promise<T> {
  const rushes = await connectRushes(context.configuration().temporal);
  try {
    return await act(rushes);
  } finally {
    await rushes.close();
  }
}
