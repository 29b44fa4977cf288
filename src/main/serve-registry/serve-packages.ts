import { blobStoreDirectory } from '../build.ts';
import { openBlobStore } from '../store/blob-store.ts';
import { type BuildOnPullOptions, buildOnPull } from './build-on-pull.ts';
import { type RegistryServer, type RegistryServerOptions, startRegistryServer } from './server.ts';

export interface ServePackagesRequest
  extends Omit<BuildOnPullOptions, 'store'>,
    Omit<RegistryServerOptions, 'buildImage'> {}

/**
 * `strata registry`: serves the packages of a source until it is stopped. The layers that it has given out are held in
 * the blob store for so long.
 *
 * @throws StrataError `usage` where the port is taken, `file-system` or `disk-full`.
 */
export async function servePackages(request: ServePackagesRequest): Promise<RegistryServer> {
  const store = await openBlobStore(blobStoreDirectory(request.cacheDirectory));
  try {
    const server = await startRegistryServer({ ...request, buildImage: buildOnPull({ ...request, store }) });
    return {
      ...server,
      async stop() {
        await server.stop();
        store.close();
      },
    };
  } catch (error) {
    store.close();
    throw error;
  }
}
