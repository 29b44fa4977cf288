import { blobPath } from '../../engine/oci/digest.ts';
import { INDEX_TYPES, isForeignLayer, MANIFEST_TYPES } from '../../engine/oci/media-types.ts';
import type { Descriptor } from '../../engine/oci/types.ts';
import { StrataError } from '../../shared/errors.ts';
import { type ArchivedFile, type ImageFiles, layoutMarkers } from '../images/archived-file.ts';
import { DOCUMENTS, readDocument } from '../oci/documents.ts';
import type { ImageSource } from '../oci/image-source.ts';
import { DEEPEST_INDEX } from '../oci/image-tree.ts';

/**
 * An image, or an index with its images, as the OCI image layout that it amounts to, so that it can be verified as one.
 * Manifests are read here, blobs when they are asked for; those that are missing or damaged fail then.
 *
 * @throws StrataError as the source does where it cannot be reached; Cancelled.
 */
export async function sourceFiles(source: ImageSource, signal?: AbortSignal): Promise<ImageFiles> {
  const root = { ...source.root, annotations: { 'io.containerd.image.name': source.name } };
  const files = new Map(layoutMarkers(root));

  async function visit(descriptor: Descriptor, depth: number): Promise<void> {
    const path = blobPath(descriptor.digest);
    if (files.has(path)) return;
    const bytes = await source.readManifest(descriptor, signal).catch(faultOfImage);
    files.set(path, manifestFile(path, descriptor, bytes));
    if (bytes instanceof StrataError) return;
    if (INDEX_TYPES.includes(descriptor.mediaType) && depth < DEEPEST_INDEX) {
      const { manifests = [] } = readDocument(DOCUMENTS.index, bytes).value ?? {};
      for (const manifest of manifests) await visit(manifest, depth + 1);
    }
    if (!MANIFEST_TYPES.includes(descriptor.mediaType)) return;
    const manifest = readDocument(DOCUMENTS.manifest, bytes).value;
    for (const blob of manifest === undefined ? [] : [manifest.config, ...manifest.layers]) {
      if (isForeignLayer(blob.mediaType) && !(await isHeld(source, blob))) continue;
      files.set(blobPath(blob.digest), blobFile(source, blob));
    }
  }

  await visit(source.root, 0);
  return { kind: 'source', files, problems: [], close: async () => {} };
}

function manifestFile(path: string, { size }: Descriptor, bytes: Buffer | StrataError): ArchivedFile {
  return {
    path,
    sizeBytes: bytes instanceof StrataError ? size : bytes.length,
    place: path,
    async *read() {
      if (bytes instanceof StrataError) throw bytes;
      yield bytes;
    },
  };
}

function blobFile(source: ImageSource, blob: Descriptor): ArchivedFile {
  const path = blobPath(blob.digest);
  return {
    path,
    sizeBytes: blob.size,
    place: path,
    async *read(_signal, range) {
      yield* (await source.openBlob(blob, range)) as AsyncIterable<Buffer>;
    },
  };
}

/** Whether a foreign layer is there all the same, as told by its first byte. */
async function isHeld(source: ImageSource, { digest, size }: Descriptor): Promise<boolean> {
  try {
    for await (const _ of await source.openBlob({ digest, size }, { start: 0, end: Math.min(1, size) }))
      break;
    return true;
  } catch (error) {
    faultOfImage(error);
    return false;
  }
}

/** What is missing or damaged is a fault of the image; everything else is not, such as a network that fails. */
function faultOfImage(error: unknown): StrataError {
  const codes = ['registry-not-found', 'registry-protocol', 'invalid-image'];
  if (error instanceof StrataError && codes.includes(error.code)) return error;
  throw error;
}
