import type { LayerEntry } from '../../engine/contents/layer-entry.ts';
import type { RawPath } from './raw-path.ts';

/** A {@link LayerEntry} as its archive has it: names are bytes, and nothing in it is to be trusted. */
export interface TarEntry extends Omit<LayerEntry, 'path' | 'linkTarget' | 'contentDigest'> {
  /** As written, apart from trailing slashes. */
  readonly path: RawPath;
  /** Empty for what is no link. */
  readonly linkTarget: RawPath;
  /** Seconds since the epoch. */
  readonly mtime: number;
}

/** An entry that was read, with the place of its contents. */
export interface StoredTarEntry extends TarEntry {
  /** What the archive has of its contents: of a sparse file its parts with a list of them. */
  readonly storedBytes: number;
  /** Where that starts in the archive. */
  readonly offset: number;
}

/** What of an entry there is to write: the rest is the same for all. */
export interface WrittenTarEntry
  extends Pick<TarEntry, 'path' | 'mode'>,
    Partial<Pick<TarEntry, 'sizeBytes' | 'linkTarget'>> {
  readonly type: 'file' | 'symlink' | 'directory';
  /** 0 where it is left out. */
  readonly uid?: number | undefined;
  readonly gid?: number | undefined;
  /** Extended attributes by name, values one UTF-16 code unit (0 to 255) a byte. */
  readonly xattrs?: Readonly<Record<string, string>> | undefined;
}
