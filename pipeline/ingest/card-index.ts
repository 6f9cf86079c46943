import { type Finding, finding } from '../../schemas/finding.ts';
import { cardFile, inFolder } from './card-file.ts';

/** What a card's own index says is on it, as its reader read it: Sony's MEDIAPRO.XML. */
export type CardIndex = { path: string; tree: unknown };

/**
 * Compares a card's index with its listing: media that the camera recorded and that is not there. Sony names each take and its
 * proxies by paths relative to the index. Source: Sony MEDIAPRO.XML as captured; shared reference inspection section 4.
 */
export function indexFindings(index: CardIndex, paths: ReadonlySet<string>): Finding[] {
  const { folder } = cardFile({ path: index.path, sizeBytes: 0 });
  const spelled = new Set([...paths].map((p) => p.toLowerCase()));
  return materials(index.tree).flatMap((uri) => {
    const path = inFolder(folder, uri.replace(/^\.\//, ''));
    // A path that leaves the card names nothing on it.
    if (path.includes('..') || spelled.has(path.toLowerCase())) return [];
    return [
      finding(
        'media-missing',
        { kind: 'file', id: path, path },
        `${index.path} lists ${uri}, which is not on the card. Offload it again, or confirm that it was deleted in the camera.`,
        { index: index.path, uri },
      ),
    ];
  });
}

function materials(tree: unknown): string[] {
  const material = at(at(tree, 'Contents'), 'Material');
  return (Array.isArray(material) ? material : [material]).flatMap((m) => {
    const uri = at(m, '@uri');
    return typeof uri === 'string' && uri !== '' ? [uri] : [];
  });
}

function at(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}
