import { createTanstackQueryUtils } from '@orpc/tanstack-query';
import {
  QueryCache,
  QueryClient,
  type QueryKey,
  type UseQueryOptions,
  useQuery,
} from '@tanstack/react-query';
import { isConnectionError, type ShownFailure, toFailure } from '../client/failure.ts';
import { host, useHost } from './host.ts';
import { inBackground, reportFailure } from './notices.ts';

declare module '@tanstack/react-query' {
  interface Register {
    /** `failedTitle`: what a notice says of a failure, where no screen shows it. */
    readonly queryMeta: { readonly failedTitle?: string };
  }
}

/** What the host answered to the questions of this window. */
export const answers = new QueryClient({
  queryCache: new QueryCache({
    onError: (error, { meta }) => {
      if (meta?.failedTitle !== undefined) reportFailure(meta.failedTitle, error);
    },
  }),
  defaultOptions: {
    queries: {
      // The host is reached without any network.
      networkMode: 'always',
      // Calls wait for the host by themselves; what was under way when the connection broke is asked again.
      retry: (_, error) => isConnectionError(error),
      retryDelay: 0,
      refetchOnWindowFocus: false,
    },
    mutations: { networkMode: 'always' },
  },
});

useHost.subscribe(({ connection, about: before }, { connection: connectionBefore }) => {
  if (connection !== 'open' || connectionBefore === 'open' || before === null) return;
  inBackground('The host could not be asked what it is', async () => {
    const about = await answers.fetchQuery(questions().system.about.queryOptions());
    useHost.setState({ about });
    // Another host was started meanwhile: what the one before it answered is asked again.
    if (about.hostId !== before.hostId) await answers.invalidateQueries();
  });
});

let utils: ReturnType<typeof createTanstackQueryUtils<ReturnType<typeof host>>> | undefined;

/** The questions that the host answers, by the names of the contract, in the form of TanStack Query. */
export function questions() {
  utils ??= createTanstackQueryUtils(host());
  return utils;
}

export interface Answer<Value> {
  /** null until the host has answered, and after a failure. */
  readonly value: Value | null;
  /** Whether the value answers an earlier question: this one is not answered yet. */
  readonly isEarlier: boolean;
  readonly failure: ShownFailure | null;
  readonly retry: () => void;
}

/**
 * What the host answers to a question; asked when the component appears, and whenever it is another question. What was
 * answered before is shown until the answer is there.
 */
export function useAnswer<Data, Value = Data>(
  question: UseQueryOptions<Data, Error, Value, QueryKey>,
): Answer<Value> {
  const { data, error, refetch, isPlaceholderData } = useQuery(question);
  return {
    value: data ?? null,
    isEarlier: isPlaceholderData,
    failure: error && toFailure(error),
    retry: () => void refetch(),
  };
}
