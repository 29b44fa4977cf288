/** An entry of a layer's archive. */
export interface LayerEntry {
  /** From the root of the image, without a slash at either end; the root itself is the empty string. */
  readonly path: string;
  readonly type:
    | 'file'
    | 'hardlink'
    | 'symlink'
    | 'character-device'
    | 'block-device'
    | 'directory'
    | 'fifo'
    | 'other';
  /** Permission bits, set-user-ID and the like included. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Of the contents; 0 for everything but files. */
  readonly sizeBytes: number;
  /** Where a link leads: as written for a symbolic one, from the root for a hard one. */
  readonly linkTarget?: string;
  /** Identifies the contents of a file. */
  readonly contentDigest?: string;
}

/** The entries of a layer in the order of its archive. */
export type LayerEntries = readonly LayerEntry[];

export function parentPath(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash === -1 ? '' : path.slice(0, slash);
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

const PREFIX = '.wh.';
const OPAQUE = '.wh..wh..opq';

/** Whether a file of this name in a layer is no file, but an order to remove others (image-spec, layer.md, "Whiteouts"). */
export function isWhiteoutName(name: string): boolean {
  return name.startsWith(PREFIX);
}

/** What an entry takes away from the layers below (image-spec, layer.md, "Whiteouts"). */
export type Whiteout =
  | { readonly type: 'entry'; readonly path: string }
  /** Everything in a directory. */
  | { readonly type: 'opaque'; readonly path: string };

/** The whiteout that an entry stands for, if it is one: one of nothing, or of `.` or `..`, is not. */
export function whiteoutOf(path: string): Whiteout | undefined {
  const name = baseName(path);
  if (!isWhiteoutName(name)) return undefined;
  const parent = parentPath(path);
  if (name === OPAQUE) return { type: 'opaque', path: parent };
  const removed = name.slice(PREFIX.length);
  if (removed === '' || removed === '.' || removed === '..') return undefined;
  return { type: 'entry', path: parent === '' ? removed : `${parent}/${removed}` };
}
