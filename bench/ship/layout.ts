import { join } from 'node:path';
import { assembleImage } from '../../src/main/assemble/assemble.ts';
import { exportImage } from '../../src/main/images/export.ts';
import { openBlobStore } from '../../src/main/store/blob-store.ts';
import { takeSample } from '../pack/sample.ts';

/** An image as an OCI layout in a directory, which all tools read. */
export interface Layout {
  readonly directory: string;
  readonly layers: number;
  readonly compressedBytes: number;
}

/** Packs real store paths, the largest ones that fit alone and the rest together. */
export async function makeLayout(work: string, wantedBytes: number, budget: number): Promise<Layout> {
  const { paths: found } = takeSample(work, wantedBytes);
  const sizes = new Map(found.map(({ path, sizeBytes }) => [path, sizeBytes]));
  const paths = [...sizes.keys()].sort();
  const bySize = [...paths.keys()].sort((a, b) => sizeOf(b) - sizeOf(a));
  function sizeOf(node: number): number {
    return sizes.get(paths[node] ?? '') ?? 0;
  }
  const groups = [...bySize.slice(0, budget - 1).map((node) => [node]), bySize.slice(budget - 1)];
  const store = await openBlobStore(join(work, 'cache'));
  try {
    const image = await assembleImage({
      graph: {
        size: paths.length,
        paths,
        narSizes: Float64Array.from(paths, (path) => sizes.get(path) ?? 0),
        closureSizes: new Float64Array(paths.length),
        narHashes: paths.map(() => ''),
        offsets: new Uint32Array(paths.length + 1),
        references: new Uint32Array(0),
        selfReferences: new Uint32Array(0),
        roots: new Uint32Array(0),
      },
      layers: groups
        .filter((nodes) => nodes.length > 0)
        .map((nodes) => ({
          nodes: Uint32Array.from(nodes).sort(),
          sizeBytes: nodes.reduce((sum, node) => sum + sizeOf(node), 0),
        })),
      packages: [],
      platform: { os: 'linux', architecture: 'amd64' },
      compression: { type: 'gzip' },
      store,
    });
    const directory = join(work, 'layout');
    await exportImage({
      image,
      store,
      format: 'oci-dir',
      output: directory,
      name: { name: 'bench', tags: ['v1'] },
    });
    const compressedBytes = image.layers.reduce((sum, layer) => sum + layer.compressedBytes, 0);
    return { directory, layers: image.layers.length, compressedBytes };
  } finally {
    store.close();
  }
}
