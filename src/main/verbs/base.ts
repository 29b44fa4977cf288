import type { Platform } from '../../engine/oci/types.ts';
import type { StrataDocument } from '../../shared/document.ts';
import { StrataError } from '../../shared/errors.ts';
import type { BaseImage } from '../assemble/image.ts';
import { type ImageLocation, locationFrom } from '../images/location.ts';
import { openImage } from '../images/open-image.ts';
import { readBase } from '../images/read-base.ts';
import { formatReference, type Reference } from '../oci/reference.ts';
import { openMemoryIn, type RegistryAccess, transportOptions } from '../registry/access.ts';
import type { BlobStore } from '../store/blob-store.ts';
import type { WorkContext } from './events.ts';

export interface BaseContext extends WorkContext {
  readonly store: BlobStore;
  /** How registries are reached. */
  readonly access?: RegistryAccess | undefined;
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
    const location = await locate(text, context);
    if (location.type === 'document') {
      throw new StrataError('usage', 'it is a document, not an image.', {
        hint: 'Build it first, and name the file.',
      });
    }
    const source = await openImage(location, transportOptions(context.access ?? {}), signal);
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

async function locate(text: string, { baseDirectory = '.', checkFile }: BaseContext): Promise<ImageLocation> {
  const location = locationFrom(text, baseDirectory);
  if (location.type === 'registry' || checkFile === undefined) return location;
  return { ...location, path: await checkFile(location.path) };
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
