import { readdir, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { interceptors, request } from 'undici';
import { StrataError } from '../../shared/errors.ts';
import { withoutCredentials } from '../../shared/without-credentials.ts';
import { createDispatcher, DEFAULT_TIMEOUTS } from '../registry/transport/dispatcher.ts';
import { type Effects, systemEffects } from '../registry/transport/effects.ts';
import { isTransient, networkError } from '../registry/transport/network-error.ts';
import { DEFAULT_RETRY_POLICY, retrying } from '../registry/transport/retry.ts';
import { fileSystemError } from '../store/file-system-error.ts';

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

/** @param cache A directory, `file://…`, `http://…` or `https://…`. @throws StrataError `usage` for anything else. */
export function openBinaryCache(cache: string, effects: Effects = systemEffects): BinaryCache {
  if (/^https?:\/\//i.test(cache)) return httpCache(new URL(cache), effects);
  if (/^file:\/\//i.test(cache)) return directoryCache(fileURLToPath(new URL(cache.split('?')[0] ?? cache)));
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(cache)) {
    throw new StrataError('usage', `${cache} is no binary cache that Strata reads.`, {
      hint: 'Name a directory, or a file://, http:// or https:// URL.',
    });
  }
  return directoryCache(resolve(cache));
}

function directoryCache(directory: string): BinaryCache {
  const read = <T>(action: Promise<T>): Promise<T> =>
    action.catch((error: unknown) => {
      throw fileSystemError(error, 'read', directory);
    });
  return {
    place: directory,
    async list() {
      const files = await read(readdir(directory));
      return files
        .flatMap((file) => (file.endsWith('.narinfo') ? [file.slice(0, -'.narinfo'.length)] : []))
        .sort();
    },
    async narInfo(hash) {
      const file = resolve(directory, `${hash}.narinfo`);
      return read(
        readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
          if (error.code === 'ENOENT') return undefined;
          throw error;
        }),
      );
    },
    async close() {},
  };
}

function httpCache(url: URL, effects: Effects): BinaryCache {
  const base = withoutCredentials(url.href)
    .replace(/[?#].*$/, '')
    .replace(/\/*$/, '');
  const connections = createDispatcher(url.hostname, true, {
    tls: {},
    timeouts: DEFAULT_TIMEOUTS,
    env: process.env,
  });
  // As Nix does: some caches are in front of others.
  const dispatcher = connections.compose(interceptors.redirect({ maxRedirections: MOST_REDIRECTIONS }));
  const headers = basicAuthorization(url);
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

/** Credentials in the address, as Nix takes them. */
function basicAuthorization({ username, password }: URL): Record<string, string> {
  if (username === '') return {};
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
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
