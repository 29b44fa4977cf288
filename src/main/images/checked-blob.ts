import { Readable } from 'node:stream';
import type { Descriptor } from '../../engine/oci/types.ts';
import { StrataError } from '../../shared/errors.ts';
import { byteMeter } from '../archive/byte-meter.ts';
import { fileSystemError } from '../files/file-system-error.ts';
import { readPieces } from '../files/read-pieces.ts';
import type { ByteRange } from '../oci/image-source.ts';

/**
 * Reads a blob, or a part of it, from a file. A whole blob is checked, and the last of its bytes held back until then, so
 * that nobody takes a damaged one for whole.
 *
 * @throws (in the stream) StrataError `file-system`, or `corrupt-blob` where the bytes are not those of the digest.
 */
export function openStoredBlob(
  file: string,
  blob: Pick<Descriptor, 'digest' | 'size'>,
  range?: ByteRange,
): Readable {
  return openCheckedBlob({ read: (part) => readPieces(file, { range: part }), place: file }, blob, range);
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
  const meter = byteMeter();
  let held: Buffer | undefined;
  try {
    for await (const piece of start === end ? [] : read({ start, end })) {
      if (held !== undefined) yield held;
      held = piece;
      meter.take(piece);
    }
  } catch (error) {
    throw fileSystemError(error, 'read', place);
  }
  if (meter.bytes() !== end - start || (range === undefined && meter.digest() !== blob.digest)) {
    throw new StrataError('corrupt-blob', `The blob ${blob.digest} in ${place} is damaged.`, {
      hint: 'Build the image again, or take an undamaged copy of the file.',
      details: { digest: blob.digest, file: place },
    });
  }
  if (held !== undefined) yield held;
}
