import { useEffect } from 'react';
import { create } from 'zustand';
import type { CatalogStatus } from '../../../shared/contract/catalog.ts';
import { type ShownFailure, toFailure } from '../../client/failure.ts';
import { useOpen } from '../../state/document/store.ts';
import { followHost, host } from '../../state/host.ts';
import { sourceSelection } from '../../state/sources.ts';

/** The catalog of the document's source, and what is looked at in it. */
export interface CatalogState {
  readonly status: CatalogStatus | null;
  readonly failure: ShownFailure | null;
  readonly query: string;
  /** The nested set that is open; '' is the top. */
  readonly set: string;
  /** Attribute whose details are shown. */
  readonly shown: string | null;
  /** Whose catalog it is. */
  readonly source: string | null;
}

export const useCatalog = create<CatalogState>(() => ({
  status: null,
  failure: null,
  query: '',
  set: '',
  shown: null,
  source: null,
}));

/** The selection for catalog calls, the same object while nothing of it changes. */
export function useSelection() {
  const open = useOpen();
  const { source, importArguments, system } = open.history.present;
  const key = JSON.stringify([source, importArguments, system, open.path]);
  return { key, selection: sourceSelection(open.history.present, open.path), trusted: open.source.trusted };
}

/** Follows the catalog of the source, brought up to date. */
export function useCatalogStatus(): void {
  const { key, selection, trusted } = useSelection();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says everything about the selection
  useEffect(() => {
    if (!trusted) return;
    const end = new AbortController();
    const isOther = useCatalog.getState().source !== key;
    useCatalog.setState({
      status: null,
      failure: null,
      source: key,
      ...(isOther ? { query: '', set: '', shown: null } : {}),
    });
    // Also where there is one already: a source that somebody works on may have changed since it was listed.
    prepareCatalog(selection, false);
    followHost(
      (signal) => host().catalog.watch(selection, { signal }),
      (status) => {
        useCatalog.setState({ status });
      },
      end.signal,
    ).catch((error: unknown) => useCatalog.setState({ failure: toFailure(error) }));
    return () => end.abort();
  }, [key, trusted]);
}

export function prepareCatalog(
  selection: ReturnType<typeof useSelection>['selection'],
  rebuild: boolean,
): void {
  useCatalog.setState({ failure: null });
  host()
    .catalog.prepare({ ...selection, rebuild })
    .catch((error: unknown) => useCatalog.setState({ failure: toFailure(error) }));
}
