import { join } from 'node:path';
import { secret } from '../log/secret.ts';
import { fixedKeychain } from './authn/credentials.ts';
import { openRegistryMemory, type RegistryMemory } from './memory.ts';
import type { TransportOptions } from './transport/transport.ts';

/** How a command or a window asks for a registry to be reached. */
export interface RegistryAccess {
  /** Allows plain HTTP and certificates that nobody vouches for. */
  readonly insecure?: boolean | undefined;
  /** A PEM file of authorities to trust besides the machine's own. */
  readonly caFile?: string | undefined;
  /** Typed in; where they are left out the container tools' own credentials are used. */
  readonly credentials?: { readonly username: string; readonly password: string } | undefined;
}

export function transportOptions({ insecure, caFile, credentials }: RegistryAccess): TransportOptions {
  if (credentials === undefined) return { insecure, caFile };
  const { username, password } = credentials;
  return {
    insecure,
    caFile,
    keychain: fixedKeychain({ type: 'basic', username, password: secret(password) }),
  };
}

/** What is remembered of registries, in the cache directory. @throws StrataError `file-system` or `disk-full`. */
export function openMemoryIn(cacheDirectory: string): RegistryMemory {
  return openRegistryMemory(join(cacheDirectory, 'registry', 'memory.sqlite'));
}
