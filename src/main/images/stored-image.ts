import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { digestOfHex } from '../../engine/oci/digest.ts';
import type { Descriptor, Digest } from '../../engine/oci/types.ts';
import { StrataError } from '../../shared/errors.ts';
import type { Image } from '../assemble/image.ts';
import { fileSystemError } from '../files/file-system-error.ts';
import { bytesSource } from '../oci/bytes.ts';
import type { ByteRange, ImageSource } from '../oci/image-source.ts';

/** Where in a file a blob is. */
export interface StoredBlob {
  readonly file: string;
  readonly offset: number;
}

const READ_BYTES = 256 * 1024;

/**
 * Reads a blob, or a part of it, from a file. A whole blob is checked, and the last of its bytes held back until then, so
 * that nobody takes a damaged one for whole.
 *
 * @throws (in the stream) StrataError `file-system`, or `corrupt-blob` where the bytes are not those of the digest.
 */
export function openStoredBlob(
  { file, offset }: StoredBlob,
  blob: Pick<Descriptor, 'digest' | 'size'>,
  range?: ByteRange,
): Readable {
  const read = ({ start, end }: ByteRange) =>
    createReadStream(file, { start: offset + start, end: offset + end - 1, highWaterMark: READ_BYTES });
  return openCheckedBlob({ read, place: file }, blob, range);
}

/** As {@link openStoredBlob}, from whatever has the bytes. @param source its pieces are each for good. */
export function openCheckedBlob(
  source: { readonly read: (range: ByteRange) => AsyncIterable<Buffer>; readonly place: string },
  blob: Pick<Descriptor, 'digest' | 'size'>,
  range?: ByteRange,
): Readable {
  return Readable.from(readChecked(source, blob, range), { objectMode: false });
}

async function* readChecked(
  { read, place }: Parameters<typeof openCheckedBlob>[0],
  blob: Pick<Descriptor, 'digest' | 'size'>,
  range: ByteRange | undefined,
): AsyncGenerator<Buffer> {
  const { start, end } = range ?? { start: 0, end: blob.size };
  if (range !== undefined && start === end) return;
  const hash = createHash('sha256');
  let sizeBytes = 0;
  let held: Buffer | undefined;
  try {
    for await (const piece of start === end ? [] : read({ start, end })) {
      if (held !== undefined) yield held;
      held = piece;
      hash.update(piece);
      sizeBytes += piece.length;
    }
  } catch (error) {
    throw fileSystemError(error, 'read', place);
  }
  const isRight = range === undefined ? digestOfHex(hash.digest('hex')) === blob.digest : true;
  if (sizeBytes !== end - start || !isRight) {
    throw new StrataError('corrupt-blob', `The blob ${blob.digest} in ${place} is damaged.`, {
      hint: 'Build the image again, or take an undamaged copy of the file.',
      details: { digest: blob.digest, file: place },
    });
  }
  if (held !== undefined) yield held;
}

/** An image whose layers are in the blob store, as something to push. */
export function storedImageSource(image: Image): ImageSource {
  const documents = new Map<Digest, Buffer>([
    [image.manifest.descriptor.digest, image.manifest.bytes],
    [image.config.descriptor.digest, image.config.bytes],
  ]);
  const files = new Map(image.layers.map(({ descriptor, file }) => [descriptor.digest, file]));
  return {
    name: 'the image',
    root: image.manifest.descriptor,
    async readManifest() {
      return image.manifest.bytes;
    },
    async openBlob(descriptor, range) {
      const bytes = documents.get(descriptor.digest);
      if (bytes !== undefined) return bytesSource(bytes).openBlob(descriptor, range);
      const file = files.get(descriptor.digest);
      if (file === undefined)
        throw new StrataError('invalid-image', `The image has no blob ${descriptor.digest}.`);
      return openStoredBlob({ file, offset: 0 }, descriptor, range);
    },
    async close() {},
  };
}
