import { dirname } from 'node:path';
import type { RawPath } from '../archive/raw-path.ts';
import { type AccountsFile, GROUP, mergeAccounts, NSSWITCH, PASSWD } from './accounts.ts';
import { type PackageFiles, packageFiles } from './list-package.ts';
import {
  inPrecedence,
  mergePackages,
  type RootConflict,
  type RootOmission,
  type RootPackage,
} from './merge-packages.ts';
import { rootRules } from './root-rules.ts';
import {
  directory,
  type ListDirectory,
  linkTo,
  lookup,
  place,
  type RootDirectory,
  type RootNode,
  textFile,
} from './root-tree.ts';

/** The root file system of an image: all of it but the store paths that its links lead to. */
export interface ImageRoot {
  readonly root: RootDirectory;
  readonly conflicts: readonly RootConflict[];
  readonly omissions: readonly RootOmission[];
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
 * The file system that makes an image of store paths: the packages' files under /bin, /lib, /share and so on, as links
 * into the store; and what programs expect of a system, unless a package brings it.
 *
 * @param packages in order of precedence.
 * @param storeRoot below which directory their paths lie on disk
 * @throws StrataError `file-system`.
 */
export function imageRoot(packages: readonly RootPackage[], storeRoot = ''): ImageRoot {
  const stores = packages.map(({ path }) => dirname(path));
  const { list, isSameFile, readText } = packageFiles(stores, storeRoot);
  const { root, conflicts, omissions } = mergePackages(packages, list, isSameFile, rootRules(stores));
  const put = (path: RawPath, node: RootNode) => place(root, path, node, list);
  const find = (path: RawPath) => lookup(root, path, list);
  const link = (path: RawPath, target: RawPath | undefined) => {
    if (target !== undefined) put(path, linkTo(target));
  };

  link(
    'bin/sh',
    SHELLS.map(find).find((shell) => shell !== undefined),
  );
  link('usr/bin/env', find('bin/env'));
  const certificates = CERTIFICATE_NAMES.map(find).find((bundle) => bundle !== undefined);
  for (const name of CERTIFICATE_NAMES) link(name, certificates);

  putDirectories(root, list);
  const passwd = mergedText('etc/passwd', packages, readText, PASSWD);
  const group = mergedText('etc/group', packages, readText, GROUP);
  // Not links: what runs containers looks up the user from outside, and refuses links that lead out of the image.
  put('etc/passwd', textFile(passwd.text));
  put('etc/group', textFile(group.text));
  put('etc/nsswitch.conf', textFile(NSSWITCH));

  return {
    root,
    conflicts,
    omissions: [...omissions, ...passwd.omissions, ...group.omissions],
    passwd: passwd.text,
    group: group.text,
    ...(certificates !== undefined && { certificateFile: `/${CERTIFICATES}` }),
  };
}

/** What the packages have at a path, merged; else the text that is given. */
function mergedText(
  path: RawPath,
  packages: readonly RootPackage[],
  readText: PackageFiles['readText'],
  otherwise: string,
): { readonly text: string; readonly omissions: readonly RootOmission[] } {
  const files: AccountsFile[] = [];
  const omissions: RootOmission[] = [];
  const omit = (owner: string, reason: string) =>
    omissions.push({ path: `/${path}`, package: owner, reason });
  for (const { name, path: output } of inPrecedence(packages)) {
    const found = readText(`${output}/${path}`);
    if (found?.type === 'text') files.push({ package: name, text: found.text });
    if (found?.type === 'unfit') omit(name, 'it is no short file in the store');
  }
  const [first, ...others] = files;
  if (first === undefined) return { text: otherwise, omissions };
  const { text, clashes } = mergeAccounts([first, ...others]);
  for (const { account, kept, dropped } of clashes) omit(dropped, `"${account}" is that of ${kept}`);
  return { text, omissions };
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
