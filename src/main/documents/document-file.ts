import { createHash } from 'node:crypto';
import { basename, resolve } from 'node:path';
import type { StrataDocument } from '../../shared/document.ts';
import { StrataError } from '../../shared/errors.ts';
import { formatDocument, parseDocument } from '../../shared/parse-document.ts';
import { isMissing, readUserFile } from '../files/user-file.ts';
import { writeWhole } from '../files/write-whole.ts';

const LARGEST_DOCUMENT_BYTES = 4_000_000;

export interface DocumentFile {
  readonly path: string;
  readonly document: StrataDocument;
  /** SHA-256 of the file's bytes. */
  readonly fingerprint: string;
}

/** @param name what messages call it. @throws StrataError `invalid-document` or `file-system` */
export async function readDocumentFile(path: string, name = basename(path)): Promise<DocumentFile> {
  const bytes = await readBytes(path);
  const document = parseDocument(bytes.toString('utf8'), name);
  return { path: resolve(path), document, fingerprint: fingerprintOf(bytes) };
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
    if (isMissing(error)) return null;
    throw error;
  }
}

function readBytes(path: string): Promise<Buffer> {
  return readUserFile(path, {
    mostBytes: LARGEST_DOCUMENT_BYTES,
    hint: 'Documents are files that end in .strata.json; examples/ has some to start from.',
  });
}
