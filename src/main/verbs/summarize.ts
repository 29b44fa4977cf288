import { basename, dirname } from 'node:path';
import type { ImageSummary } from '../../engine/compare/image-summary.ts';
import type { Platform } from '../../engine/oci/types.ts';
import type { Selection, StrataDocument } from '../../shared/document.ts';
import { summarizeAssembled, summarizeImage } from '../compare/summarize-image.ts';
import { readDocumentFile } from '../documents/document-file.ts';
import type { ImageLocation } from '../images/location.ts';
import { openImage } from '../images/open-image.ts';
import type { ImageSource } from '../oci/image-source.ts';
import { hostPlatform } from '../oci/platform.ts';
import { openMemoryIn, type RegistryAccess, transportOptions } from '../registry/access.ts';
import type { RegistryMemory } from '../registry/memory.ts';
import { openBlobStoreIn } from '../store/blob-store.ts';
import { buildDocument } from './build.ts';
import type { ComposeContext } from './compose.ts';
import { type WorkContext, waitingTo } from './events.ts';
import { type PackableClosure, type PackContext, packDocument } from './pack.ts';
import type { PlanningInput } from './plan.ts';

/** Where an image is that need not be built. */
export type ReadableLocation = Exclude<ImageLocation, { readonly type: 'document' }>;

export interface ReadContext extends WorkContext {
  readonly access: RegistryAccess;
  /** Of an index, the image for this platform is read; that of this machine where it is left out. */
  readonly platform?: Platform | undefined;
}

export interface ReadImage {
  readonly source: ImageSource;
  readonly memory: RegistryMemory;
  readonly platform: Platform;
  readonly summary: ImageSummary;
}

/**
 * Opens an image, sums it up, and closes it. Layers that were read or pushed before are not read again.
 *
 * @param use what else is done while it is open.
 * @throws StrataError as opening and reading do; Cancelled.
 */
export async function readSummary<T>(
  location: ReadableLocation,
  { access, platform = hostPlatform(), cacheDirectory, signal, onEvent }: ReadContext,
  use: (image: ReadImage) => T | Promise<T>,
): Promise<T> {
  const memory = openMemoryIn(cacheDirectory);
  try {
    const source = await openImage(location, transportOptions(access, waitingTo(onEvent)), signal);
    try {
      const onProgress = (doneBytes: number, totalBytes: number): void =>
        onEvent?.({ type: 'bytes', doing: 'reading', doneBytes, totalBytes });
      const summary = await summarizeImage(source, { platform, memory, signal, onProgress });
      return await use({ source, memory, platform, summary });
    } finally {
      await source.close();
    }
  } finally {
    memory.close();
  }
}

/** What the image at a location is compared by. @throws as {@link readSummary} does. */
export async function summarizeLocation(
  location: ReadableLocation,
  name: string,
  context: ReadContext,
): Promise<ImageSummary> {
  return readSummary(location, context, ({ summary }) => ({ ...summary, name }));
}

/** A document that is built to be read: asked of each before anything of it is evaluated. */
export type AllowDocument = (document: StrataDocument, file: string) => Promise<Selection>;

/**
 * Assembles the image of a document into the blob store and sums it up: nothing less tells its blobs' digests.
 *
 * @throws StrataError as composing and assembling do; Cancelled.
 */
export async function summarizeDocument(
  file: string,
  context: Omit<ComposeContext, 'file' | 'baseDirectory'>,
  allow: AllowDocument = async (document) => document,
): Promise<ImageSummary> {
  const { document } = await readDocumentFile(file);
  const allowed = { ...document, ...(await allow(document, file)) };
  const store = await openBlobStoreIn(context.cacheDirectory);
  try {
    const { image } = await buildDocument(
      allowed,
      { known: [] },
      { ...context, file, baseDirectory: dirname(file), store },
    );
    return summarizeAssembled(basename(file), image);
  } finally {
    store.close();
  }
}

/**
 * Packs what Nix built of a document already, and sums it up: so it is measured as an image that exists is.
 *
 * @throws StrataError as packing does; Cancelled.
 */
export async function summarizeClosure(
  document: StrataDocument,
  closure: PackableClosure,
  input: PlanningInput,
  context: Omit<PackContext, 'store'>,
): Promise<ImageSummary> {
  const store = await openBlobStoreIn(context.cacheDirectory);
  try {
    const { image } = await packDocument(document, closure, input, { ...context, store });
    return summarizeAssembled(document.name, image);
  } finally {
    store.close();
  }
}
