import { createORPCClient, DynamicLink } from '@orpc/client';
import type { HostClient } from '../../shared/contract/index.ts';
import { ConnectionLost } from './failure.ts';
import { EntryRefused, openHostTransport, type Transport } from './transport.ts';

/** `refused`: there is a host, but it was started anew and does not know this window. */
export type ConnectionState = 'connecting' | 'open' | 'lost' | 'refused';

export interface Connection {
  readonly client: HostClient;
  /** Resolves as soon as the host can be reached. */
  ready(): Promise<void>;
  /** Tries again at once instead of after the pause. */
  retryNow(): void;
}

const FIRST_PAUSE_MS = 300;
const LONGEST_PAUSE_MS = 5000;

/** Connects to the host and stays connected: calls that are made while the way is broken wait for the next one. */
export function connect(onState: (state: ConnectionState) => void, open = openHostTransport): Connection {
  let current = Promise.withResolvers<Transport>();
  let wake = () => {};

  const keepOpen = async () => {
    for (let pause = FIRST_PAUSE_MS; ; ) {
      let state: ConnectionState = 'lost';
      try {
        const transport = await open();
        current.resolve(transport);
        onState('open');
        pause = FIRST_PAUSE_MS;
        await transport.closed;
        current = Promise.withResolvers<Transport>();
      } catch (error) {
        if (error instanceof EntryRefused) state = 'refused';
        pause = Math.min(LONGEST_PAUSE_MS, pause * 1.6);
      }
      onState(state);
      const waited = Promise.withResolvers<void>();
      wake = waited.resolve;
      setTimeout(waited.resolve, pause);
      await waited.promise;
    }
  };
  onState('connecting');
  void keepOpen();

  const link = new DynamicLink(async () => {
    const transport = await current.promise;
    return {
      call: (path, input, options) =>
        transport.link.call(path, input, options).catch((error: unknown) => {
          if (transport.isClosed() && options.signal?.aborted !== true) throw new ConnectionLost();
          throw error;
        }),
    };
  });
  return {
    client: createORPCClient<HostClient>(link),
    ready: async () => {
      await current.promise;
    },
    retryNow: () => wake(),
  };
}
