import { cp } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Lays the bundles beside the archive too: for the command line, which runs on a Node that knows no archives, and for
 * worker threads. electron-builder's own extraResources would take them out of the archive.
 *
 * @param {{ appOutDir: string, packager: { projectDir: string, getResourcesDir(appOutDir: string): string } }} context
 */
export async function afterPack({ appOutDir, packager }) {
  const { projectDir } = packager;
  const resources = packager.getResourcesDir(appOutDir);
  const filter = (file) => !/\.map$|\/(host|index)\.js$|licenses\.json$/.test(file);
  for (const path of ['package.json', 'out/main', 'out/renderer']) {
    await cp(join(projectDir, path), join(resources, path), { recursive: true, filter });
  }
}
