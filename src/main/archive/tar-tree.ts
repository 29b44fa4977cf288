import type { ByteSink } from './byte-sink.ts';
import type { RawPath } from './raw-path.ts';
import { TAR_END, tarHeader, tarPadding } from './tar-header.ts';

/** An entry of an archive that is made up rather than read from disk. Paths have neither leading nor trailing slash. */
export type TreeEntry =
  | { readonly type: 'directory'; readonly path: RawPath; readonly mode: number }
  | { readonly type: 'symlink'; readonly path: RawPath; readonly target: RawPath }
  | { readonly type: 'file'; readonly path: RawPath; readonly mode: number; readonly text: string };

/** Writes a whole tar archive of the entries in the order in which they are given. */
export function writeTree(entries: readonly TreeEntry[], sink: ByteSink): void {
  for (const entry of entries) {
    const contents = Buffer.from(entry.type === 'file' ? entry.text : '', 'utf8');
    const isLink = entry.type === 'symlink';
    const facts = isLink ? { mode: 0o777, linkTarget: entry.target } : { mode: entry.mode };
    sink.write(tarHeader({ type: entry.type, path: entry.path, sizeBytes: contents.length, ...facts }));
    sink.write(contents);
    sink.write(tarPadding(contents.length));
  }
  sink.write(TAR_END);
}
