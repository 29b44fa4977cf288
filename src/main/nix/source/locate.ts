import { lstatSync, readlinkSync, realpathSync } from 'node:fs';
import { physicalPath } from '../../../engine/graph/physical-path.ts';
import { followLinks } from '../../files/follow-links.ts';
import type { NixInstallation } from '../environment.ts';

export interface SourcePlace {
  /** With all links followed, as Nix writes it. */
  readonly path: string;
  /** The same as the system has it: paths of a store below another root are there. Every version of Nix reads them there. */
  readonly onDisk: string;
}

/** Where an absolute path leads, also by links into the store; undefined where that is nowhere. */
export function locate(
  path: string,
  { storeDirectory, storeRoot }: Pick<NixInstallation, 'storeDirectory' | 'storeRoot'>,
): SourcePlace | undefined {
  const onDisk = (here: string): string =>
    here.startsWith(`${storeDirectory}/`) || `${storeDirectory}/`.startsWith(`${here}/`)
      ? physicalPath(storeRoot, here)
      : here;
  try {
    const real = storeRoot === '' ? realpathSync(path) : followLinks(path, (here) => linkAt(onDisk(here)));
    return { path: real, onDisk: onDisk(real) };
  } catch {
    return undefined;
  }
}

function linkAt(path: string): string | undefined {
  return lstatSync(path).isSymbolicLink() ? readlinkSync(path) : undefined;
}
