import { join } from 'node:path';
import { startRegistryServer } from '../../src/main/serve-registry/server.ts';
import { openBlobStore } from '../../src/main/store/blob-store.ts';
import { buildOnPull } from '../../src/main/verbs/build-on-pull.ts';
import { FIXTURE_SET, isolatedNix } from '../main/nix/support/isolated-nix.ts';

/** A registry of Strata whose packages cannot be had. */
export interface BuildingRegistry {
  /** `127.0.0.1:PORT`. */
  readonly address: string;
  /** How often something was built, or tried. */
  readonly builds: () => number;
  stop(): Promise<void>;
}

export async function startBuildingRegistry(): Promise<BuildingRegistry> {
  const nix = await isolatedNix();
  const store = await openBlobStore(join(nix.cacheDirectory, 'blobs'));
  const { buildImage, lookUp } = buildOnPull({
    store,
    source: { type: 'path', path: FIXTURE_SET },
    template: { defaults: { cacert: false, ianaEtc: false } },
    cacheDirectory: nix.cacheDirectory,
    nix: { options: [] },
    env: nix.env,
  });
  let builds = 0;
  const server = await startRegistryServer({
    onPull: {
      buildImage(request, signal) {
        builds += 1;
        return buildImage(request, signal);
      },
      lookUp,
    },
    port: 0,
  });
  return {
    address: server.address,
    builds: () => builds,
    async stop() {
      await server.stop();
      store.close();
      await nix.remove();
    },
  };
}
