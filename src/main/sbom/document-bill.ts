import type { Bill } from '../../engine/sbom/bill.ts';
import type { StrataDocument } from '../../shared/document.ts';
import {
  assembleDocument,
  blobStoreDirectory,
  type ComposeContext,
  composeDocument,
  planDocument,
} from '../build.ts';
import { openBlobStore } from '../store/blob-store.ts';
import { imageBill } from './image-bill.ts';

/**
 * `strata sbom`: what the image of a document is made of. The image is assembled in the blob store, since the bill names
 * its layers.
 *
 * @param version of this program. @throws StrataError as composing and assembling do; Cancelled.
 */
export async function documentBill(
  document: StrataDocument,
  version: string,
  context: ComposeContext,
): Promise<Bill> {
  const { name, tag, layering } = document;
  const composition = await composeDocument(document, context);
  const { graph, popularity, packages } = composition;
  const layers = planDocument(graph, popularity, layering).layers(layering.budget);
  const store = await openBlobStore(blobStoreDirectory(context.cacheDirectory));
  try {
    const image = await assembleDocument(document, composition, layers, { store, signal: context.signal });
    return imageBill({ name, tag, image, graph, packages, version });
  } finally {
    store.close();
  }
}
