import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import type { CatalogEntry, CatalogPage } from '../../../shared/contract/catalog.ts';
import { type ShownFailure, toFailure } from '../../client/failure.ts';
import { questions } from '../../state/questions.ts';
import { useCatalog, useIsListed, useSelection } from './catalog-state.ts';

const PAGE = 100;

export interface Results {
  readonly entries: readonly CatalogEntry[];
  readonly total: number;
  readonly loading: boolean;
  readonly failure: ShownFailure | null;
  /** Fetches the next page, if there is one. */
  readonly more: () => void;
  readonly retry: () => void;
}

/** What the search field or the open set gives, page by page. The last results stay until new ones are there. */
export function useResults(): Results {
  const { selection } = useSelection();
  const { query, set } = useCatalog();
  const { search, browse } = questions().catalog;
  const pages = {
    enabled: useIsListed(),
    initialPageParam: 0,
    getNextPageParam: nextOffset,
    select: joined,
    placeholderData: keepPreviousData,
  };
  const page = (offset: number) => ({ ...selection, offset, limit: PAGE });
  const { data, error, isPending, hasNextPage, isFetching, fetchNextPage, refetch } = useInfiniteQuery(
    query.trim() === '' && set !== ''
      ? browse.infiniteOptions({ ...pages, input: (offset: number) => ({ ...page(offset), set }) })
      : search.infiniteOptions({ ...pages, input: (offset: number) => ({ ...page(offset), query }) }),
  );
  return {
    ...(data ?? NONE),
    loading: isPending,
    failure: error && toFailure(error),
    more: () => {
      if (hasNextPage && !isFetching) void fetchNextPage();
    },
    retry: () => void refetch(),
  };
}

const NONE = { entries: [], total: 0 } as const;

/** Where the next page begins; none after the last one. */
function nextOffset({ total }: CatalogPage, pages: readonly CatalogPage[]): number | undefined {
  const offset = pages.length * PAGE;
  return offset < total ? offset : undefined;
}

function joined({ pages }: { readonly pages: readonly CatalogPage[] }): Pick<Results, 'entries' | 'total'> {
  const entries = new Map(pages.flatMap((page) => page.entries).map((entry) => [entry.attribute, entry]));
  return { entries: [...entries.values()], total: pages[0]?.total ?? 0 };
}
