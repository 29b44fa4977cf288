import { useCallback, useEffect, useRef, useState } from 'react';
import type { CatalogEntry } from '../../../shared/contract/catalog.ts';
import { type ShownFailure, toFailure } from '../../client/failure.ts';
import { host } from '../../state/host.ts';
import { useCatalog, useSelection } from './catalog-state.ts';

const PAGE = 100;

export interface Results {
  readonly entries: readonly CatalogEntry[];
  readonly total: number;
  readonly loading: boolean;
  readonly failure: ShownFailure | null;
  /** Fetches the next page, if there is one. */
  readonly more: () => void;
}

const NONE = { entries: [], total: 0, loading: true, failure: null } as const;

/** What the search field or the open set gives, page by page. The last results stay until new ones are there. */
export function useResults(): Results {
  const { key, selection } = useSelection();
  const { query, set } = useCatalog();
  const revision = useCatalog(({ status }) => (status?.state === 'ready' ? status.revision : null));
  const [results, setResults] = useState<Omit<Results, 'more'>>(NONE);
  const fetching = useRef(false);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says everything about the selection
  const fetchPage = useCallback(
    (offset: number, signal: AbortSignal) => {
      const page = { ...selection, offset, limit: PAGE };
      return query.trim() === '' && set !== ''
        ? host().catalog.browse({ ...page, set }, { signal })
        : host().catalog.search({ ...page, query }, { signal });
    },
    [key, query, set],
  );

  useEffect(() => {
    if (revision === null) return;
    const end = new AbortController();
    fetching.current = true;
    fetchPage(0, end.signal)
      .then(({ entries, total }) => setResults({ entries, total, loading: false, failure: null }))
      .catch((error: unknown) => {
        if (!end.signal.aborted) setResults({ ...NONE, loading: false, failure: toFailure(error) });
      })
      .finally(() => {
        fetching.current = false;
      });
    return () => end.abort();
  }, [fetchPage, revision]);

  const more = () => {
    if (fetching.current || results.entries.length >= results.total) return;
    fetching.current = true;
    fetchPage(results.entries.length, new AbortController().signal)
      .then(({ entries }) =>
        setResults((before) => ({ ...before, entries: withoutTwice([...before.entries, ...entries]) })),
      )
      .catch((error: unknown) => setResults((before) => ({ ...before, failure: toFailure(error) })))
      .finally(() => {
        fetching.current = false;
      });
  };
  return { ...results, more };
}

function withoutTwice(entries: readonly CatalogEntry[]): CatalogEntry[] {
  return [...new Map(entries.map((entry) => [entry.attribute, entry])).values()];
}
