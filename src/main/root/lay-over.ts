import { displayPath, joinRaw, namesOf, type RawPath, raw } from '../archive/raw-path.ts';
import type { RootConflict, RootOmission } from './merge-packages.ts';
import { findDirectory } from './reach.ts';
import { inOrder, type ListDirectory, openUp, type RootDirectory, type RootNode } from './root-tree.ts';

export interface LaidOver {
  readonly conflicts: readonly RootConflict[];
  readonly omissions: readonly RootOmission[];
}

/**
 * Puts the files of packages into the tree of a base. Directories of both are one, whatever links lead to them in the base
 * (`bin` -> `usr/bin`), and none is replaced. Of programs that both have, that of the package is the one to find, but for `sh`; all other
 * files of the base stay, as its own programs need them, while those of packages have theirs in the store. For the same
 * reason nothing is put into what the base has in its libraries' directories, and shared libraries are left out.
 *
 * @param yielding packages that nobody asked for by name: what the base has is kept.
 */
export function layOver(
  tree: RootDirectory,
  packages: RootDirectory,
  list: ListDirectory,
  yielding: ReadonlySet<string>,
): LaidOver {
  const conflicts: RootConflict[] = [];
  const yields = ({ origin }: RootNode) =>
    origin.type === 'default' || (origin.type === 'package' && yielding.has(origin.name));
  const lay = (from: RootDirectory, into: RootDirectory, at: RawPath): void => {
    for (const [name, node] of inOrder(from)) {
      const path = joinRaw(at, name);
      const present = into.children.get(name);
      if (present === undefined) into.children.set(name, node);
      if (present === undefined || LIBRARIES.includes(at)) continue;
      const opened = openUp(node, list);
      const directory = findDirectory(tree, path, list);
      if (opened !== undefined && directory !== undefined) lay(opened, directory, path);
      else if (!isSame(node, present)) {
        const isKept = opened !== undefined || directory !== undefined || yields(node) || !isProgram(path);
        if (!isKept) into.children.set(name, node);
        if (!yields(node) && !isOfPrograms(path)) conflicts.push(conflictAt(path, node, isKept));
      }
    }
  };
  const omissions = takeLibraries(packages);
  lay(packages, tree, raw``);
  return { conflicts, omissions };
}

/** Where a loader looks by itself. */
const LIBRARIES: readonly RawPath[] = [raw`lib`, raw`lib32`, raw`lib64`];
/** What programs have for themselves. */
const OF_PROGRAMS: readonly RawPath[] = [...LIBRARIES, raw`include`, raw`libexec`, raw`share`];

/** Not the shell of the base: its scripts are written for that one. */
function isProgram(path: RawPath): boolean {
  return /^(usr\/)?s?bin\/[^/]+$/.test(path) && !/\/sh$/.test(path);
}

function isOfPrograms(path: RawPath): boolean {
  const [first, second] = namesOf(path);
  const name = first === 'usr' ? second : first;
  return name !== undefined && OF_PROGRAMS.includes(name);
}

/** Takes the shared libraries out of the tree. @returns what to tell of each package. */
function takeLibraries(packages: RootDirectory): readonly RootOmission[] {
  const taken = new Map<string, RawPath[]>();
  for (const at of LIBRARIES) {
    const node = packages.children.get(at);
    if (node?.type !== 'directory') continue;
    for (const [name, { origin }] of inOrder(node)) {
      if (origin.type !== 'package' || !/\.so(\.|$)/.test(name)) continue;
      node.children.delete(name);
      taken.set(origin.name, [...(taken.get(origin.name) ?? []), raw`${at}/${name}`]);
    }
    if (node.children.size === 0) packages.children.delete(at);
  }
  return [...taken].map(([name, paths]) => leftOut(name, paths));
}

function leftOut(name: string, [first = raw``, ...others]: readonly RawPath[]): RootOmission {
  const more = others.length === 0 ? 'it' : `it and ${others.length} more beside it`;
  const reason = `programs of the base would load ${more}, and those of packages find their own without`;
  return { path: `/${displayPath(first)}`, package: name, reason };
}

function isSame(node: RootNode, present: RootNode): boolean {
  return node.type === 'link' && present.type === 'link' && node.target === present.target;
}

function conflictAt(path: RawPath, { origin, ...node }: RootNode, isBaseKept: boolean): RootConflict {
  const here = `/${displayPath(path)}`;
  const base = { package: 'the base', file: here };
  const own = {
    package: origin.type === 'package' ? origin.name : 'the document',
    file: node.type === 'link' ? displayPath(node.target) : here,
  };
  return isBaseKept ? { path: here, kept: base, dropped: own } : { path: here, kept: own, dropped: base };
}
