import { create } from 'zustand';
import type { RecentDocument } from '../../../shared/contract/documents.ts';
import { host } from '../../state/host.ts';
import { reportFailure } from '../../state/notices.ts';
import { useStream } from '../../state/use-stream.ts';

const useStore = create<{ readonly recent: readonly RecentDocument[] }>(() => ({ recent: [] }));

/** The documents that were opened last, kept true while anything shows them. */
export function useRecent(): readonly RecentDocument[] {
  useStream('recent', {
    open: (signal) => host().documents.watchRecent(undefined, { signal }),
    onEvent: (recent) => useStore.setState({ recent }),
    onFailure: (error) => reportFailure('The recent documents could not be read', error),
  });
  return useStore((state) => state.recent);
}
