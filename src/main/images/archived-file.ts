import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { canonicalJson } from '../../engine/oci/canonical-json.ts';
import { type Descriptor, MEDIA_TYPES } from '../../engine/oci/types.ts';
import { StrataError } from '../../shared/errors.ts';
import { LARGEST_CONFIG } from '../oci/documents.ts';
import type { ByteRange } from '../oci/image-source.ts';
import { openCheckedBlob } from './checked-blob.ts';

/** A file in an archive of an image, or in a directory that is an image layout. */
export interface ArchivedFile {
  readonly path: string;
  readonly sizeBytes: number;
  /** The same for names of the same contents. */
  readonly place: string;
  /** Its contents, or a part of them, in pieces that are each for good. */
  read(signal?: AbortSignal, range?: ByteRange): AsyncGenerator<Buffer>;
}

export interface ImageFiles {
  /** A `skopeo-directory` looks like an OCI image layout here, and so does another `source`. */
  readonly kind: 'tar' | 'directory' | 'skopeo-directory' | 'source';
  /** By path, without leading `./`. */
  readonly files: ReadonlyMap<string, ArchivedFile>;
  /** What is wrong with the archive itself, as whole sentences. */
  readonly problems: readonly string[];
  close(): Promise<void>;
}

/** @throws StrataError `invalid-image`. */
export function fileIn(archive: ImageFiles, place: string, path: string): ArchivedFile {
  const file = archive.files.get(path);
  if (file === undefined) throw new StrataError('invalid-image', `${place} lacks ${path}.`);
  return file;
}

/** A short file as a whole. @throws StrataError `invalid-image` where it is longer than any document. */
export async function readShortFile(file: ArchivedFile, place: string): Promise<Buffer> {
  if (file.sizeBytes > LARGEST_CONFIG) {
    throw new StrataError('invalid-image', `${file.path} of ${place} is too large: ${file.sizeBytes} bytes.`);
  }
  const bytes = await buffer(file.read());
  if (bytes.length === file.sizeBytes) return bytes;
  throw new StrataError('invalid-image', `${place} ends in the middle of ${file.path}.`);
}

/** Reads a blob of an archive: see {@link openStoredBlob}. */
export function openArchivedBlob(
  file: ArchivedFile,
  place: string,
  blob: Pick<Descriptor, 'digest' | 'size'>,
  range?: ByteRange,
): Readable {
  return openCheckedBlob({ read: (part) => file.read(undefined, part), place }, blob, range);
}

/** A file that is in memory. */
function fileOf(path: string, bytes: Buffer): ArchivedFile {
  return {
    path,
    sizeBytes: bytes.length,
    place: `made up: ${path}`,
    async *read(_signal, range) {
      yield bytes.subarray(range?.start, range?.end);
    },
  };
}

/** The two files that make an OCI image layout of blobs. */
export function layoutMarkers(root: Descriptor): ReadonlyMap<string, ArchivedFile> {
  const index = { schemaVersion: 2, mediaType: MEDIA_TYPES.index, manifests: [root] };
  const markers = { 'oci-layout': { imageLayoutVersion: '1.0.0' }, 'index.json': index };
  return new Map(
    Object.entries(markers).map(([path, value]) => [path, fileOf(path, Buffer.from(canonicalJson(value)))]),
  );
}
