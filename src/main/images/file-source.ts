import { StrataError } from '../../shared/errors.ts';
import type { ImageSource } from '../oci/image-source.ts';
import type { ImageFiles } from './archived-file.ts';
import { dockerArchiveSource } from './docker-archive-source.ts';
import { openImageFiles } from './image-files.ts';
import { layoutSource } from './layout-source.ts';

/**
 * Opens an image on disk: an OCI archive or layout directory, a docker-archive, or skopeo's `dir:`. Nothing is unpacked, and everything
 * that is read is checked.
 *
 * @param name which of several images: a tag, or a name with its tag.
 * @throws StrataError `file-system` where it cannot be read, `invalid-image` with the place where it is no sound image.
 */
export async function openFileSource(
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
  if (archive.files.has('index.json')) return layoutSource(archive, path, name);
  if (archive.files.has('manifest.json')) return dockerArchiveSource(archive, path, name, signal);
  throw new StrataError('invalid-image', `${path} holds no image.`, {
    hint: 'It has neither an index.json (OCI) nor a manifest.json (docker-archive).',
  });
}
