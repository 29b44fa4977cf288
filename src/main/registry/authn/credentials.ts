import type { Secret } from '../../log/secret.ts';

/** What a registry is shown. An identity token is exchanged for bearer tokens; a registry token is one itself. */
export type Credentials =
  | { readonly type: 'anonymous' }
  | { readonly type: 'basic'; readonly username: string; readonly password: Secret }
  | { readonly type: 'identity-token'; readonly token: Secret }
  | { readonly type: 'registry-token'; readonly token: Secret };

/** Finds the credentials for a repository; anonymous where there are none. */
export type Keychain = (
  registry: string,
  repository: string,
  signal: AbortSignal | undefined,
) => Promise<Credentials>;

export const ANONYMOUS: Credentials = { type: 'anonymous' };

/** Credentials that were typed in, for whatever is asked. */
export function fixedKeychain(credentials: Credentials): Keychain {
  return async () => credentials;
}
