import { StrataError, throwIfCancelled } from '../../shared/errors.ts';
import type { ImageFiles } from '../images/image-files.ts';
import { openImageFiles } from '../images/image-files.ts';
import type { InspectReport } from './report.ts';
import { type Inspection, startInspection } from './verification.ts';
import { inspectDockerArchive } from './verify-docker.ts';
import { inspectLayout } from './verify-layout.ts';

export interface InspectOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: InspectProgress) => void) | undefined;
  /** What a layer may expand to. Default 64 GiB. */
  readonly maxLayerBytes?: number;
}

export interface InspectProgress {
  /** Bytes of the archive that have been checked. */
  readonly doneBytes: number;
  readonly totalBytes: number;
}

/**
 * Checks an image on disk (OCI archive, docker-archive, OCI layout directory, skopeo's `dir:`): recomputes every digest, size and diffID
 * and collects all that does not fit. No layer is unpacked, and memory does not grow with the image.
 *
 * @throws StrataError `file-system` when it cannot be read, `invalid-image` when it is no image at all; Cancelled.
 */
export async function inspectImage(path: string, options: InspectOptions = {}): Promise<InspectReport> {
  throwIfCancelled(options.signal);
  const archive = await openImageFiles(path, options.signal);
  try {
    return await inspectFiles(path, archive, startInspection(archive, options));
  } finally {
    await archive.close();
  }
}

async function inspectFiles(
  path: string,
  archive: ImageFiles,
  inspection: Inspection,
): Promise<InspectReport> {
  const isLayout = archive.files.has('index.json');
  const isDockerArchive = archive.files.has('manifest.json');
  if (!isLayout && !isDockerArchive) {
    throw new StrataError('invalid-image', `${path} holds no image.`, {
      hint: 'It has neither an index.json (OCI) nor a manifest.json (docker-archive).',
      ...(archive.problems.length > 0 && { details: archive.problems }),
    });
  }
  for (const message of archive.problems) inspection.report('archive-damaged', path, message);
  const images = isLayout ? await inspectLayout(inspection) : [];
  const dockerImages = isDockerArchive ? await inspectDockerArchive(inspection) : [];
  const found = isLayout ? images : dockerImages;
  if (found.length === 0 && inspection.problems.length === 0) {
    throw new StrataError('invalid-image', `${path} holds no image.`, {
      hint: `Its ${isLayout ? 'index.json' : 'manifest.json'} lists none.`,
    });
  }
  return {
    format: isLayout ? LAYOUT_FORMATS[archive.kind] : 'docker-archive',
    isDockerArchive,
    images: found,
    problems: inspection.problems,
  };
}

const LAYOUT_FORMATS = { tar: 'oci', directory: 'oci-dir', 'skopeo-directory': 'dir' } as const;
