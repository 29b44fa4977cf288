import { isDigest } from '../../engine/oci/digest.ts';
import type { Digest, Platform } from '../../engine/oci/types.ts';
import type { StrataDocument } from '../../shared/document.ts';
import { StrataError } from '../../shared/errors.ts';
import type { BaseImage } from '../assemble/image.ts';
import { lockFileOf, readLockFile } from '../documents/lock-file.ts';
import { type ImageLocation, locationFrom } from '../images/location.ts';
import { openImage } from '../images/open-image.ts';
import { readBase } from '../images/read-base.ts';
import { formatReference, type Reference } from '../oci/reference.ts';
import { openMemoryIn, type RegistryAccess, transportOptions } from '../registry/access.ts';
import type { BlobStore } from '../store/blob-store.ts';
import type { ComposeContext } from './compose.ts';
import type { WorkContext } from './events.ts';

export interface BaseContext extends WorkContext {
  readonly store: BlobStore;
  /** How registries are reached. */
  readonly access?: RegistryAccess | undefined;
  /** The file of the document: its lock is beside it. */
  readonly file?: string | undefined;
  /** `all` where the lock is not kept to. */
  readonly unlocked?: ComposeContext['unlocked'];
  /** Relative paths in the document are taken from here: the directory that the document is in. */
  readonly baseDirectory?: string | undefined;
}

/**
 * The image that a document is built on, with its layers in the blob store.
 *
 * @throws StrataError that names the base, as opening and reading do; Cancelled.
 */
export async function obtainBase(
  { base: text }: Pick<StrataDocument, 'base'>,
  platform: Platform,
  context: BaseContext,
): Promise<BaseImage | undefined> {
  if (text === undefined) return undefined;
  const { store, signal, onEvent } = context;
  try {
    const { location, source } = await openBase(text, context);
    try {
      const base = await readBase(source, {
        store,
        platform,
        reference: location.type === 'registry' ? nameOf(location.reference) : undefined,
        signal,
        onProgress: (doneBytes, totalBytes) =>
          onEvent?.({ type: 'bytes', doing: 'reading', doneBytes, totalBytes }),
      });
      if (location.type === 'registry') rememberBlobs(location.reference, base, context.cacheDirectory);
      onEvent?.({ type: 'note', text: `Base: ${base.name}, ${base.digest}` });
      return base;
    } finally {
      await source.close();
    }
  } catch (error) {
    throw withBase(error, text);
  }
}

/**
 * Whether a document's base can be had, and is what its lock says: nothing of it is read but what it is.
 *
 * @throws StrataError that names the base, as opening does; Cancelled.
 */
export async function checkBase(text: string, context: OpenContext): Promise<void> {
  try {
    const { source } = await openBase(text, context);
    await source.close();
  } catch (error) {
    throw withBase(error, text);
  }
}

type OpenContext = Omit<BaseContext, 'store' | 'cacheDirectory' | 'onEvent'>;

async function openBase(text: string, context: OpenContext) {
  const location = imageLocation(await locate(text, context));
  const locked = await lockedDigest(text, context);
  const source = await openImage(
    pinned(location, locked),
    transportOptions(context.access ?? {}),
    context.signal,
  );
  if (locked === undefined || locked === source.root.digest) return { location, source };
  await source.close();
  throw new StrataError(
    'invalid-document',
    `it is ${source.root.digest}, and was ${locked} when it was locked.`,
    { action: { action: 'lock', document: context.file ?? '', update: BASE } },
  );
}

async function locate(
  text: string,
  { baseDirectory = '.', checkFile }: Pick<BaseContext, 'baseDirectory' | 'checkFile'>,
): Promise<ImageLocation> {
  const location = locationFrom(text, baseDirectory);
  if (location.type === 'registry' || checkFile === undefined) return location;
  return { ...location, path: await checkFile(location.path) };
}

/** What `strata lock --update` takes for the base: no source is called so, see {@link lockBase}. */
export const BASE = 'base';

/** @throws StrataError `invalid-document` where the lock has another base. */
async function lockedDigest(
  text: string,
  { file, unlocked }: Pick<BaseContext, 'file' | 'unlocked'>,
): Promise<Digest | undefined> {
  const lock = file === undefined || unlocked === 'all' ? undefined : await readLockFile(lockFileOf(file));
  if (file === undefined || lock === undefined) return undefined;
  const { original, digest } = lock.base ?? {};
  if (original === text && digest !== undefined && isDigest(digest)) return digest;
  const message =
    original === undefined ? 'the lock does not have it.' : `the lock has ${original}, as it was before.`;
  throw new StrataError('invalid-document', message, {
    action: { action: 'lock', document: file, update: BASE },
  });
}

function pinned(
  location: Exclude<ImageLocation, { readonly type: 'document' }>,
  digest: Digest | undefined,
): Exclude<ImageLocation, { readonly type: 'document' }> {
  if (location.type !== 'registry' || digest === undefined) return location;
  return { ...location, reference: { ...location.reference, digest } };
}

/**
 * What a lock holds of a base: the digest of the image, or of the index of images, that it is now.
 *
 * @throws StrataError that names the base, as opening does; Cancelled.
 */
export async function lockBase(
  text: string,
  context: Pick<BaseContext, 'access' | 'baseDirectory' | 'checkFile' | 'signal'>,
): Promise<{ readonly original: string; readonly digest: string }> {
  try {
    const location = imageLocation(await locate(text, context));
    const source = await openImage(location, transportOptions(context.access ?? {}), context.signal);
    await source.close();
    return { original: text, digest: source.root.digest };
  } catch (error) {
    throw withBase(error, text);
  }
}

function imageLocation(location: ImageLocation): Exclude<ImageLocation, { readonly type: 'document' }> {
  if (location.type !== 'document') return location;
  throw new StrataError('usage', 'it is a document, not an image.', {
    hint: 'Build it first, and name the file.',
  });
}

/** Without the digest: that is an annotation of its own. */
function nameOf({ registry, repository, tag }: Reference): string {
  return formatReference({ registry, repository, ...(tag === undefined ? {} : { tag }) });
}

/** A push to the same registry then links the blobs instead of moving them. */
function rememberBlobs(
  { registry, repository }: Reference,
  { layers }: BaseImage,
  cacheDirectory: string,
): void {
  const memory = openMemoryIn(cacheDirectory);
  try {
    for (const { digest } of layers) memory.rememberBlob(registry, repository, digest);
  } finally {
    memory.close();
  }
}

function withBase(error: unknown, text: string): unknown {
  if (!(error instanceof StrataError)) return error;
  const { code, message, hint, action, details } = error;
  return new StrataError(code, `The base ${text} cannot be had: ${message}`, {
    hint,
    action,
    details,
    cause: error,
  });
}
