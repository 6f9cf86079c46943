import { openSource } from './byte-source.ts';
import { readAvchdPlaylist } from './sidecars/avchd-playlist.ts';
import { readSidecar, type SidecarFacts } from './sidecars/read-sidecar.ts';
import { type ContentKind, SNIFF_BYTES, sniff } from './sniff.ts';

/**
 * Looks into a file without any tool: its kind by its first bytes, and what it says where it is a text that a sidecar reader knows.
 * @param location a local path or a URL that answers ranges
 * @throws PipelineError not-found, unreadable, service-away
 */
export async function lookAt(
  location: string,
  signal?: AbortSignal,
): Promise<{ sniffed: ContentKind; document: SidecarFacts | null }> {
  const source = await openSource(location, signal);
  try {
    const sniffed = sniff(await source.read(0, SNIFF_BYTES));
    if (sniffed === 'text') return { sniffed, document: await readSidecar(source) };
    const playlist = sniffed === 'mpls' ? await readAvchdPlaylist(source) : null;
    return { sniffed, document: playlist && { tool: 'avchd-playlist', output: playlist } };
  } finally {
    await source.close();
  }
}
