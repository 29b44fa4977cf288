import {
  chmodSync,
  closeSync,
  fstatSync,
  lchownSync,
  linkSync,
  mkdirSync,
  openSync,
  symlinkSync,
  writeSync,
} from 'node:fs';
import { resolvePath } from '../../engine/contents/resolve-path.ts';
import type { FileNode } from '../../engine/contents/stack-layers.ts';
import { StrataError } from '../../shared/errors.ts';
import { fsPath, type RawPath, raw, rawPath } from '../archive/raw-path.ts';
import type { BaseImage } from '../assemble/image.ts';
import { fileSystemError } from '../files/file-system-error.ts';
import type { BlobStore } from '../store/blob-store.ts';
import { openStoredBlob } from './checked-blob.ts';
import { readLayer } from './read-layer.ts';

export interface UnpackOptions {
  /** An empty directory. */
  readonly directory: string;
  /** Whether files get the owners that they have in the image: only root can give them. */
  readonly withOwners: boolean;
  /** Paths of the image that somebody else puts there, without a leading slash. */
  readonly leftOut: ReadonlySet<string>;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Unpacks a base as a container sees it. Each file is written where the stacked layers have it, below directories that
 * were made for it, so that no link of the image leads anything out of the directory. Devices and pipes are left out.
 *
 * @throws StrataError `invalid-image` where a layer is damaged or has what is not unpacked here; `file-system`,
 *   `disk-full`; Cancelled.
 */
export async function unpackBase(
  { name, layers, root: { files } }: Pick<BaseImage, 'name' | 'layers' | 'root'>,
  store: BlobStore,
  { directory, withOwners, leftOut, signal }: UnpackOptions,
): Promise<void> {
  const nodes = nodesOf(files, leftOut);
  const top = rawPath(directory);
  const place = (path: string): RawPath => raw`${top}/${rawPath(path)}`;
  const attempt = <T>(path: string, change: (at: string | Buffer) => T): T => {
    try {
      return change(fsPath(place(path)));
    } catch (error) {
      throw fileSystemError(error, 'write', `${directory}/${path}`);
    }
  };
  for (const { path, entry, children } of nodes) {
    if (children !== undefined) attempt(path, (at) => mkdirSync(at, { mode: 0o700 }));
    else if (entry?.type === 'symlink')
      attempt(path, (at) => symlinkSync(fsPath(rawPath(entry.linkTarget ?? '')), at));
  }
  for (const [index, { digest, sizeBytes }] of layers.entries()) {
    const wanted = new Map(
      nodes.flatMap(({ path, layer, entry }) =>
        layer === index && entry?.type === 'file' ? [[entry.path, path] as const] : [],
      ),
    );
    await unpackLayer(store, { digest, sizeBytes }, wanted, { name, attempt, signal });
  }
  for (const node of nodes) {
    const { path, layer, entry } = node;
    if (entry?.type !== 'hardlink') continue;
    const target = resolvePath(files, entry.linkTarget ?? '');
    // Of a file that a later layer has replaced, the link alone still has the contents.
    if (target === undefined || target.layer > layer || leftOut.has(target.path)) throw unfit(name, path);
    attempt(path, (at) => linkSync(fsPath(place(target.path)), at));
  }
  // The innermost first: a directory may be closed to who made it.
  for (const { path, entry } of nodes.toReversed()) {
    const { type, mode, uid, gid } = entry ?? { type: 'directory', mode: 0o755, uid: 0, gid: 0 };
    if (!UNPACKED.includes(type)) continue;
    attempt(path, (at) => {
      if (withOwners) lchownSync(at, uid, gid);
      // After the owner: a change of it takes the setuid bit away.
      if (type !== 'symlink') chmodSync(at, mode);
    });
  }
}

const UNPACKED: readonly string[] = ['file', 'hardlink', 'symlink', 'directory'];

/** All that is in the image, parents before children. */
function nodesOf(files: FileNode, leftOut: ReadonlySet<string>): readonly FileNode[] {
  const nodes: FileNode[] = [];
  const visit = (node: FileNode): void => {
    for (const child of node.children?.values() ?? []) {
      if (leftOut.has(child.path)) continue;
      nodes.push(child);
      visit(child);
    }
  };
  visit(files);
  return nodes;
}

interface UnpackLayerContext {
  readonly name: string;
  readonly attempt: <T>(path: string, change: (at: string | Buffer) => T) => T;
  readonly signal: AbortSignal | undefined;
}

/** @param wanted where files of the layer go, by their paths in its archive. */
async function unpackLayer(
  store: BlobStore,
  { digest, sizeBytes }: Pick<BaseImage['layers'][number], 'digest' | 'sizeBytes'>,
  wanted: ReadonlyMap<string, string>,
  { name, attempt, signal }: UnpackLayerContext,
): Promise<void> {
  let open: { readonly fd: number; readonly path: string; readonly sizeBytes: number } | undefined;
  const close = () => {
    if (open === undefined) return;
    const { fd, path, sizeBytes: expected } = open;
    open = undefined;
    const written = fstatSync(fd).size;
    closeSync(fd);
    // What is stored of a sparse file is not what is in it.
    if (written !== expected) throw unfit(name, path);
  };
  try {
    await readLayer(
      { openBlob: async (blob) => openStoredBlob(store.blobPath(digest), blob) },
      { mediaType: '', digest, size: sizeBytes },
      {
        hashContents: false,
        signal,
        onEntry: close,
        contentsOf(entry) {
          const path = entry.type === 'file' ? wanted.get(entry.path) : undefined;
          if (path === undefined) return undefined;
          const fd = attempt(path, (at) => openSync(at, 'w', 0o600));
          open = { fd, path, sizeBytes: entry.sizeBytes };
          return (piece) => attempt(path, () => writeSync(fd, piece));
        },
      },
    );
    close();
  } finally {
    if (open !== undefined) closeSync(open.fd);
  }
}

function unfit(name: string, path: string): StrataError {
  return new StrataError('invalid-image', `/${path} of the base ${name} cannot be unpacked here.`, {
    hint: 'It is a sparse file, or a link to a file that a later layer has replaced. Run the image with podman or docker.',
  });
}
