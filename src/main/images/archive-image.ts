import type { Readable } from 'node:stream';
import type { Descriptor } from '../../engine/oci/types.ts';
import { StrataError } from '../../shared/errors.ts';
import { ownPieces } from '../archive/measure.ts';
import type { ByteRange, ImageSource } from '../oci/image-source.ts';
import { LARGEST_CONFIG } from '../oci/manifest-schema.ts';
import { dockerArchiveImage } from './docker-archive.ts';
import { type ArchivedFile, type ImageFiles, openImageFiles } from './image-files.ts';
import { layoutImage } from './layout-image.ts';
import { openCheckedBlob } from './stored-image.ts';

/**
 * Opens an image on disk: an OCI archive or layout directory, a docker-archive, or skopeo's `dir:`. Nothing is unpacked, and everything
 * that is read is checked.
 *
 * @param name which of several images: a tag, or a name with its tag.
 * @throws StrataError `file-system` where it cannot be read, `invalid-image` with the place where it is no sound image.
 */
export async function openArchiveImage(
  path: string,
  name: string | undefined,
  signal?: AbortSignal,
): Promise<ImageSource> {
  const archive = await openImageFiles(path, signal);
  try {
    const [problem] = archive.problems;
    if (problem !== undefined)
      throw new StrataError('invalid-image', `${path}: ${problem}`, { details: archive.problems });
    return await imageOf(archive, path, name, signal);
  } catch (error) {
    await archive.close();
    throw error;
  }
}

async function imageOf(
  archive: ImageFiles,
  path: string,
  name: string | undefined,
  signal: AbortSignal | undefined,
): Promise<ImageSource> {
  if (archive.files.has('index.json')) return layoutImage(archive, path, name);
  if (archive.files.has('manifest.json')) return dockerArchiveImage(archive, path, name, signal);
  throw new StrataError('invalid-image', `${path} holds no image.`, {
    hint: 'It has neither an index.json (OCI) nor a manifest.json (docker-archive).',
  });
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
  const pieces: Buffer[] = [];
  for await (const piece of file.read()) pieces.push(Buffer.from(piece));
  const bytes = Buffer.concat(pieces);
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
  return openCheckedBlob({ read: (part) => ownPieces(file.read(undefined, part)), place }, blob, range);
}
