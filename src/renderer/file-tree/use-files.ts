import { useCallback, useEffect, useRef, useState } from 'react';
import type { FileEntry } from '../../shared/contract/images.ts';
import { type ShownFailure, toFailure } from '../client/failure.ts';
import { host } from '../state/host.ts';
import type { Listing } from './directory-state.ts';

const PAGE = 300;

export interface Files {
  readonly listings: ReadonlyMap<string, Listing>;
  readonly failure: ShownFailure | null;
  /** Asks again for what could not be read. */
  readonly retry: () => void;
  /** Fetches the first or the next entries of a directory. */
  readonly load: (directory: string) => void;
}

/** The directories of an image or of one of its layers, fetched as they are opened. */
export function useFiles(image: string, layer: number | null): Files {
  const [listings, setListings] = useState<ReadonlyMap<string, Listing>>(new Map());
  const [failed, setFailed] = useState<{ directory: string; failure: ShownFailure } | null>(null);
  const known = useRef(listings);
  known.current = listings;

  const load = useCallback(
    (directory: string, signal?: AbortSignal) => {
      const before = known.current.get(directory);
      if (before !== undefined && before.entries.length >= before.total) return;
      const offset = before?.entries.length ?? 0;
      host()
        .images.files({ image, layer, directory, offset, limit: PAGE }, signal ? { signal } : {})
        .then(({ entries, total }) => {
          setFailed(null);
          setListings((all) => {
            const listing = {
              entries: [...(offset === 0 ? [] : (before?.entries ?? [])), ...entries],
              total,
            };
            return new Map(all).set(directory, listing);
          });
        })
        .catch((error: unknown) => {
          const failure = toFailure(error);
          if (!signal?.aborted && failure !== null) setFailed({ directory, failure });
        });
    },
    [image, layer],
  );

  useEffect(() => {
    const end = new AbortController();
    setListings(new Map());
    known.current = new Map();
    load('/', end.signal);
    return () => end.abort();
  }, [load]);
  const retry = () => {
    setFailed(null);
    if (failed !== null) load(failed.directory);
  };
  return { listings, failure: failed?.failure ?? null, retry, load };
}

export interface FileSearch {
  readonly entries: readonly FileEntry[];
  readonly total: number;
  readonly failure: ShownFailure | null;
}

const ASK_AFTER_MS = 120;

/** Files whose path holds every word of a query; null while there is no query. */
export function useFileSearch(image: string, layer: number | null, query: string): FileSearch | null {
  const [found, setFound] = useState<FileSearch | null>(null);
  useEffect(() => {
    const words = query.trim();
    if (words === '') {
      setFound(null);
      return;
    }
    const end = new AbortController();
    const timer = setTimeout(() => {
      host()
        .images.searchFiles({ image, layer, query: words, limit: PAGE }, { signal: end.signal })
        .then((page) => setFound({ ...page, failure: null }))
        .catch((error: unknown) => {
          if (!end.signal.aborted) setFound({ entries: [], total: 0, failure: toFailure(error) });
        });
    }, ASK_AFTER_MS);
    return () => {
      clearTimeout(timer);
      end.abort();
    };
  }, [image, layer, query]);
  return found;
}
