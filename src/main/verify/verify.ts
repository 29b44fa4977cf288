import { StrataError, throwIfCancelled } from '../../shared/errors.ts';
import type { ImageFiles } from '../images/archived-file.ts';
import { openImageFiles } from '../images/image-files.ts';
import type { ImageSource } from '../oci/image-source.ts';
import type { VerificationReport } from './report.ts';
import { sourceFiles } from './source-files.ts';
import { startVerification, type Verification, type VerifyOptions } from './verification.ts';
import { verifyDockerArchive } from './verify-docker.ts';
import { verifyLayout } from './verify-layout.ts';

/**
 * Checks an image on disk (OCI archive, docker-archive, OCI layout directory, skopeo's `dir:`): recomputes every digest, size and diffID
 * and collects all that does not fit. No layer is unpacked, and memory does not grow with the image.
 *
 * @throws StrataError `file-system` when it cannot be read, `invalid-image` when it is no image at all; Cancelled.
 */
export async function verifyImage(path: string, options: VerifyOptions = {}): Promise<VerificationReport> {
  throwIfCancelled(options.signal);
  const archive = await openImageFiles(path, options.signal);
  try {
    return await verifyFiles(path, archive, startVerification(archive, options));
  } finally {
    await archive.close();
  }
}

/**
 * Checks an image wherever it is, as {@link verifyImage} does: reads every manifest, configuration and layer of it.
 *
 * @throws StrataError as the source does for what is no fault of the image; Cancelled.
 */
export async function verifySource(
  source: ImageSource,
  options: VerifyOptions = {},
): Promise<VerificationReport> {
  const files = await sourceFiles(source, options.signal);
  return verifyFiles(source.name, files, startVerification(files, options));
}

async function verifyFiles(
  path: string,
  archive: ImageFiles,
  verification: Verification,
): Promise<VerificationReport> {
  const isLayout = archive.files.has('index.json');
  const isDockerArchive = archive.files.has('manifest.json');
  if (!isLayout && !isDockerArchive) {
    throw new StrataError('invalid-image', `${path} holds no image.`, {
      hint: 'It has neither an index.json (OCI) nor a manifest.json (docker-archive).',
      ...(archive.problems.length > 0 && { details: archive.problems }),
    });
  }
  for (const message of archive.problems) verification.report('archive-damaged', path, message);
  const images = isLayout ? await verifyLayout(verification) : [];
  const dockerImages = isDockerArchive ? await verifyDockerArchive(verification) : [];
  const found = isLayout ? images : dockerImages;
  if (found.length === 0 && verification.problems.length === 0) {
    throw new StrataError('invalid-image', `${path} holds no image.`, {
      hint: `Its ${isLayout ? 'index.json' : 'manifest.json'} lists none.`,
    });
  }
  return {
    format: isLayout ? LAYOUT_FORMATS[archive.kind] : 'docker-archive',
    isDockerArchive,
    images: found,
    problems: verification.problems,
  };
}

const LAYOUT_FORMATS = {
  tar: 'oci',
  directory: 'oci-dir',
  'skopeo-directory': 'dir',
  source: 'registry',
} as const;
