import { create } from 'zustand';
import type { HostClient } from '../../shared/contract/index.ts';
import type { About } from '../../shared/contract/system.ts';
import { type Connection, type ConnectionState, connect } from '../client/connection.ts';
import { follow } from '../client/follow.ts';

export interface HostState {
  readonly connection: ConnectionState;
  readonly about: About | null;
}

export const useHost = create<HostState>(() => ({ connection: 'connecting', about: null }));

let connection: Connection | undefined;

function theConnection(): Connection {
  connection ??= connect((state) => useHost.setState({ connection: state }));
  return connection;
}

/** The typed client of the one host that this window talks to. */
export function host(): HostClient {
  return theConnection().client;
}

export function reconnectNow(): void {
  theConnection().retryNow();
}

/** Follows a stream of the host across broken connections; see {@link follow}. */
export function followHost<Event>(
  open: (signal: AbortSignal) => Promise<AsyncIterable<Event>>,
  onEvent: (event: Event) => void,
  signal: AbortSignal,
): Promise<void> {
  return follow({ open, onEvent, signal, ready: () => theConnection().ready() });
}

export async function loadAbout(): Promise<void> {
  useHost.setState({ about: await host().system.about() });
}
