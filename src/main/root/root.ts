import { dirname } from 'node:path';
import type { StrataDocument } from '../../shared/document.ts';
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
import { withOwnAccounts } from './own-accounts.ts';
import { putDirectories, putHomes } from './own-directories.ts';
import { putFiles } from './own-files.ts';
import { ownersOf } from './owner.ts';
import { privilegeNotices, putPermissions } from './permissions.ts';
import { withPropagatedPackages } from './propagated-packages.ts';
import { type FoundFiles, type ReadFilesContext, readOwnFiles } from './read-own-files.ts';
import { rootRules } from './root-rules.ts';
import {
  DEFAULT_ORIGIN,
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
  /** What else the user should know, as sentences. */
  readonly notices: readonly string[];
  /** Path of the certificate bundle inside the image, where a package brings one. */
  readonly certificateFile?: string;
  /** Text of the image's /etc/passwd and /etc/group. */
  readonly passwd: string;
  readonly group: string;
}

/** The fields of a document that are about its root, beside the packages. */
export type RootFields = Pick<StrataDocument, 'accounts' | 'files' | 'directories' | 'permissions'>;

const CERTIFICATES = 'etc/ssl/certs/ca-bundle.crt';
/** Where Debian and Go look, and where Nix puts it. */
const CERTIFICATE_NAMES: readonly string[] = [CERTIFICATES, 'etc/ssl/certs/ca-certificates.crt'];
/** What can be /bin/sh, where no package says which: busybox goes by the name that it is called by. */
const SHELLS: readonly string[] = ['bin/sh', 'bin/bash', 'bin/dash', 'bin/busybox'];

export interface RootInput {
  /** In order of precedence. */
  readonly packages: readonly RootPackage[];
  /** Whether the image has a store path: of those that packages propagate, the files of these are in the root too. */
  readonly isInImage?: ((path: string) => boolean) | undefined;
  /** Below which directory their paths lie on disk. */
  readonly storeRoot?: string | undefined;
  /** What a document adds. */
  readonly own?: RootFields | undefined;
  /** Where the document's files are. */
  readonly ownFiles?: ReadonlyMap<number, FoundFiles> | undefined;
}

const NO_FILES: ReadonlyMap<number, FoundFiles> = new Map();

/** {@link rootTree} with the files of this machine that the document names. @throws also what {@link readOwnFiles} does. */
export async function imageRoot(input: RootInput, context: ReadFilesContext = {}): Promise<ImageRoot> {
  return rootTree({ ...input, ownFiles: await readOwnFiles(input.own?.files ?? [], context) });
}

/**
 * The file system that makes an image of store paths: the packages' files under /bin, /lib, /share and so on, as links
 * into the store; what programs expect of a system, unless a package brings it; and what the document adds.
 *
 * @throws StrataError `file-system`; `invalid-document` where the document and the packages do not go together.
 */
export function rootTree({
  packages: selected,
  isInImage = () => false,
  storeRoot = '',
  own = {},
  ownFiles = NO_FILES,
}: RootInput): ImageRoot {
  const packages = withPropagatedPackages(selected, isInImage, storeRoot);
  const stores = packages.map(({ path }) => dirname(path));
  const { list, isSameFile, readText, fileAt } = packageFiles(stores, storeRoot);
  const ruleOf = rootRules(stores);
  const { root, conflicts, omissions } = mergePackages(packages, list, isSameFile, ruleOf);
  const certificates = putSystemLinks(root, list);
  putSystemDirectories(root, list);
  const brought = mergedAccounts(packages, readText);
  const accounts = own.accounts === undefined ? brought : withOwnAccounts(brought, own.accounts);
  const put = (path: RawPath, node: RootNode) => place(root, path, node, list);
  // Not links: what runs containers looks up the user from outside, and refuses links that lead out of the image.
  put('etc/passwd', textFile(accounts.passwd));
  put('etc/group', textFile(accounts.group));
  if (accounts.shadow !== undefined) put('etc/shadow', textFile(accounts.shadow, 0o600));
  put('etc/nsswitch.conf', textFile(NSSWITCH));

  const context = { root, list, ruleOf, ownerOf: ownersOf(accounts.passwd, accounts.group) };
  putHomes(accounts.homes, context);
  putFiles(own.files ?? [], ownFiles, context);
  putDirectories(own.directories ?? [], context);
  const copied = putPermissions(own.permissions ?? [], { ...context, fileAt });
  return {
    root,
    conflicts,
    omissions: [...omissions, ...brought.omissions],
    notices: [...copied, ...privilegeNotices(root)],
    passwd: accounts.passwd,
    group: accounts.group,
    ...(certificates !== undefined && { certificateFile: `/${CERTIFICATES}` }),
  };
}

/** Links by which programs find others. @returns where the certificates are in the store. */
function putSystemLinks(root: RootDirectory, list: ListDirectory): RawPath | undefined {
  const find = (path: RawPath) => lookup(root, path, list);
  const link = (path: RawPath, target: RawPath | undefined) => {
    if (target !== undefined) place(root, path, linkTo(target), list);
  };
  link(
    'bin/sh',
    SHELLS.map(find).find((shell) => shell !== undefined),
  );
  link('usr/bin/env', find('bin/env'));
  const certificates = CERTIFICATE_NAMES.map(find).find((bundle) => bundle !== undefined);
  for (const name of CERTIFICATE_NAMES) link(name, certificates);
  return certificates;
}

/** The accounts that packages bring, else those that every image has. */
function mergedAccounts(packages: readonly RootPackage[], readText: PackageFiles['readText']) {
  const passwd = mergedText('etc/passwd', packages, readText);
  const group = mergedText('etc/group', packages, readText);
  const shadow = mergedText('etc/shadow', packages, readText);
  return {
    passwd: passwd.text ?? PASSWD,
    group: group.text ?? GROUP,
    shadow: shadow.text,
    homes: [],
    omissions: [passwd, group, shadow].flatMap(({ omissions }) => omissions),
  };
}

/** What the packages have at a path, merged. */
function mergedText(
  path: RawPath,
  packages: readonly RootPackage[],
  readText: PackageFiles['readText'],
): { readonly text: string | undefined; readonly omissions: readonly RootOmission[] } {
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
  if (first === undefined) return { text: undefined, omissions };
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

function putSystemDirectories(root: RootDirectory, list: ListDirectory): void {
  for (const [path, mode] of DIRECTORIES) {
    const node = place(root, path, directory(), list);
    if (node?.type === 'directory') Object.assign(node, { mode, origin: DEFAULT_ORIGIN });
  }
}
