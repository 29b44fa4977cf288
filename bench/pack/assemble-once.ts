import { readFileSync } from 'node:fs';
import { assembleImage } from '../../src/main/assemble/assemble.ts';
import { openBlobStore } from '../../src/main/store/blob-store.ts';

/**
 * One build of an image from an empty cache, in a process of its own so that its memory can be seen. Arguments: the file
 * with the layers (JSON), the cache directory, the compression. Prints JSON.
 */
const [layersFile = '', directory = '', type = ''] = process.argv.slice(2);
const layers: readonly (readonly string[])[] = JSON.parse(readFileSync(layersFile, 'utf8'));
const paths = layers.flat().toSorted();
const node = new Map(paths.map((path, index) => [path, index]));
const graph = {
  size: paths.length,
  paths,
  narSizes: new Float64Array(paths.length),
  closureSizes: new Float64Array(paths.length),
  // Without hashes nothing is taken from a cache.
  narHashes: paths.map(() => ''),
  offsets: new Uint32Array(paths.length + 1),
  references: new Uint32Array(0),
  selfReferences: new Uint32Array(0),
  roots: new Uint32Array(0),
};
const start = performance.now();
const store = await openBlobStore(directory);
const image = await assembleImage({
  graph,
  layers: layers.map((group) => ({
    nodes: Uint32Array.from(group, (path) => node.get(path) ?? 0).sort(),
    // Larger than any sample: as many workers as there are cores.
    sizeBytes: 1e9 / layers.length,
  })),
  packages: [],
  platform: { os: 'linux', architecture: 'amd64' },
  compression: { type: type as 'gzip' | 'zstd' | 'none' },
  store,
});
const milliseconds = performance.now() - start;
store.close();
console.log(
  JSON.stringify({
    milliseconds,
    peakBytes: process.resourceUsage().maxRSS * 1024,
    plainBytes: image.layers.reduce((sum, layer) => sum + layer.sizeBytes, 0),
    packedBytes: image.layers.reduce((sum, layer) => sum + layer.compressedBytes, 0),
  }),
);
