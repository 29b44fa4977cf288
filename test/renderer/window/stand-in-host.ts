import { type AnyRouter, type Implementer, implement } from '@orpc/server';
import { RPCHandler } from '@orpc/server/websocket';
import { vi } from 'vitest';
import { contract } from '../../../src/shared/contract/index.ts';

/** One end of a socket. What is sent arrives at the other end a moment later. */
class SocketEnd extends EventTarget {
  binaryType = 'arraybuffer';
  readyState = 1;
  other: SocketEnd | undefined;

  send(data: unknown): void {
    setTimeout(() => this.other?.dispatchEvent(new MessageEvent('message', { data })));
  }

  close(): void {
    for (const end of [this, this.other]) {
      if (end === undefined || end.readyState === 3) continue;
      end.readyState = 3;
      end.dispatchEvent(new Event('close'));
    }
  }
}

export interface StandInHost {
  /** Breaks the connection; the window makes another one by itself. */
  breakConnection(): void;
}

/** Implements procedures of the contract. */
export const answer: Implementer<typeof contract, Record<never, never>, Record<never, never>> = implement(
  contract,
);

/**
 * A host that answers what a test says, and nothing else, behind the contract and the transport of the real one. The
 * real one needs Nix, and is what the tests in a browser drive.
 */
export function standInHost(router: AnyRouter): StandInHost {
  let last: SocketEnd | undefined;
  vi.stubGlobal(
    'WebSocket',
    class extends SocketEnd {
      constructor() {
        super();
        const host = new SocketEnd();
        host.other = this;
        this.other = host;
        last = this;
        void new RPCHandler(router).upgrade(host as never);
        setTimeout(() => this.dispatchEvent(new Event('open')));
      }
    },
  );
  return { breakConnection: () => last?.close() };
}
