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
  /** Asks again from the start. */
  readonly retry: () => void;
}

const NONE = { entries: [], total: 0, loading: true, failure: null } as const;

/** What the search field or the open set gives, page by page. The last results stay until new ones are there. */
export function useResults(): Results {
  const { key, selection } = useSelection();
  const { query, set } = useCatalog();
  const revision = useCatalog(({ status }) => (status?.state === 'ready' ? status.revision : null));
  const [results, setResults] = useState<Omit<Results, 'more' | 'retry'>>(NONE);
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

  /** Ends with the query: a page of an earlier one must not follow the first page of this one. */
  const end = useRef<AbortController | null>(null);

  const load = useCallback(() => {
    end.current?.abort();
    const controller = new AbortController();
    end.current = controller;
    const { signal } = controller;
    fetching.current = true;
    fetchPage(0, signal)
      .then(({ entries, total }) => {
        if (!signal.aborted) setResults({ entries, total, loading: false, failure: null });
      })
      .catch((error: unknown) => {
        if (!signal.aborted) setResults({ ...NONE, loading: false, failure: toFailure(error) });
      })
      .finally(() => {
        if (!signal.aborted) fetching.current = false;
      });
  }, [fetchPage]);

  useEffect(() => {
    if (revision === null) return;
    load();
    return () => end.current?.abort();
  }, [load, revision]);

  const more = () => {
    const signal = end.current?.signal;
    if (signal === undefined || fetching.current || results.entries.length >= results.total) return;
    fetching.current = true;
    fetchPage(results.entries.length, signal)
      .then(({ entries }) => {
        if (signal.aborted) return;
        setResults((before) => ({ ...before, entries: withoutTwice([...before.entries, ...entries]) }));
      })
      .catch((error: unknown) => {
        if (!signal.aborted) setResults((before) => ({ ...before, failure: toFailure(error) }));
      })
      .finally(() => {
        if (!signal.aborted) fetching.current = false;
      });
  };
  return { ...results, more, retry: load };
}

function withoutTwice(entries: readonly CatalogEntry[]): CatalogEntry[] {
  return [...new Map(entries.map((entry) => [entry.attribute, entry])).values()];
}
