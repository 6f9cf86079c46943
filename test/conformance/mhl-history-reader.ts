import { loadHistories } from '../../standards/mhl/load-histories.ts';
import { listTree } from '../../standards/mhl/tree.ts';
import { openLocalTree } from '../../stores/local-tree.ts';

/** Reads the histories of the card in the first argument, and says how many files they record and what that took. */
const tree = openLocalTree(process.argv[2]!);
const before = process.cpuUsage();
const histories = await loadHistories(tree, await listTree(tree));
const { user, system } = process.cpuUsage(before);
process.stdout.write(
  JSON.stringify({ files: histories.all[0]!.files.size, cpuSeconds: (user + system) / 1e6 }),
);
