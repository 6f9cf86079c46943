import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocketServer } from 'ws';
import { freePort } from '../../../setup/stack/ports.mjs';

/** A flapid that tells its port some time before it listens on it, and answers everything with «late». */
const port = await freePort();
writeFileSync(process.argv[5]!, `${port}\n`);
await sleep(1200);
const server = new WebSocketServer({ host: 'localhost', port });
server.on('connection', (socket) => {
  socket.on('message', (data) => {
    const { id } = JSON.parse(String(data)) as { id?: number };
    if (id !== undefined) socket.send(JSON.stringify({ id, result: 'late' }));
  });
  socket.on('close', () => process.exit(0));
});
