import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** As somebody with the owner's rights would: the newest generation of a folder's history is gone, from the folder and from the chain. */
export function removeNewest(folder: string): void {
  const chain = join(folder, 'ascmhl/ascmhl_chain.xml');
  const text = readFileSync(chain, 'utf8');
  const last = text.slice(
    text.lastIndexOf('<hashlist '),
    text.lastIndexOf('</hashlist>') + '</hashlist>'.length,
  );
  writeFileSync(chain, text.replace(last, ''));
  rmSync(join(folder, 'ascmhl', /<path>(.*)<\/path>/.exec(last)![1]!));
}
