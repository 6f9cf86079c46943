import { connect } from 'node:net';
import { Connection } from '@temporalio/client';
import { PipelineError } from '../schemas/failure.ts';

/** For a server that is there or not. */
const AT_ONCE = '5 seconds';
/** For one that listens and is too busy to greet, or is being moved to another host. */
const WHERE_ONE_LISTENS = '55 seconds';
const LISTENS_WITHIN_MS = 2000;

/**
 * Connects to the Temporal server at `host:port`; the caller closes. Where nobody listens that is said after five seconds; a
 * server that listens has a minute to greet.
 * @throws PipelineError service-away
 */
export async function connectTemporal(address: string): Promise<Connection> {
  try {
    return await Connection.connect({ address, connectTimeout: AT_ONCE });
  } catch (first) {
    const again = (await listens(address))
      ? Connection.connect({ address, connectTimeout: WHERE_ONE_LISTENS })
      : Promise.reject(first);
    return again.catch((cause: unknown) => {
      throw new PipelineError(
        'service-away',
        `No Temporal server answers at ${address}: start one with \`rushes up\`.`,
        { address },
        { cause },
      );
    });
  }
}

/** Whether the system takes connections there; a server that is busy or stopped has them taken for it. */
function listens(address: string): Promise<boolean> {
  const [, host = '', port = ''] = /^(.*):(\d+)$/.exec(address) ?? [];
  if (port === '') return Promise.resolve(false);
  return new Promise((resolve) => {
    const socket = connect(Number(port), host.replace(/^\[|\]$/g, ''));
    const tell = (is: boolean) => {
      socket.destroy();
      resolve(is);
    };
    socket.once('connect', () => tell(true)).once('error', () => tell(false));
    socket.setTimeout(LISTENS_WITHIN_MS, () => tell(false));
  });
}
