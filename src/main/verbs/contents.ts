import type { StrataDocument } from '../../shared/document.ts';
import type { BaseImage } from '../assemble/image.ts';
import { type ContentsEntry, contentsEntries } from '../root/contents.ts';
import type { ReadFilesContext } from '../root/read-own-files.ts';
import { type ImageRoot, imageRoot } from '../root/root.ts';
import { openBlobStoreIn } from '../store/blob-store.ts';
import { type BaseContext, obtainBase } from './base.ts';
import type { WorkContext } from './events.ts';
import { type PackableClosure, packagesInRoot, yieldingPackages } from './pack.ts';

export interface ImageContents extends ImageRoot {
  /** Parents before children, siblings in the order of their names' bytes. What links into the store lead to is not listed. */
  readonly entries: readonly ContentsEntry[];
}

type RootClosure = Pick<PackableClosure, 'packages' | 'storeRoot' | 'graph'>;

/** The root file system of a document's image. @throws StrataError as {@link imageRoot} does; Cancelled. */
export async function documentRoot(
  document: StrataDocument,
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

/** {@link documentRoot} with all that is in it, one by one. */
export async function documentContents(
  document: StrataDocument,
  closure: RootClosure & Pick<PackableClosure, 'platform'>,
  context: ReadFilesContext & WorkContext & Pick<BaseContext, 'access'>,
): Promise<ImageContents> {
  const root = await documentRoot(document, closure, context, await baseOf(document, closure, context));
  return { ...root, entries: contentsEntries(root) };
}

async function baseOf(
  document: StrataDocument,
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
