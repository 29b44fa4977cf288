import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { formatReference, parseReference, type Reference } from '../oci/reference.ts';

/** Where an image is, in the words of the user. */
export type ImageLocation =
  | {
      readonly type: 'file';
      /** A tar archive or a directory. */
      readonly path: string;
      /** Which of several images in it. */
      readonly name: string | undefined;
    }
  | { readonly type: 'registry'; readonly reference: Reference }
  | { readonly type: 'document'; readonly path: string };

const FILE_TRANSPORT = /^(oci|oci-archive|docker-archive|dir):(.+)$/;

/**
 * Reads a location: a `*.strata.json` document, a file or directory that exists, else a reference. The prefixes of
 * skopeo settle what could be both: `docker://REF`, `oci:DIR[:NAME]`, `oci-archive:FILE[:NAME]`,
 * `docker-archive:FILE[:NAME]`, `dir:DIR`.
 *
 * @throws StrataError `usage` for what is none of these.
 */
export function parseLocation(text: string, exists: (path: string) => boolean = existsSync): ImageLocation {
  const [, transport, rest = ''] = FILE_TRANSPORT.exec(text) ?? [];
  if (transport !== undefined && !exists(text)) return { type: 'file', ...splitName(rest, exists) };
  if (text.startsWith('docker://')) return { type: 'registry', reference: parseReference(text) };
  if (text.endsWith('.strata.json')) return { type: 'document', path: text };
  const isPath = exists(text) || /^(\.{0,2}\/|~)/.test(text) || /\.(tar|tgz|tar\.\w+)$/.test(text);
  if (isPath) return { type: 'file', path: text, name: undefined };
  return { type: 'registry', reference: parseReference(text) };
}

/**
 * The same, with paths that are relative to a directory, or begin with `~`, made absolute.
 *
 * @throws StrataError `usage` for what is no location.
 */
export function locationFrom(text: string, directory: string, home: string = homedir()): ImageLocation {
  const absolute = (path: string): string => resolve(directory, path.replace(/^~(?=\/|$)/, home));
  const location = parseLocation(text.trim(), (path) => existsSync(absolute(path)));
  return location.type === 'registry' ? location : { ...location, path: absolute(location.path) };
}

/** A location as a text that {@link parseLocation} reads back. */
export function formatLocation(location: ImageLocation): string {
  if (location.type === 'registry') return formatReference(location.reference);
  return location.type === 'file' && location.name !== undefined
    ? `oci:${location.path}:${location.name}`
    : location.path;
}

/** A name may have colons itself, and so may a path: the longest beginning that exists is the path. */
function splitName(
  text: string,
  exists: (path: string) => boolean,
): { readonly path: string; readonly name: string | undefined } {
  for (let at = text.length; at > 0; at = text.lastIndexOf(':', at - 1)) {
    const path = text.slice(0, at);
    if (exists(path)) return { path, name: text.slice(at + 1) || undefined };
  }
  return { path: text, name: undefined };
}
