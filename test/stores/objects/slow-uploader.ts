import { createObjectStore } from '../../../stores/objects/object-store.ts';
import { createFileReader } from '../../../stores/reading/file-reader.ts';

// A worker that stands still in the middle of an upload, to be killed there: says so on stdout.
const { config, ...order } = JSON.parse(process.argv[2] as string);
const store = createObjectStore(config, createFileReader({ threads: 1 }));
await store.uploadWhileHashing({
  ...order,
  progress: (bytesDone: number) => {
    if (bytesDone < 4 * 1024 ** 2) return;
    process.stdout.write('half way\n');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 600_000);
  },
});
