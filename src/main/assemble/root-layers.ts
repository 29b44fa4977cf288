import type { CompressionSettings } from '../archive/codec.ts';
import { displayPath } from '../archive/raw-path.ts';
import type { DiskFile, TreeEntry } from '../archive/tar-tree.ts';
import { treeKey } from '../pack/layer-key.ts';
import { hashEntries } from '../root/hash-entries.ts';
import { FILE_LAYERS, layerTops, type RootDirectory, treeEntries } from '../root/root-tree.ts';
import type { LayerRequest } from './obtain-layers.ts';

/**
 * The layers of an image's root, in manifest order: the root layer, then those of the user's own files that there are.
 *
 * @throws StrataError `file-system` where a file cannot be read or changes; Cancelled.
 */
export async function rootLayers(
  root: RootDirectory,
  compression: CompressionSettings,
  signal?: AbortSignal,
): Promise<readonly LayerRequest[]> {
  const layers = [
    { kind: 'root', entries: treeEntries(root), files: [] } as const,
    ...FILE_LAYERS.map(
      (layer) =>
        ({
          kind: 'files',
          entries: treeEntries(root, layer),
          files: layerTops(root, layer).map((path) => `/${displayPath(path)}`),
        }) as const,
    ),
  ].filter(({ kind, entries }) => kind === 'root' || entries.length > 0);
  const requests: LayerRequest[] = [];
  for (const { kind, entries: found, files } of layers) {
    const entries = await hashEntries(found, signal);
    requests.push({
      kind,
      contents: { type: 'tree', entries },
      key: treeKey(entries, compression),
      estimatedBytes: entries.reduce((sum, entry) => sum + HEADER_BYTES + diskBytes(entry), 0),
      packages: [],
      files,
    });
  }
  return requests;
}

const HEADER_BYTES = 512;

function diskBytes(entry: TreeEntry<DiskFile>): number {
  return entry.type === 'file' && 'disk' in entry ? entry.disk.sizeBytes : 0;
}
