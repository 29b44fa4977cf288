import {
  type AuthFile,
  authFilePaths,
  credentialKeys,
  entryCredentials,
  readAuthFile,
  registryKeys,
} from './auth-files.ts';
import { askCredentialHelper } from './credential-helper.ts';
import { ANONYMOUS, type Credentials, type Keychain } from './credentials.ts';

/**
 * The credentials that the user's container tools already have. The first file that knows the repository or its
 * registry decides; within a file a helper for the registry comes first, then its own entries, then the helper for
 * everything.
 */
export function userKeychain(env: NodeJS.ProcessEnv = process.env): Keychain {
  return async (registry, repository, signal) => {
    for (const path of authFilePaths(env)) {
      const file = await readAuthFile(path);
      if (file === undefined) continue;
      const found = await lookUp(file, path, registry, repository, env, signal);
      if (found.type !== 'anonymous') return found;
    }
    return ANONYMOUS;
  };
}

async function lookUp(
  file: AuthFile,
  path: string,
  registry: string,
  repository: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal | undefined,
): Promise<Credentials> {
  const keys = registryKeys(registry);
  const helperKey = keys.find((key) => file.credHelpers?.[key] !== undefined);
  const helper = helperKey === undefined ? undefined : file.credHelpers?.[helperKey];
  if (helperKey !== undefined && helper) return askCredentialHelper(helper, helperKey, env, signal);

  for (const key of credentialKeys(registry, repository)) {
    const entry = file.auths?.[key];
    const credentials =
      entry === undefined ? ANONYMOUS : entryCredentials(entry, `auths."${key}" of ${path}`);
    if (credentials.type !== 'anonymous') return credentials;
  }

  if (!file.credsStore) return ANONYMOUS;
  const server = registry === 'docker.io' ? 'https://index.docker.io/v1/' : registry;
  return askCredentialHelper(file.credsStore, server, env, signal);
}
