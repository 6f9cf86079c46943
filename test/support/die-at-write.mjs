// Loaded before a program: it dies, as by SIGKILL, just before its n-th change of a file system (RUSHES_TEST_DIES_AT, from 1).
import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

const diesAt = Number(process.env.RUSHES_TEST_DIES_AT);
let changes = 0;

function count() {
  changes += 1;
  if (changes === diesAt) process.kill(process.pid, 'SIGKILL');
}

for (const name of ['link', 'mkdir', 'rename', 'rm', 'unlink']) {
  const original = fs[name];
  fs[name] = (...args) => {
    count();
    return original(...args);
  };
}

const open = fs.open;
fs.open = async (file, flags, ...rest) => {
  const writes = typeof flags === 'string' && flags !== 'r';
  if (writes) count();
  const handle = await open(file, flags, ...rest);
  if (writes) {
    const write = handle.writeFile.bind(handle);
    handle.writeFile = (...args) => {
      count();
      return write(...args);
    };
  }
  return handle;
};
syncBuiltinESMExports();
