import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
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
}

/** The files of a directory over HTTP on loopback, as a binary cache or a mirror has them. */
export async function fileServer(
  directory: string,
  { credentials, priority }: FileServerOptions = {},
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
