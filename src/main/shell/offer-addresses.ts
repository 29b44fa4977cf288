import { once } from 'node:events';
import type { AppServer } from './serve.ts';

export interface OfferOptions {
  /** A document to open first. */
  readonly open?: string | undefined;
  readonly show: (address: string) => void;
  readonly signal: AbortSignal;
  /** Where the user sits; standard input where it is left out. */
  readonly input?: {
    readonly isTTY?: boolean;
    on(event: 'data', listener: () => void): unknown;
    off(event: 'data', listener: () => void): unknown;
    pause(): unknown;
  };
}

/**
 * Shows an address, and on a terminal another one whenever Enter is pressed, since each is good for one entry. Returns
 * when the signal is aborted.
 */
export async function offerAddresses(
  server: Pick<AppServer, 'newAddress'>,
  { open, show, signal, input = process.stdin }: OfferOptions,
): Promise<void> {
  show(server.newAddress({ open }));
  if (signal.aborted) return;
  const offer = (): void => show(server.newAddress());
  if (input.isTTY) input.on('data', offer);
  await once(signal, 'abort');
  input.off('data', offer);
  if (input.isTTY) input.pause();
}
