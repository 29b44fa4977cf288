import { useEffect } from 'react';
import { create } from 'zustand';
import type { RecentDocument } from '../../../shared/contract/documents.ts';
import { followHost, host } from '../../state/host.ts';
import { reportFailure } from '../../state/notices.ts';

const useStore = create<{ readonly recent: readonly RecentDocument[] }>(() => ({ recent: [] }));

/** The documents that were opened last, kept true while anything shows them. */
export function useRecent(): readonly RecentDocument[] {
  useEffect(() => {
    const end = new AbortController();
    followHost(
      (signal) => host().documents.watchRecent(undefined, { signal }),
      (recent) => useStore.setState({ recent }),
      end.signal,
    ).catch((error: unknown) => reportFailure('The recent documents could not be read', error));
    return () => end.abort();
  }, []);
  return useStore((state) => state.recent);
}
