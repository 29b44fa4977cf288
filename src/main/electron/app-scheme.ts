import type { CustomScheme } from 'electron';
import { pageHeaders } from '../page/page-headers.ts';
import { readStaticFile } from '../page/static-files.ts';
import type { ElectronMain } from './electron-main.ts';

/** A scheme of our own rather than `file:`: it has an origin, and its answers carry headers. */
const SCHEME = 'strata';
export const APP_URL = `${SCHEME}://app/`;

export const PRIVILEGED_SCHEME = {
  scheme: SCHEME,
  privileges: { standard: true, secure: true, supportFetchAPI: true },
} as const satisfies CustomScheme;

/** Serves the built window, and nothing else, under {@link APP_URL}. */
export function serveWindow({ protocol }: Pick<ElectronMain, 'protocol'>, directory: string): void {
  protocol.handle(SCHEME, async (request) => {
    const url = URL.parse(request.url);
    const file =
      request.method === 'GET' && url?.host === 'app'
        ? await readStaticFile(directory, url.pathname, [])
        : undefined;
    if (file === undefined) return new Response('Not found', { status: 404, headers: pageHeaders() });
    return new Response(new Uint8Array(file.body), { headers: file.headers });
  });
}

/** Whether a URL is a page of the app. */
export function isAppUrl(url: string): boolean {
  const parsed = URL.parse(url);
  return parsed?.protocol === `${SCHEME}:` && parsed.host === 'app';
}
