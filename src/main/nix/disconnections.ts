import { StrataError } from '../../shared/errors.ts';
import { withoutCredentials } from '../../shared/without-credentials.ts';
import type { BuildState, DerivationState } from './build-state.ts';
import { DerivationFailed } from './derivation-failed.ts';

/** Up to Nix 2.18, and since: the other side of a connection is gone. */
const DISCONNECTED = /error: (?:unexpected end-of-file|Nix daemon disconnected unexpectedly)/;

const HINT =
  'See whether the machine is there and its Nix still runs, then run the command again: what was finished is not done twice.';

/** A machine that built for us has gone away: Nix says no more than that its own program for it has failed. */
export function builderGone(
  { derivation, machine, logTail }: DerivationState,
  { messages, details }: { readonly messages: readonly string[]; readonly details: object },
): DerivationFailed | undefined {
  if (machine === null || !isDisconnected(messages)) return undefined;
  return new DerivationFailed('network', derivation, wasBuiltOn(machine), {
    hint: HINT,
    details: { ...details, reason: 'disconnected' },
    log: [...logTail, ...messages].join('\n'),
  });
}

/** The store that is worked in, or copied from, has gone away; undefined where it is this machine's. */
export function storeGone(
  build: BuildState,
  { messages, store }: { readonly messages: readonly string[]; readonly store?: string | undefined },
): StrataError | undefined {
  if (store === undefined || !isDisconnected(messages)) return undefined;
  const place = withoutCredentials(store);
  const running = Object.values(build.derivations).find(({ state }) => state === 'running');
  const options = {
    hint: HINT,
    details: { reason: 'disconnected' },
    log: [...(running?.logTail ?? []), ...messages].join('\n'),
  };
  return running === undefined
    ? new StrataError('network', `The connection to ${place} broke off.`, options)
    : new DerivationFailed('network', running.derivation, wasBuiltOn(place), options);
}

function isDisconnected(messages: readonly string[]): boolean {
  return messages.some((message) => DISCONNECTED.test(message));
}

function wasBuiltOn(place: string): string {
  return `was being built on ${place} when the connection broke off`;
}
