import { readdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { interceptors, request } from 'undici';
import { StrataError } from '../../shared/errors.ts';
import { withoutCredentials } from '../../shared/without-credentials.ts';
import { fileSystemError } from '../files/file-system-error.ts';
import { isMissing, readUserText } from '../files/user-file.ts';
import { createDispatcher, DEFAULT_TIMEOUTS } from '../registry/transport/dispatcher.ts';
import { type Effects, systemEffects } from '../registry/transport/effects.ts';
import { isTransient, networkError } from '../registry/transport/network-error.ts';
import { DEFAULT_RETRY_POLICY, retrying } from '../registry/transport/retry.ts';
import { loginFor } from './netrc.ts';

/** A Nix binary cache: a directory, or the same behind HTTP. */
export interface BinaryCache {
  /** Where it is, for messages and as the key of what is kept of it. */
  readonly place: string;
  /** Hash parts of all its store paths; undefined where it cannot say, as over HTTP. */
  list(): Promise<readonly string[] | undefined>;
  /** Text of a store path's `.narinfo`; undefined where the cache has none. */
  narInfo(hash: string, signal: AbortSignal | undefined): Promise<string | undefined>;
  close(): Promise<void>;
}

/** A narinfo file has some hundred bytes and as many a reference. */
const MOST_BYTES = 4 * 2 ** 20;
const MOST_REDIRECTIONS = 5;
const PASSWORD_ACTION = { action: 'set-option', option: 'netrc-file' } as const;

export interface CacheAccess {
  /** Text of a netrc file, for a cache that asks for a password and whose address has none. */
  readonly netrc?: string | undefined;
  readonly effects?: Effects | undefined;
}

/** @param cache A directory, `file://…`, `http://…` or `https://…`. @throws StrataError `usage` for anything else. */
export function openBinaryCache(cache: string, access: CacheAccess = {}): BinaryCache {
  if (/^https?:\/\//i.test(cache)) return httpCache(new URL(cache), access);
  if (/^file:\/\//i.test(cache)) return directoryCache(fileURLToPath(new URL(cache.split('?')[0] ?? cache)));
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(cache)) {
    throw new StrataError('usage', `${cache} is no binary cache that Strata reads.`, {
      hint: 'Name a directory, or a file://, http:// or https:// URL.',
    });
  }
  return directoryCache(resolve(cache));
}

function directoryCache(directory: string): BinaryCache {
  return {
    place: directory,
    async list() {
      const files = await readdir(directory).catch((error: unknown) => {
        throw fileSystemError(error, 'read', directory);
      });
      return files
        .flatMap((file) => (file.endsWith('.narinfo') ? [file.slice(0, -'.narinfo'.length)] : []))
        .sort();
    },
    async narInfo(hash) {
      return readUserText(resolve(directory, `${hash}.narinfo`)).catch((error: unknown) => {
        if (isMissing(error)) return undefined;
        throw error;
      });
    },
    async close() {},
  };
}

function httpCache(url: URL, { netrc = '', effects = systemEffects }: CacheAccess): BinaryCache {
  const base = withoutCredentials(url.href)
    .replace(/[?#].*$/, '')
    .replace(/\/*$/, '');
  const connections = createDispatcher(url.hostname, true, {
    tls: {},
    timeouts: DEFAULT_TIMEOUTS,
    env: process.env,
  });
  // As Nix does: some caches are in front of others.
  const dispatcher = connections.dispatcher.compose(
    interceptors.redirect({ maxRedirections: MOST_REDIRECTIONS }),
  );
  const headers = basicAuthorization(url, netrc);
  return {
    place: base,
    list: async () => undefined,
    narInfo: (hash, signal) =>
      retrying(DEFAULT_RETRY_POLICY, effects, signal, async () => {
        const place = `${base}/${hash}.narinfo`;
        try {
          const { statusCode, body } = await request(place, { dispatcher, headers, signal: signal ?? null });
          if (statusCode === 200) return { done: await limitedText(body, place) };
          await body.dump();
          // S3 answers 403 for what is not there.
          if (statusCode === 404 || statusCode === 403) return { done: undefined };
          const failure = new StrataError(
            'network',
            `${place}: the cache answers with status ${statusCode}.`,
            statusCode === 401 ? { hint: 'It asks for a password.', action: PASSWORD_ACTION } : {},
          );
          if (statusCode === 429 || statusCode >= 500) return { failure };
          throw failure;
        } catch (error) {
          const failure = networkError(error, url.host, signal);
          if (isTransient(error) && failure instanceof StrataError) return { failure };
          throw failure;
        }
      }),
    close: () => connections.close(),
  };
}

/** As Nix does it: credentials in the address, else those of the netrc file. */
function basicAuthorization(url: URL, netrc: string): Record<string, string> {
  const username = decodeURIComponent(url.username);
  const known = loginFor(netrc, url.hostname, username === '' ? undefined : username);
  const login = username || known?.login;
  const password = decodeURIComponent(url.password) || known?.password || '';
  if (!login) return {};
  return { authorization: `Basic ${Buffer.from(`${login}:${password}`).toString('base64')}` };
}

async function limitedText(body: AsyncIterable<Uint8Array>, place: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) throw new StrataError('network', `${place} is too large for a narinfo file.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
