import { randomBytes } from 'node:crypto';
import { readFile, realpath } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { isWithin } from '../files/file-access.ts';
import { NONCE_PLACEHOLDER, pageHeaders } from './page-headers.ts';

const TYPES = new Map<string, string>(
  Object.entries({
    '.html': 'text/html; charset=utf-8',
    '.js': 'text/javascript; charset=utf-8',
    '.css': 'text/css; charset=utf-8',
    '.json': 'application/json; charset=utf-8',
    '.map': 'application/json; charset=utf-8',
    '.svg': 'image/svg+xml',
    '.png': 'image/png',
    '.ico': 'image/x-icon',
    '.woff2': 'font/woff2',
    '.txt': 'text/plain; charset=utf-8',
    '.wasm': 'application/wasm',
  }),
);

export interface StaticFile {
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}

/**
 * A file of the built window, with its headers; undefined where there is none. Only what really lies in `directory`
 * is given out, whatever the path says and wherever links lead.
 *
 * @param path the path of a URL, still encoded
 */
export async function readStaticFile(
  directory: string,
  path: string,
  connect: readonly string[],
): Promise<StaticFile | undefined> {
  const file = await locate(directory, path);
  if (file === undefined) return undefined;
  const type = TYPES.get(extname(file).toLowerCase());
  const body = await readFile(file).catch(() => undefined);
  if (type === undefined || body === undefined) return undefined;
  const nonce = randomBytes(16).toString('base64');
  const isPage = type.startsWith('text/html');
  return {
    headers: {
      ...pageHeaders(connect, nonce),
      'Content-Type': type,
      // Names under assets/ carry a hash of their content; everything else may change with the next build.
      'Cache-Control': path.startsWith('/assets/') ? 'private, max-age=31536000, immutable' : 'no-store',
    },
    body: isPage ? Buffer.from(body.toString('utf8').replaceAll(NONCE_PLACEHOLDER, nonce)) : body,
  };
}

async function locate(directory: string, path: string): Promise<string | undefined> {
  try {
    const decoded = decodeURIComponent(path);
    if (decoded.includes('\0') || decoded.includes('\\')) return undefined;
    const root = await realpath(directory);
    const file = await realpath(join(root, decoded === '/' ? 'index.html' : decoded));
    return isWithin(root, file) ? file : undefined;
  } catch {
    return undefined;
  }
}
