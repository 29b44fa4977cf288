import { join } from 'node:path';
import { secret } from '../log/secret.ts';
import { fixedKeychain } from './authn/credentials.ts';
import { openRegistryMemory, type RegistryMemory } from './memory.ts';
import type { OnWaiting } from './transport/silence.ts';
import type { TransportOptions } from './transport/transport.ts';

/** How a command or a window asks for a registry to be reached. */
export interface RegistryAccess {
  /** Allows plain HTTP and certificates that nobody vouches for. */
  readonly insecure?: boolean | undefined;
  /** A PEM file of authorities to trust besides the machine's own. */
  readonly caFile?: string | undefined;
  /** How long a registry may say nothing before it is given up. */
  readonly patienceMs?: number | undefined;
  /** Typed in; where they are left out the container tools' own credentials are used. */
  readonly credentials?: { readonly username: string; readonly password: string } | undefined;
}

/** @param onWaiting is told of a registry that says nothing. */
export function transportOptions(
  { insecure, caFile, credentials, patienceMs }: RegistryAccess,
  onWaiting?: OnWaiting,
): TransportOptions {
  const timeouts = patienceMs === undefined ? {} : { patienceMs };
  const options = { insecure, caFile, timeouts, onWaiting };
  if (credentials === undefined) return options;
  const { username, password } = credentials;
  return {
    ...options,
    keychain: fixedKeychain({ type: 'basic', username, password: secret(password) }),
  };
}

/** What is remembered of registries, in the cache directory. @throws StrataError `file-system` or `disk-full`. */
export function openMemoryIn(cacheDirectory: string): RegistryMemory {
  return openRegistryMemory(join(cacheDirectory, 'registry', 'memory.sqlite'));
}
