import type { ByteSink } from './byte-sink.ts';
import type { RawPath } from './raw-path.ts';
import { TAR_END, type TarEntry, tarHeader, tarPadding } from './tar-header.ts';

/** An entry of an archive that is made up rather than read from disk. Paths have neither leading nor trailing slash. */
export type TreeEntry =
  | { readonly type: 'directory'; readonly path: RawPath; readonly mode: number }
  | { readonly type: 'symlink'; readonly path: RawPath; readonly target: RawPath }
  | { readonly type: 'file'; readonly path: RawPath; readonly mode: number; readonly text: string };

/** Writes a whole tar archive of the entries in the order in which they are given. */
export function writeTree(entries: readonly TreeEntry[], sink: ByteSink): void {
  for (const entry of entries) {
    const contents = Buffer.from(entry.type === 'file' ? entry.text : '', 'utf8');
    sink.write(tarHeader(tarEntry(entry, contents.length)));
    sink.write(contents);
    sink.write(tarPadding(contents.length));
  }
  sink.write(TAR_END);
}

function tarEntry(entry: TreeEntry, sizeBytes: number): TarEntry {
  const { path } = entry;
  if (entry.type === 'symlink') return { type: 'symlink', path, mode: 0o777, target: entry.target };
  return { type: entry.type, path, mode: entry.mode, sizeBytes };
}
