import { keepPreviousData, skipToken, useQueries } from '@tanstack/react-query';
import { useState } from 'react';
import { itemAt } from '../../engine/graph/item-at.ts';
import type { FileEntry } from '../../shared/contract/images.ts';
import { type ShownFailure, toFailure } from '../client/failure.ts';
import { useSettled } from '../components/use-settled.ts';
import { questions, useAnswer } from '../state/questions.ts';
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
  const [pages, setPages] = useState([{ directory: '/', offset: 0 }]);
  const answers = useQueries({
    queries: pages.map((page) =>
      questions().images.files.queryOptions({
        input: { image, layer, ...page, limit: PAGE },
        // The files of an image stay what they are.
        staleTime: Number.POSITIVE_INFINITY,
      }),
    ),
  });
  const listings = new Map<string, Listing>();
  for (const [index, { data }] of answers.entries()) {
    if (data === undefined) continue;
    const { directory } = itemAt(pages, index);
    const entries = [...(listings.get(directory)?.entries ?? []), ...data.entries];
    listings.set(directory, { entries, total: data.total });
  }
  const failed = answers.filter(({ isError }) => isError);
  return {
    listings,
    failure: failed.length === 0 ? null : toFailure(itemAt(failed, 0).error),
    retry: () => {
      for (const { refetch } of failed) void refetch();
    },
    load: (directory) => {
      const offset = listings.get(directory)?.entries.length ?? 0;
      const isAsked = pages.some((page) => page.directory === directory && page.offset === offset);
      if (!isAsked) setPages([...pages, { directory, offset }]);
    },
  };
}

export interface FileSearch {
  readonly entries: readonly FileEntry[];
  readonly total: number;
  readonly failure: ShownFailure | null;
}

const ASK_AFTER_MS = 120;

/** Files whose path holds every word of a query; null while there is no query. */
export function useFileSearch(image: string, layer: number | null, query: string): FileSearch | null {
  const words = useSettled(query.trim(), ASK_AFTER_MS);
  const { value, failure } = useAnswer(
    questions().images.searchFiles.queryOptions({
      input: words === '' ? skipToken : { image, layer, query: words, limit: PAGE },
      placeholderData: keepPreviousData,
    }),
  );
  if (words === '' || query.trim() === '') return null;
  if (failure !== null) return { entries: [], total: 0, failure };
  return value && { ...value, failure };
}
