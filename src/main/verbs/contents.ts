import type { RootDocument, StrataDocument } from '../../shared/document.ts';
import type { BaseImage } from '../assemble/image.ts';
import {
  type ContentsEntry,
  type ContentsGroup,
  type ContentsUser,
  contentsEntries,
  groupsOf,
  usersOf,
} from '../root/contents.ts';
import type { ReadFilesContext } from '../root/read-own-files.ts';
import { type ImageRoot, imageRoot } from '../root/root.ts';
import { openBlobStoreIn } from '../store/blob-store.ts';
import { type BaseContext, obtainBase } from './base.ts';
import { type PackableClosure, packagesInRoot, withMissingPaths, yieldingPackages } from './pack.ts';

export interface ImageContents extends ImageRoot {
  /** Parents before children, siblings in the order of their names' bytes. What links into the store lead to is not listed. */
  readonly entries: readonly ContentsEntry[];
  /** Of the document and of packages, in the order of the files that they are in. */
  readonly users: readonly ContentsUser[];
  readonly groups: readonly ContentsGroup[];
  /** The image that it is built on. */
  readonly base: BaseImage | undefined;
}

type RootClosure = Pick<PackableClosure, 'packages' | 'storeRoot' | 'graph'>;

/** The root file system of a document's image. @throws StrataError as {@link imageRoot} does; Cancelled. */
export async function documentRoot(
  document: RootDocument,
  closure: RootClosure,
  context: ReadFilesContext,
  base?: BaseImage,
): Promise<ImageRoot> {
  return imageRoot(
    {
      packages: packagesInRoot(closure),
      closure: closure.graph,
      storeRoot: closure.storeRoot,
      own: document,
      base: base?.root,
      yielding: yieldingPackages(document),
    },
    context,
  );
}

/**
 * {@link documentRoot} with all that is in it, one by one.
 *
 * @throws StrataError also `not-found` where Nix has collected paths of the closure.
 */
export async function documentContents(
  document: RootDocument,
  closure: RootClosure & Pick<PackableClosure, 'platform'>,
  context: ReadFilesContext & Omit<BaseContext, 'store'>,
): Promise<ImageContents> {
  const base = await baseOf(document, closure, context);
  try {
    const root = await documentRoot(document, closure, context, base);
    return {
      ...root,
      base,
      entries: contentsEntries(root),
      users: usersOf(root.passwd),
      groups: groupsOf(root.group),
    };
  } catch (error) {
    throw withMissingPaths(error, closure);
  }
}

async function baseOf(
  document: Pick<StrataDocument, 'base'>,
  { platform }: Pick<PackableClosure, 'platform'>,
  context: Omit<BaseContext, 'store'>,
): Promise<BaseImage | undefined> {
  if (document.base === undefined) return undefined;
  const store = await openBlobStoreIn(context.cacheDirectory);
  try {
    return await obtainBase(document, platform, { ...context, store });
  } finally {
    store.close();
  }
}
