import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, normalize } from 'node:path';
import { pipeline } from 'node:stream/promises';

export interface FileServer {
  readonly url: string;
  /** Paths that were asked for, in order. */
  readonly requests: readonly string[];
  readonly close: () => Promise<void>;
}

export interface FileServerOptions {
  /** `name:password`, asked of every request by HTTP basic authentication. */
  readonly credentials?: string;
  /** In place of what the file `/nix-cache-info` says: the lower, the sooner Nix asks it. */
  readonly priority?: number;
  /** What goes wrong with a file; undefined where nothing does. */
  readonly fault?: (path: string) => Fault | undefined;
}

export type Fault =
  | { readonly type: 'status'; readonly code: number }
  /** The connection ends in the middle of the file; asked for the rest (RFC 9110, 14.2), the server gives that. */
  | { readonly type: 'break-off' }
  | { readonly type: 'text'; readonly change: (text: string) => string };

/** The files of a directory over HTTP on loopback, as a binary cache or a mirror has them. */
export async function fileServer(
  directory: string,
  { credentials, priority, fault }: FileServerOptions = {},
): Promise<FileServer> {
  const authorization =
    credentials === undefined ? undefined : `Basic ${Buffer.from(credentials).toString('base64')}`;
  const requests: string[] = [];
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname);
    requests.push(path);
    if (authorization !== undefined && request.headers.authorization !== authorization) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="cache"' }).end();
      return;
    }
    if (priority !== undefined && path === '/nix-cache-info') {
      response.end(`${await readFile(join(directory, path), 'utf8')}Priority: ${priority}\n`);
      return;
    }
    const file = join(directory, normalize(path));
    const status = await stat(file).catch(() => undefined);
    if (!status?.isFile()) {
      response.writeHead(404).end();
      return;
    }
    const fails = fault?.(path);
    if (fails !== undefined) {
      await failWith(fails, { file, size: status.size, range: request.headers.range, response });
      return;
    }
    response.writeHead(200, { 'content-length': status.size });
    await pipeline(createReadStream(file), response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Failing {
  readonly file: string;
  readonly size: number;
  readonly range: string | undefined;
  readonly response: ServerResponse;
}

async function failWith(fault: Fault, { file, size, range, response }: Failing): Promise<void> {
  switch (fault.type) {
    case 'status':
      response.writeHead(fault.code).end();
      return;
    case 'text':
      response.end(fault.change(await readFile(file, 'utf8')));
      return;
    case 'break-off': {
      const bytes = await readFile(file);
      const start = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
      const head = { 'accept-ranges': 'bytes', 'content-length': size - start };
      if (start > 0) {
        response.writeHead(206, { ...head, 'content-range': `bytes ${start}-${size - 1}/${size}` });
        response.end(bytes.subarray(start));
        return;
      }
      response.writeHead(200, head);
      // What is written is not sent yet when the callback comes.
      response.write(bytes.subarray(0, Math.floor(size / 2)), () =>
        setTimeout(() => response.destroy(), 100),
      );
    }
  }
}
