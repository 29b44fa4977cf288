import { basename, dirname } from 'node:path';
import type { ImageSummary } from '../../engine/compare/image-summary.ts';
import { summarizeAssembled } from '../compare/summarize-image.ts';
import { readDocumentFile } from '../documents/document-file.ts';
import { openBlobStore } from '../store/blob-store.ts';
import { blobStoreDirectory, buildDocument, type ComposeContext } from './build.ts';

/**
 * Assembles the image of a document into the blob store and sums it up: nothing less tells its blobs' digests.
 *
 * @throws StrataError as composing and assembling do; Cancelled.
 */
export async function summarizeDocument(
  path: string,
  context: Omit<ComposeContext, 'baseDirectory'>,
): Promise<ImageSummary> {
  const { document } = await readDocumentFile(path);
  const store = await openBlobStore(blobStoreDirectory(context.cacheDirectory));
  try {
    const image = await buildDocument(document, { ...context, baseDirectory: dirname(path), store });
    return summarizeAssembled(basename(path), image);
  } finally {
    store.close();
  }
}
