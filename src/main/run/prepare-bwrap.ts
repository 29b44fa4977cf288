import { lstatSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { RuntimeConfig } from '../../engine/oci/types.ts';
import type { DiskFile, TreeEntry } from '../archive/tar-tree.ts';
import { bwrapCommand } from './bwrap-command.ts';
import { checkProgram } from './check-program.ts';
import { imageView } from './image-view.ts';
import { prepareStoreMounts } from './mount-store-paths.ts';
import { placeInImage } from './place-in-image.ts';
import type { PreparedRun } from './program.ts';
import type { RunRequest } from './request.ts';
import { openRunDirectory, removeTree } from './run-directory.ts';
import { runSettings } from './settings.ts';
import { startBwrap } from './start-bwrap.ts';
import { writeSystemFiles } from './system-files.ts';
import { writeRoot } from './write-root.ts';

/** An image as its parts lie on this machine. */
export interface ImageParts {
  /** With its defaults. */
  readonly config: RuntimeConfig;
  readonly storePaths: readonly string[];
  /** Below which directory the store paths lie. */
  readonly storeRoot: string;
  /** The image that it is on. */
  readonly base?: BaseParts | undefined;
  /** All but the store paths and the base. */
  readonly entries: readonly TreeEntry<DiskFile>[];
  readonly passwd: string;
  readonly group: string;
}

interface BaseParts {
  /** Writes what it has into an empty directory. */
  readonly unpack: (directory: string, withOwners: boolean) => Promise<void>;
}

export interface BwrapContext {
  readonly cacheDirectory: string;
  readonly hostname: string;
  /** What the terminal that the program is shown on says that it is. */
  readonly term?: string | undefined;
}

/**
 * Lays an image out for bubblewrap: a root file system of its own, with a place for each store path.
 *
 * @throws StrataError `program-missing`, `program-unusable`, `usage`, `not-found`, `file-system`, `disk-full`.
 */
export async function prepareBwrap(
  image: ImageParts,
  request: RunRequest,
  context: BwrapContext,
): Promise<PreparedRun> {
  const { config, base, storePaths, storeRoot, entries, passwd, group } = image;
  const { cacheDirectory, hostname, term } = context;
  const settings = runSettings({ config, passwd, group, request, hostname, term });
  const asRoot = process.geteuid?.() === 0;
  const directory = openRunDirectory(cacheDirectory);
  const close = () => removeTree(directory);
  try {
    const root = join(directory, 'root');
    mkdirSync(root);
    await base?.unpack(root, asRoot);
    writeRoot(entries, { directory: root, withOwners: asRoot });
    const mountTable = prepareStoreMounts(storePaths, storeRoot, root, directory);
    const view = imageView(root, storeRoot, storePaths);
    writeSystemFiles(view, hostname, request.hasNetwork);
    const owner = asRoot ? settings.identity : undefined;
    const inImage = (path: string) => placeInImage(view, { path, type: 'directory', owner });
    const workingDirectory = inImage(settings.workingDirectory);
    const volumes = request.volumes.map((volume) => {
      const type = lstatSync(volume.from).isDirectory() ? 'directory' : 'file';
      return { ...volume, to: placeInImage(view, { path: volume.to, type }) };
    });
    const writable = Object.keys(config.Volumes ?? {}).map(inImage);
    checkProgram(view, { ...settings, workingDirectory });
    const command = bwrapCommand({
      settings: { ...settings, workingDirectory },
      root,
      mountTable,
      asRoot,
      volumes,
      writable,
      isReadOnly: request.isReadOnly,
      hasNetwork: request.hasNetwork,
    });
    return { start: (attachment) => startBwrap(command, attachment, { asRoot }), close };
  } catch (error) {
    close();
    throw error;
  }
}
