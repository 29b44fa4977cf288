import { dirname } from 'node:path';
import type { ClosureGraph } from '../../engine/graph/closure-graph.ts';
import type { RootDocument } from '../../shared/document.ts';
import { displayPath, type RawPath, raw, rawPath } from '../archive/raw-path.ts';
import { type AccountsFile, GROUP, mergeAccounts, NSSWITCH, PASSWD } from './accounts.ts';
import { type BaseRoot, baseTree, listInBase } from './base-root.ts';
import { type LaidOver, layOver } from './lay-over.ts';
import { type PackageFiles, packageFiles } from './list-package.ts';
import {
  inPrecedence,
  mergePackages,
  type RootConflict,
  type RootOmission,
  type RootPackage,
} from './merge-packages.ts';
import { putNixDatabase } from './nix-database.ts';
import { withOwnAccounts } from './own-accounts.ts';
import { putDirectories, putHomes } from './own-directories.ts';
import { putFiles } from './own-files.ts';
import { ownersOf } from './owner.ts';
import { privilegeNotices, putPermissions } from './permissions.ts';
import { withPriorities } from './priorities.ts';
import { withPropagatedPackages } from './propagated-packages.ts';
import { find, findDirectory, reachDirectory } from './reach.ts';
import { type FoundFiles, type ReadFilesContext, readOwnFiles } from './read-own-files.ts';
import { onlyPaths, rootRules } from './root-rules.ts';
import {
  DEFAULT_ORIGIN,
  directory,
  type ListDirectory,
  linkTo,
  lookup,
  place,
  type RootDirectory,
  type RootFile,
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
  /** Whether something is at an absolute path; what is in store paths is only known as far as links lead there. */
  readonly has: (path: string) => boolean;
  /** Of a directory, by its absolute path. */
  readonly namesIn: (path: string) => readonly string[];
}

/** The fields of a document that are about its root, beside the packages. */
export type RootFields = Omit<RootDocument, 'base' | 'packages'>;

const CERTIFICATES = raw`etc/ssl/certs/ca-bundle.crt`;
/** Where Debian and Go look, and where Nix puts it. */
const CERTIFICATE_NAMES = [CERTIFICATES, raw`etc/ssl/certs/ca-certificates.crt`];
/** What can be /bin/sh, where no package says which: busybox goes by the name that it is called by. */
const SHELLS = [raw`bin/sh`, raw`bin/bash`, raw`bin/dash`, raw`bin/busybox`];

export interface RootInput {
  /** In order of precedence. */
  readonly packages: readonly RootPackage[];
  /** Below which directory their paths lie on disk. */
  readonly storeRoot?: string | undefined;
  /** What a document adds. */
  readonly own?: RootFields | undefined;
  /** Of the whole image: what packages propagate is in the root where it is in the image; and Nix's database is made of it. */
  readonly closure?: ClosureGraph | undefined;
  /** Where the document's files are. */
  readonly ownFiles?: ReadonlyMap<number, FoundFiles> | undefined;
  /** The image that it is put on. */
  readonly base?: BaseRoot | undefined;
  /** Names of packages that nobody asked for: they leave the base's files as they are. */
  readonly yielding?: ReadonlySet<string> | undefined;
}

const NO_FILES: ReadonlyMap<number, FoundFiles> = new Map();

/** {@link rootTree} with the files of this machine that the document names. @throws also what {@link readOwnFiles} does. */
export async function imageRoot(input: RootInput, context: ReadFilesContext = {}): Promise<ImageRoot> {
  return rootTree({ ...input, ownFiles: await readOwnFiles(input.own?.files ?? [], context) });
}

/**
 * The file system that makes an image of store paths: the packages' files under /bin, /lib, /share and so on, as links
 * into the store; what programs expect of a system, unless a package or the base brings it; and what the document adds.
 *
 * @throws StrataError `file-system`; `invalid-document` where the document and the packages do not go together.
 */
export function rootTree(input: RootInput): ImageRoot {
  const { closure, storeRoot = '', own = {}, ownFiles = NO_FILES, base, yielding = new Set() } = input;
  const inImage = new Set(closure?.paths);
  const prioritized = withPriorities(input.packages, own.priorities ?? {});
  const packages = withPropagatedPackages(prioritized, (path) => inImage.has(path), storeRoot);
  const stores = packages.map(({ path }) => dirname(path));
  const { list: listPackages, isSameFile, readText, fileAt } = packageFiles(stores, storeRoot);
  const list = base === undefined ? listPackages : listInBase(base, listPackages);
  const ruleOf = rootRules(stores);
  const linked = (own.pathsToLink ?? ['/']).map((path) => rawPath(path.replace(/^\/+|\/+$/g, '')));
  const merged = mergePackages(packages, list, isSameFile, onlyPaths(ruleOf, linked));
  const certificates = putSystemLinks(merged.root, list);
  putSystemDirectories(merged.root, list);
  const root = base === undefined ? merged.root : baseTree(base);
  const laid = base === undefined ? NOTHING_LAID : layOver(root, merged.root, list, yielding);
  const brought = mergedAccounts(packages, readText, base);
  const accounts = own.accounts === undefined ? brought : withOwnAccounts(brought, own.accounts);
  // Not links: what runs containers looks up the user from outside, and refuses links that lead out of the image.
  const putText = (name: RawPath, text: string | undefined, mode?: number) => {
    if (text !== undefined && text !== base?.readText(`etc/${name}`))
      putAccounts(root, list, name, textFile(text, mode));
  };
  putText(raw`passwd`, accounts.passwd);
  putText(raw`group`, accounts.group);
  putText(raw`shadow`, accounts.shadow, 0o600);
  if (findDirectory(root, raw`etc`, list)?.children.has(raw`nsswitch.conf`) !== true)
    putAccounts(root, list, raw`nsswitch.conf`, textFile(NSSWITCH));

  const context = { root, list, ruleOf, ownerOf: ownersOf(accounts.passwd, accounts.group) };
  putHomes(accounts.homes, context);
  putFiles(own.files ?? [], ownFiles, context);
  putDirectories(own.directories ?? [], context);
  if (own.nixDatabase && closure !== undefined) putNixDatabase(root, list, closure);
  const copied = putPermissions(own.permissions ?? [], { ...context, fileAt });
  return {
    root,
    has: (path) => find(root, rawPath(path.slice(1)), list) !== undefined,
    namesIn: (path) =>
      [...(findDirectory(root, rawPath(path.slice(1)), list)?.children.keys() ?? [])].map(displayPath),
    conflicts: [...merged.conflicts, ...laid.conflicts],
    omissions: [
      ...merged.omissions,
      ...laid.omissions,
      ...brought.omissions,
      ...singleFiles(packages, fileAt),
    ],
    notices: [...copied, ...privilegeNotices(root)],
    passwd: accounts.passwd,
    group: accounts.group,
    ...(certificates !== undefined && { certificateFile: `/${CERTIFICATES}` }),
  };
}

/** Outputs that are files: there is no place for them in a root, and nobody would look for them there. */
function singleFiles(
  packages: readonly RootPackage[],
  fileAt: PackageFiles['fileAt'],
): readonly RootOmission[] {
  const reason = 'it is a single file, which has no name there';
  return packages.flatMap(({ name, path }) =>
    fileAt(rawPath(path)) === undefined ? [] : [{ path, package: name, reason }],
  );
}

/** Links by which programs find others. @returns where the certificates are in the store. */
function putSystemLinks(root: RootDirectory, list: ListDirectory): RawPath | undefined {
  const find = (path: RawPath) => lookup(root, path, list);
  const link = (path: RawPath, target: RawPath | undefined) => {
    if (target !== undefined) place(root, path, linkTo(target), list);
  };
  link(
    raw`bin/sh`,
    SHELLS.map(find).find((shell) => shell !== undefined),
  );
  link(raw`usr/bin/env`, find(raw`bin/env`));
  const certificates = CERTIFICATE_NAMES.map(find).find((bundle) => bundle !== undefined);
  for (const name of CERTIFICATE_NAMES) link(name, certificates);
  return certificates;
}

const NOTHING_LAID: LaidOver = { conflicts: [], omissions: [] };

/** Puts a file into /etc, with the mode and the owner of that of the base which it takes the place of. */
function putAccounts(root: RootDirectory, list: ListDirectory, name: RawPath, file: RootFile): void {
  const etc = reachDirectory(root, raw`etc`, list, DEFAULT_ORIGIN);
  if (etc.type !== 'directory') return;
  const present = etc.directory.children.get(name);
  if (present !== undefined && present.isInBase !== true) return;
  const facts = present?.type === 'file' ? { mode: present.mode, uid: present.uid, gid: present.gid } : {};
  etc.directory.children.set(name, { ...file, ...facts });
}

/** The accounts that the base and the packages bring, else those that every image has. */
function mergedAccounts(
  packages: readonly RootPackage[],
  readText: PackageFiles['readText'],
  base: BaseRoot | undefined,
) {
  const passwd = mergedText(raw`etc/passwd`, packages, readText, base);
  const group = mergedText(raw`etc/group`, packages, readText, base);
  const shadow = mergedText(raw`etc/shadow`, packages, readText, base);
  return {
    passwd: passwd.text ?? PASSWD,
    group: group.text ?? GROUP,
    shadow: shadow.text,
    homes: [],
    omissions: [passwd, group, shadow].flatMap(({ omissions }) => omissions),
  };
}

/** What the base and the packages have at a path, merged. */
function mergedText(
  path: RawPath,
  packages: readonly RootPackage[],
  readText: PackageFiles['readText'],
  base: BaseRoot | undefined,
): { readonly text: string | undefined; readonly omissions: readonly RootOmission[] } {
  const ofBase = base?.readText(path);
  const files: AccountsFile[] = ofBase === undefined ? [] : [{ package: 'the base', text: ofBase }];
  const omissions: RootOmission[] = [];
  const omit = (owner: string, reason: string) =>
    omissions.push({ path: `/${path}`, package: owner, reason });
  for (const { name, path: output } of inPrecedence(packages)) {
    const found = readText(raw`${rawPath(output)}/${path}`);
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
    const node = place(root, rawPath(path), directory(), list);
    if (node?.type === 'directory') Object.assign(node, { mode, origin: DEFAULT_ORIGIN });
  }
}
