import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type AssembleOptions, assembleImage } from '../../src/main/assemble/assemble.ts';
import type { Image } from '../../src/main/assemble/image.ts';
import { type BlobStore, openBlobStore } from '../../src/main/store/blob-store.ts';
import { type FakeStore, fakeStore, graphOf, layersOf } from './fake-store.ts';

/** Three small packages in a store that looks like Nix's, and a blob store beside it. */
export interface Sample {
  readonly store: FakeStore;
  readonly paths: { readonly hello: string; readonly library: string; readonly data: string };
  readonly cache: string;
  openStore(): Promise<BlobStore>;
  assemble(blobs: BlobStore, options?: Partial<AssembleOptions>): Promise<Image>;
  emptyCache(): void;
  remove(): void;
}

export function sampleImage(): Sample {
  const store = fakeStore();
  const paths = {
    hello: store.add('hello-2.10', {
      bin: { directory: { hello: { executable: '#!/bin/sh\necho Hello\n' }, sh: { executable: 'shell' } } },
    }),
    library: store.add('library-1.0', {
      lib: { directory: { 'libl.so': Buffer.alloc(300_000, 'library') } },
    }),
    data: store.add('data-3', {
      etc: {
        directory: { ssl: { directory: { certs: { directory: { 'ca-bundle.crt': 'PEM' } } } } },
      },
      share: { directory: { numbers: Array.from({ length: 200_000 }, (_, index) => index).join('\n') } },
    }),
  };
  const graph = graphOf(Object.values(paths));
  const cache = join(store.root, 'cache');
  return {
    store,
    paths,
    cache,
    openStore: () => openBlobStore(cache),
    assemble: (blobs, options = {}) =>
      assembleImage({
        graph,
        layers: layersOf(graph, [[paths.library], [paths.hello, paths.data]]),
        packages: [
          { name: 'hello', path: paths.hello },
          { name: 'data', path: paths.data },
        ],
        platform: { os: 'linux', architecture: 'amd64' },
        config: { Cmd: ['/bin/hello'] },
        compression: { type: 'gzip' },
        store: blobs,
        ...options,
      }),
    emptyCache: () => rmSync(cache, { recursive: true, force: true }),
    remove: () => store.remove(),
  };
}
