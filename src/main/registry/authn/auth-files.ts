import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { StrataError } from '../../../shared/errors.ts';
import { isMissing, readUserText } from '../../files/user-file.ts';
import { secret } from '../../log/secret.ts';
import { ANONYMOUS, type Credentials } from './credentials.ts';

const entrySchema = z.looseObject({
  auth: z.string().optional(),
  username: z.string().optional(),
  password: z.string().optional(),
  identitytoken: z.string().optional(),
  registrytoken: z.string().optional(),
});
const authFileSchema = z.looseObject({
  auths: z.record(z.string(), entrySchema).optional(),
  credHelpers: z.record(z.string(), z.string()).optional(),
  credsStore: z.string().optional(),
});

/** Docker's `config.json` or the containers tools' `auth.json`; the two have one format. */
export type AuthFile = z.infer<typeof authFileSchema>;
type AuthEntry = z.infer<typeof entrySchema>;

/**
 * Where credentials may be, in the order in which they are looked up: `REGISTRY_AUTH_FILE` alone where it is set, else
 * the containers tools' files, then Docker's. (containers-auth.json(5).)
 */
export function authFilePaths(env: NodeJS.ProcessEnv): readonly string[] {
  if (env.REGISTRY_AUTH_FILE) return [env.REGISTRY_AUTH_FILE];
  const home = env.HOME || homedir();
  // Without a session, as root's often is, `podman login` writes below /run/containers.
  const runtime = env.XDG_RUNTIME_DIR
    ? join(env.XDG_RUNTIME_DIR, 'containers')
    : `/run/containers/${process.getuid?.() ?? ''}`;
  return [
    join(runtime, 'auth.json'),
    join(env.XDG_CONFIG_HOME || join(home, '.config'), 'containers', 'auth.json'),
    join(env.DOCKER_CONFIG || join(home, '.docker'), 'config.json'),
  ];
}

/**
 * @returns undefined where there is no such file.
 * @throws StrataError `registry-unauthorized` where the file cannot be read; its text is never in the message.
 */
export async function readAuthFile(path: string): Promise<AuthFile | undefined> {
  let text: string;
  try {
    text = await readUserText(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error instanceof StrataError ? new StrataError('registry-unauthorized', error.message) : error;
  }
  const hint = 'Log in again with `podman login` or `docker login`, which write this file.';
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new StrataError('registry-unauthorized', `${path} is not JSON.`, { hint });
  }
  const parsed = authFileSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const place = parsed.error.issues[0]?.path.join('.') || undefined;
  const problem = place === undefined ? 'it is no JSON object' : `see ${place}`;
  throw new StrataError('registry-unauthorized', `${path} is not a file of credentials: ${problem}.`, {
    hint,
  });
}

/** The names under which a repository's credentials may stand, the most specific first. */
export function credentialKeys(registry: string, repository: string): readonly string[] {
  const components = repository.split('/');
  const namespaces = components.map((_, index) =>
    [registry, ...components.slice(0, components.length - index)].join('/'),
  );
  return [...namespaces, ...registryKeys(registry)];
}

/** The names of a registry itself: Docker Hub has several, one of them an address. */
export function registryKeys(registry: string): readonly string[] {
  return registry === 'docker.io'
    ? ['docker.io', 'https://index.docker.io/v1/', 'index.docker.io', 'registry-1.docker.io']
    : [
        registry,
        `https://${registry}`,
        `https://${registry}/`,
        `https://${registry}/v1/`,
        `https://${registry}/v2/`,
      ];
}

/** @throws StrataError `registry-unauthorized` where `auth` is not base64 of `user:password`. */
export function entryCredentials(entry: AuthEntry, place: string): Credentials {
  if (entry.registrytoken) return { type: 'registry-token', token: secret(entry.registrytoken) };
  if (entry.identitytoken) return { type: 'identity-token', token: secret(entry.identitytoken) };
  if (entry.auth) {
    const decoded = Buffer.from(entry.auth, 'base64').toString('utf8').replace(/\0+$/, '');
    const colon = decoded.indexOf(':');
    if (colon < 1) {
      throw new StrataError('registry-unauthorized', `The entry ${place} is not base64 of "user:password".`);
    }
    return {
      type: 'basic',
      username: decoded.slice(0, colon),
      password: secret(decoded.slice(colon + 1)),
    };
  }
  if (entry.username && entry.password !== undefined) {
    return { type: 'basic', username: entry.username, password: secret(entry.password) };
  }
  return ANONYMOUS;
}
