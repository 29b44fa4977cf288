import { isCancel, isConnectionError } from './failure.ts';

export interface FollowOptions<Event> {
  /** Opens the stream; it begins with the state as it is. */
  readonly open: (signal: AbortSignal) => Promise<AsyncIterable<Event>>;
  readonly onEvent: (event: Event) => void;
  readonly signal: AbortSignal;
  /** Waits until the host can be reached. */
  readonly ready: () => Promise<void>;
}

/**
 * Follows a stream of the host until it ends, across broken connections.
 *
 * @throws what the stream failed with, unless the connection broke or the signal was aborted
 */
export async function follow<Event>({ open, onEvent, signal, ready }: FollowOptions<Event>): Promise<void> {
  while (!signal.aborted) {
    try {
      for await (const event of await open(signal)) {
        if (signal.aborted) return;
        onEvent(event);
      }
      return;
    } catch (error) {
      if (signal.aborted) return;
      // oRPC ends what was under way with an AbortError of its own when the transport closes.
      if (!isConnectionError(error) && !isCancel(error)) throw error;
      await ready();
    }
  }
}
