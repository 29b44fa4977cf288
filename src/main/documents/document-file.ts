import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import type { StrataDocument } from '../../shared/document.ts';
import { StrataError } from '../../shared/errors.ts';
import { formatDocument, parseDocument } from '../../shared/parse-document.ts';
import { fileSystemError } from '../files/file-system-error.ts';
import { writeWhole } from '../files/write-whole.ts';

const LARGEST_DOCUMENT_BYTES = 4_000_000;

export interface DocumentFile {
  readonly path: string;
  readonly document: StrataDocument;
  /** SHA-256 of the file's bytes. */
  readonly fingerprint: string;
}

/** @throws StrataError `invalid-document` or `file-system` */
export async function readDocumentFile(path: string): Promise<DocumentFile> {
  const absolute = resolve(path);
  const bytes = await readBytes(absolute);
  const document = parseDocument(bytes.toString('utf8'), basename(absolute));
  return { path: absolute, document, fingerprint: fingerprintOf(bytes) };
}

export interface SaveRequest {
  readonly path: string;
  readonly document: StrataDocument;
  /** Of the file as the caller knows it; null where it expects none. */
  readonly fingerprint: string | null;
  /** Overwrite whatever is there. */
  readonly replace: boolean;
}

/**
 * Saves a document whole or not at all.
 *
 * @throws StrataError `conflict` where the file is not the one that the caller knows; `file-system`, `disk-full`
 */
export async function saveDocumentFile(
  request: SaveRequest,
): Promise<{ readonly path: string; readonly fingerprint: string }> {
  const path = resolve(request.path);
  const text = formatDocument(request.document);
  const fingerprint = fingerprintOf(text);
  if (!request.replace) {
    const current = await currentFingerprint(path);
    if (current === fingerprint) return { path, fingerprint };
    if (current !== null && current !== request.fingerprint)
      throw changedElsewhere(path, request.fingerprint);
  }
  await writeWhole(path, text);
  return { path, fingerprint };
}

function changedElsewhere(path: string, known: string | null): StrataError {
  const name = basename(path);
  return known === null
    ? new StrataError('conflict', `${name} exists already.`, {
        hint: 'Replace it, or choose another name.',
        details: { path },
      })
    : new StrataError('conflict', `${name} was changed outside this window after it was opened.`, {
        hint: 'Replace it with what is in this window, save under another name, or open it again.',
        details: { path },
      });
}

function fingerprintOf(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

async function currentFingerprint(path: string): Promise<string | null> {
  try {
    return fingerprintOf(await readBytes(path));
  } catch (error) {
    if (error instanceof StrataError && (error.cause as NodeJS.ErrnoException)?.code === 'ENOENT')
      return null;
    throw error;
  }
}

async function readBytes(path: string): Promise<Buffer> {
  try {
    // A named pipe would keep the opening waiting, and a device the reading.
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const status = await file.stat();
      if (!status.isFile()) {
        throw new StrataError('file-system', `${path} is not a file.`, {
          hint: 'Documents are files that end in .strata.json.',
        });
      }
      const { size } = status;
      if (size > LARGEST_DOCUMENT_BYTES) {
        throw new StrataError('invalid-document', `${path} has ${size} bytes: too many for a document.`, {
          hint: 'Documents end in .strata.json; an image or another file cannot be opened as one.',
        });
      }
      return await file.readFile();
    } finally {
      await file.close();
    }
  } catch (error) {
    throw fileSystemError(error, 'read', path);
  }
}
