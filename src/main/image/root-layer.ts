import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { displayPath, fsPath, type RawPath } from '../pack/raw-path.ts';
import type { TreeEntry } from '../pack/tar-tree.ts';
import { fileSystemError } from '../store/file-system-error.ts';
import { GROUP, NSSWITCH, PASSWD } from './accounts.ts';
import { packageFiles } from './list-package.ts';
import { mergePackages, type RootConflict, type RootPackage } from './merge-packages.ts';
import {
  directory,
  type ListDirectory,
  lookup,
  place,
  type RootDirectory,
  type RootNode,
  treeEntries,
} from './root-tree.ts';

export interface RootLayer {
  readonly entries: readonly TreeEntry[];
  readonly conflicts: readonly RootConflict[];
  /** Path of the certificate bundle inside the image, where a package brings one. */
  readonly certificateFile?: string;
  /** Text of the image's /etc/passwd and /etc/group. */
  readonly passwd: string;
  readonly group: string;
}

const CERTIFICATES = 'etc/ssl/certs/ca-bundle.crt';
/** Where Debian and Go look, and where Nix puts it. */
const CERTIFICATE_NAMES: readonly string[] = [CERTIFICATES, 'etc/ssl/certs/ca-certificates.crt'];
/** What can be /bin/sh, where no package says which: busybox goes by the name that it is called by. */
const SHELLS: readonly string[] = ['bin/sh', 'bin/bash', 'bin/dash', 'bin/busybox'];

/**
 * The layer that makes an image of the store paths below it: the packages' files under /bin, /lib, /share and so on, as
 * links into the store; and what programs expect of a system, unless a package brings it.
 *
 * @param packages in order of precedence. @throws StrataError `file-system`.
 */
export function rootLayer(packages: readonly RootPackage[]): RootLayer {
  const { list, isSameFile } = packageFiles(packages.map(({ path }) => dirname(path)));
  const { root, conflicts } = mergePackages(packages, list, isSameFile);
  const put = (path: RawPath, node: RootNode) => place(root, path, node, list);
  const find = (path: RawPath) => lookup(root, path, list);
  const link = (path: RawPath, target: RawPath | undefined) => {
    if (target !== undefined) put(path, { type: 'link', target, toDirectory: false });
  };

  link(
    'bin/sh',
    SHELLS.map(find).find((shell) => shell !== undefined),
  );
  link('usr/bin/env', find('bin/env'));
  const certificates = CERTIFICATE_NAMES.map(find).find((bundle) => bundle !== undefined);
  for (const name of CERTIFICATE_NAMES) link(name, certificates);

  putDirectories(root, list);
  const textAt = (path: RawPath, text: string) => {
    const node = put(path, { type: 'file', mode: 0o644, text });
    return node?.type === 'link' ? readText(node.target) : text;
  };
  const passwd = textAt('etc/passwd', PASSWD);
  const group = textAt('etc/group', GROUP);
  textAt('etc/nsswitch.conf', NSSWITCH);

  return {
    entries: treeEntries(root),
    conflicts,
    passwd,
    group,
    ...(certificates !== undefined && { certificateFile: `/${CERTIFICATES}` }),
  };
}

function readText(path: RawPath): string {
  try {
    return readFileSync(fsPath(path), 'utf8');
  } catch (error) {
    throw fileSystemError(error, 'read', displayPath(path));
  }
}

/**
 * Directories that programs take for granted. `dev`, `proc` and `sys` are for runtimes that mount there with a read-only
 * root, and for chroot.
 */
const DIRECTORIES: readonly (readonly [path: string, mode: number])[] = [
  ['dev', 0o755],
  ['proc', 0o555],
  ['root', 0o700],
  ['run', 0o755],
  ['sys', 0o555],
  ['tmp', 0o1777],
  ['var/empty', 0o555],
  ['var/tmp', 0o1777],
];

function putDirectories(root: RootDirectory, list: ListDirectory): void {
  for (const [path, mode] of DIRECTORIES) {
    const node = place(root, path, directory(), list);
    if (node?.type === 'directory') node.mode = mode;
  }
}
