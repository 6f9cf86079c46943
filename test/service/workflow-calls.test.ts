import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { openWorkflowCalls } from '../../service/workflow-calls.ts';
import { freePort } from '../../setup/stack/ports.mjs';
import { freshNamespace } from '../support/stack.ts';
import { until } from '../support/until.ts';

test('a server that was away when it was first asked is asked again by the next who needs it', async () => {
  const { address, namespace } = await freshNamespace();
  const port = await freePort();
  const calls = openWorkflowCalls({ address: `127.0.0.1:${port}`, namespace });
  const tell = () => calls.tellTurnovers(['AGM/none/1'], 'AGM/20260930/A001R1AA');
  await expect(tell()).rejects.toMatchObject({ code: 'service-away' });

  const [host, serverPort] = address.split(':') as [string, string];
  const door = createServer((socket) => {
    const server = connect(Number(serverPort), host);
    socket.pipe(server).pipe(socket);
    for (const each of [socket, server]) each.on('error', () => socket.destroy());
  }).listen(port, '127.0.0.1');
  await once(door, 'listening');
  // The client library waits longer after each attempt that failed, as the next attempt of an activity does.
  const { told } = await until('an answer of the server', () =>
    tell().then(
      (told) => ({ told }),
      () => null,
    ),
  );
  // The server is there, the turnover is not: nobody was told.
  expect(told).toBe(0);
  await calls.close();
  door.close();
});

test('one that asked nothing connects to nothing, and ends', async () => {
  const calls = openWorkflowCalls({ address: `127.0.0.1:${await freePort()}`, namespace: 'default' });
  expect(await calls.tellTurnovers([], 'AGM/20260930/A001R1AA')).toBe(0);
  await calls.close();
});
