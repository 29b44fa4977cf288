import { resolvePath } from '../../engine/contents/resolve-path.ts';
import type { FileNode } from '../../engine/contents/stack-layers.ts';
import { StrataError } from '../../shared/errors.ts';
import { displayPath, type RawPath, rawPath, withoutRoot } from '../archive/raw-path.ts';
import type { ListDirectory, RootDirectory, RootNode } from './root-tree.ts';

/** The file system of the image that another is built on, as a container sees it. */
export interface BaseRoot {
  /** What messages call the image. */
  readonly name: string;
  readonly files: FileNode;
  /** Of a short file in /etc, links followed; undefined where there is none. @param path without a leading slash. */
  readText(path: string): string | undefined;
}

const STORE = 'nix/store';

/**
 * A base as a tree that an image's root is put into. Its links into a store are links to directories there, so that they
 * can be opened up: nothing is put into a store path. All others are followed.
 *
 * @throws StrataError `invalid-image` where store paths cannot be put into it.
 */
export function baseTree({ name, files }: BaseRoot): RootDirectory {
  refuseHiddenStore(name, files);
  return toDirectory(files, files);
}

function toDirectory(node: FileNode, root: FileNode): RootDirectory {
  const { mode = 0o755, uid = 0, gid = 0 } = node.entry ?? {};
  const children = new Map<RawPath, RootNode>();
  for (const child of node.children?.values() ?? []) children.set(rawPath(child.name), toNode(child, root));
  return { type: 'directory', mode, uid, gid, ...OF_BASE, children };
}

const OF_BASE = { origin: { type: 'base' }, isInBase: true } as const;

function toNode(node: FileNode, root: FileNode): RootNode {
  const { entry } = node;
  if (node.children !== undefined || entry === undefined) return toDirectory(node, root);
  const { mode, uid, gid, sizeBytes, linkTarget = '' } = entry;
  if (entry.type !== 'symlink') {
    return { type: 'file', mode, uid, gid, ...OF_BASE, contents: { type: 'base', sizeBytes } };
  }
  const target = resolvePath(root, node.path);
  const isInStore = target?.path.startsWith(`${STORE}/`) === true && !node.path.startsWith(`${STORE}/`);
  return {
    type: 'link',
    uid,
    gid,
    ...OF_BASE,
    target: rawPath(isInStore ? `/${target.path}` : linkTarget),
    toDirectory: isInStore && target.children !== undefined,
  };
}

/** Also lists the directories of store paths that the base has. */
export function listInBase({ files }: BaseRoot, list: ListDirectory): ListDirectory {
  return (path) => {
    const found = path.startsWith(`/${STORE}/`)
      ? resolvePath(files, displayPath(withoutRoot(path)))
      : undefined;
    if (found?.children === undefined) return list(path);
    return [...found.children.values()].map((child) => ({
      name: rawPath(child.name),
      type: resolvePath(files, child.path)?.children === undefined ? 'file' : 'directory',
    }));
  };
}

function refuseHiddenStore(name: string, files: FileNode): void {
  for (const path of [STORE.split('/', 1)[0] ?? STORE, STORE]) {
    const found = path.split('/').reduce<FileNode | undefined>((at, each) => at?.children?.get(each), files);
    if (found === undefined || found.children !== undefined) continue;
    const what = found.entry?.type === 'symlink' ? `a link to ${found.entry.linkTarget}` : 'a file';
    throw new StrataError(
      'invalid-image',
      `The base ${name} has ${what} in place of the directory /${path}.`,
      {
        hint: 'Store paths of the packages go there. Take another base.',
      },
    );
  }
}
