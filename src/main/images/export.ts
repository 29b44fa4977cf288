import { mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Digest } from '../../engine/oci/types.ts';
import { StrataError, throwIfCancelled } from '../../shared/errors.ts';
import type { ExportFormat } from '../../shared/export-formats.ts';
import type { ExportableImage } from '../assemble/image.ts';
import { syncPath } from '../files/durable.ts';
import { checkReplaceableLayout, replaceTarget } from '../files/replace-target.ts';
import type { BlobStore } from '../store/blob-store.ts';
import {
  type ArchiveFile,
  combinedFiles,
  dockerArchiveFiles,
  type ImageName,
  ociLayoutFiles,
} from './archive-files.ts';
import { type WriteBytes, writeContents } from './copy-blob.ts';
import { type ArchiveEntry, writeTar } from './write-tar.ts';

export interface ExportOptions {
  readonly image: ExportableImage;
  readonly store: BlobStore;
  readonly format: ExportFormat;
  /** A file, or a directory for `oci-dir`. One that exists is replaced when the new one is whole. */
  readonly output: string;
  readonly name: ImageName;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: ExportProgress) => void) | undefined;
}

export interface ExportProgress {
  readonly doneBytes: number;
  readonly totalBytes: number;
}

/**
 * Writes an image to disk. The same image gives the same bytes.
 *
 * @returns bytes written. @throws StrataError `disk-full`, `file-system`, `corrupt-blob`; Cancelled.
 */
export async function exportImage(options: ExportOptions): Promise<number> {
  const { image, store, format, output, name, signal } = options;
  throwIfCancelled(signal);
  const files = filesOf(format, image, name);
  const progress = meter(files, options.onProgress);
  if (format === 'oci-dir') {
    await checkReplaceableLayout(output);
    await replaceTarget(output, (temporary) => writeDirectory(temporary, files, store, progress, signal));
  } else {
    await replaceTarget(output, async (temporary) => {
      await writeFile(temporary, (write) => writeTar(entriesOf(files, store, signal), progress(write)));
    });
  }
  return progress.bytes();
}

/** Writes an image as a tar to a pipe. @throws as {@link exportImage} does, and what `write` throws. */
export async function streamImage(
  options: Omit<ExportOptions, 'output' | 'format'> & {
    readonly format: Exclude<ExportFormat, 'oci-dir'>;
    readonly write: WriteBytes;
    /** Blobs that whoever reads it has already: they are left out, and with them the archive is whole no more. */
    readonly without?: ReadonlySet<Digest>;
  },
): Promise<number> {
  const { image, store, format, name, signal, without = new Set() } = options;
  const files = filesOf(format, image, name).filter(
    (file) => file.type === 'bytes' || !without.has(file.digest),
  );
  const progress = meter(files, options.onProgress);
  await writeTar(entriesOf(files, store, signal), progress(options.write));
  return progress.bytes();
}

function filesOf(format: ExportFormat, image: ExportableImage, name: ImageName): readonly ArchiveFile[] {
  switch (format) {
    case 'oci':
      return combinedFiles(image, name);
    case 'docker-archive':
      return dockerArchiveFiles(image, name);
    case 'oci-dir':
      return ociLayoutFiles(image, name);
    default:
      throw new StrataError('usage', `There is no export format "${format satisfies never}".`);
  }
}

function* entriesOf(
  files: readonly ArchiveFile[],
  store: BlobStore,
  signal: AbortSignal | undefined,
): Generator<ArchiveEntry> {
  for (const path of directoriesOf(files)) yield { type: 'directory', path };
  for (const file of files) {
    const produce = (write: WriteBytes) => writeContents(file, store, write, signal);
    yield { type: 'file', path: file.path, sizeBytes: sizeOf(file), produce };
  }
}

async function writeDirectory(
  directory: string,
  files: readonly ArchiveFile[],
  store: BlobStore,
  progress: (write: WriteBytes) => WriteBytes,
  signal: AbortSignal | undefined,
): Promise<void> {
  const directories = ['.', ...directoriesOf(files)].map((path) => join(directory, path));
  for (const path of directories) await mkdir(path);
  for (const file of files) {
    await writeFile(join(directory, file.path), (write) =>
      writeContents(file, store, progress(write), signal),
    );
  }
  for (const path of directories) await syncPath(path);
}

/** Makes a new file and waits until it is on disk. */
async function writeFile(path: string, produce: (write: WriteBytes) => Promise<void>): Promise<void> {
  const handle = await open(path, 'wx');
  try {
    await produce(async (bytes) => {
      for (let at = 0; at < bytes.length; ) at += (await handle.write(bytes, at)).bytesWritten;
    });
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function directoriesOf(files: readonly ArchiveFile[]): readonly string[] {
  const directories = new Set<string>();
  for (const { path } of files) {
    for (let parent = dirname(path); parent !== '.'; parent = dirname(parent)) directories.add(parent);
  }
  return [...directories].sort();
}

function sizeOf(file: ArchiveFile): number {
  return file.type === 'bytes' ? file.bytes.length : file.sizeBytes;
}

/** Counts what passes through. */
function meter(files: readonly ArchiveFile[], onProgress: ExportOptions['onProgress']) {
  const totalBytes = files.reduce((sum, file) => sum + sizeOf(file), 0);
  let doneBytes = 0;
  const progress = (write: WriteBytes): WriteBytes => {
    return async (bytes) => {
      await write(bytes);
      doneBytes += bytes.length;
      onProgress?.({ doneBytes: Math.min(doneBytes, totalBytes), totalBytes });
    };
  };
  return Object.assign(progress, { bytes: () => doneBytes });
}
