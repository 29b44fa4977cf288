import { useEffect, useEffectEvent } from 'react';
import { followHost } from './host.ts';

export interface Stream<Event> {
  readonly open: (signal: AbortSignal) => Promise<AsyncIterable<Event>>;
  readonly onEvent: (event: Event) => void;
  readonly onFailure: (error: unknown) => void;
}

/**
 * Follows a stream of the host while the component is there, across broken connections.
 *
 * @param key says everything about the stream; null to follow nothing
 */
export function useStream<Event>(key: string | null, stream: Stream<Event>): void {
  const open = useEffectEvent(stream.open);
  const onEvent = useEffectEvent(stream.onEvent);
  const onFailure = useEffectEvent(stream.onFailure);
  useEffect(() => {
    if (key === null) return;
    const end = new AbortController();
    followHost((signal) => open(signal), onEvent, end.signal).catch(onFailure);
    return () => end.abort();
  }, [key]);
}
