import type { RootEntry } from '../../../shared/contract/contents.ts';
import { fileNameOf, parentDirectory } from '../../components/paths.ts';

/** Places of files: in the image, and on the host's machine. */

/** A path below a directory of the image; '' is its root. */
export function inImage(directory: string, name: string): string {
  return `${directory.replace(/\/$/, '')}/${name}`;
}

/** The directory of the image that something new goes to when this is chosen. */
export function directoryOf(entry: Pick<RootEntry, 'path' | 'type'> | null): string {
  if (entry === null) return '';
  return entry.type === 'directory' ? entry.path : entry.path.slice(0, entry.path.lastIndexOf('/'));
}

/** How a document names a file of this machine: relative where it is beside the document or below, so that both can move. */
export function fromDocument(path: string, documentPath: string | null): string {
  const directory = documentPath === null ? null : parentDirectory(documentPath);
  if (directory === null || !path.startsWith(`${directory}/`)) return path;
  return path.slice(directory.length + 1);
}

/** What a file of this machine is called. */
export function nameOfFile(path: string): string {
  return fileNameOf(path.replace(/[/\\]+$/, ''));
}

/** The pattern that leaves a file out of what `files` brings to `to`; null where it is all of that. */
export function patternFor(path: string, to: string): string | null {
  const top = to.replace(/\/$/, '');
  if (!path.startsWith(`${top}/`)) return null;
  return path.slice(top.length + 1).replace(/[\\*?[\]!#]/g, '\\$&');
}

/** More is no text that somebody wants to see in a document. */
const MOST_TEXT_BYTES = 100_000;

/** The text of a file; null where it is none, or long. @param bytes of the file */
export function textOf(bytes: ArrayBuffer): string | null {
  if (bytes.byteLength > MOST_TEXT_BYTES) return null;
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return text.includes('\0') ? null : text;
  } catch {
    return null;
  }
}

/** Of a script, that it can be run: its permissions do not come with its text. */
export function modeOfText(text: string): { mode?: string } {
  return text.startsWith('#!') ? { mode: '0755' } : {};
}
