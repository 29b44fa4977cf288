import { assembleImage } from '../../src/main/assemble/assemble.ts';
import { exportImage } from '../../src/main/images/export.ts';
import { openBlobStore } from '../../src/main/store/blob-store.ts';
import { StrataError } from '../../src/shared/errors.ts';
import { graphOf, layersOf } from './fake-store.ts';

/**
 * A process that assembles and exports an image, to be killed or to run out of disk. Arguments: the cache directory, the
 * file to export to, then the store paths, a layer each. Prints a line for each layer that is whole, then the manifest's
 * digest; fails with the code of the error.
 */
const [cache = '', output = '', ...paths] = process.argv.slice(2);
const graph = graphOf(paths, () => 20e6);
try {
  const store = await openBlobStore(cache);
  try {
    const image = await assembleImage({
      graph,
      layers: layersOf(
        graph,
        paths.map((path) => [path]),
      ),
      packages: paths.map((path) => ({ name: path, path })),
      platform: { os: 'linux', architecture: 'amd64' },
      compression: { type: 'gzip' },
      store,
      onProgress: ({ state, layer }) => console.log(`${state} ${layer}`),
    });
    console.log('exporting');
    await exportImage({
      image,
      store,
      format: 'oci',
      output,
      name: { name: 'image', tags: ['latest'] },
      onProgress: ({ doneBytes }) => console.log(`exported ${doneBytes}`),
    });
    console.log(image.manifest.descriptor.digest);
  } finally {
    store.close();
  }
} catch (error) {
  if (!(error instanceof StrataError)) throw error;
  console.log(`${error.code}: ${error.message}`);
  process.exitCode = 1;
}
