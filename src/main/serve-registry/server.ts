import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isDigest } from '../../engine/oci/digest.ts';
import { StrataError } from '../../shared/errors.ts';
import type { Image } from '../assemble/image.ts';
import { createNamedImages, type NamedImagesOptions } from './named-images.ts';
import {
  BLOB_UNKNOWN,
  FAILED,
  FROM_ELSEWHERE,
  imageRefusal,
  NOT_FOUND,
  READ_ONLY,
  type Refusal,
  reasonPhrase,
  refusalBody,
} from './refusals.ts';
import { sendBlob } from './send-blob.ts';
import { createServedImages } from './served-images.ts';

export interface RegistryServerOptions extends NamedImagesOptions {
  /** 0 for any that is free. */
  readonly port: number;
  /** Told of every request for an image and how it ended. */
  readonly onAsked?: ((pull: Pull) => void) | undefined;
  /** Told of what is answered with `FAILED`: a bug, or a file that cannot be read. */
  readonly onBug?: ((error: unknown) => void) | undefined;
}

interface Pull {
  readonly image: string;
  /** Undefined where it was given. */
  readonly error: unknown;
}

export interface RegistryServer {
  /** `127.0.0.1:PORT`. */
  readonly address: string;
  /** Serves an image under a name of its own. @returns the reference to pull. */
  serveImage(name: string, tag: string, image: Image): string;
  stop(): Promise<void>;
}

const ROUTE =
  /^\/v2\/(?:(?<name>[a-z0-9._/-]+)\/(?:manifests\/(?<selector>[A-Za-z0-9._:-]+)|blobs\/(?<digest>sha256:[0-9a-f]{64})|(?<tags>tags\/list)))?$/;

/**
 * A read-only registry on this machine that builds what is pulled: `ADDRESS/shell/git/htop` is an image of those
 * packages (https://nixery.dev; distribution-spec 1.1, "Pull").
 *
 * @throws StrataError `usage` where the port is taken.
 */
export async function startRegistryServer(options: RegistryServerOptions): Promise<RegistryServer> {
  const { onAsked = () => {}, onBug = () => {} } = options;
  const served = createServedImages();
  const named = createNamedImages(options);
  const stopping = new AbortController();
  async function imageOf(name: string, tag: string, signal: AbortSignal): Promise<Image> {
    const image = await named.get(name, tag, signal);
    served.add(image);
    return image;
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refusal = refusedAtOnce(request);
    if (refusal !== undefined) return refuse(response, refusal);
    const url = URL.parse(request.url ?? '/', 'http://localhost');
    const route = ROUTE.exec(url?.pathname ?? '')?.groups;
    if (route === undefined) return refuse(response, NOT_FOUND);
    const { name, selector, digest, tags } = route;
    if (name === undefined) return sendJson(request, response, {});
    if (tags !== undefined) return sendTags(request, response, name);
    if (selector !== undefined) return sendManifest(request, response, name, selector);
    const blob = digest !== undefined && isDigest(digest) ? served.blob(digest) : undefined;
    return blob === undefined ? refuse(response, BLOB_UNKNOWN) : sendBlob(request, response, blob);
  }

  async function sendTags(request: IncomingMessage, response: ServerResponse, name: string): Promise<void> {
    let tags: readonly string[];
    try {
      tags = await named.tagsOf(name, whileAsked(response));
    } catch (error) {
      const refusal = imageRefusal(error);
      return refuse(
        response,
        refusal.code === 'MANIFEST_UNKNOWN' ? { ...refusal, status: 404, code: 'NAME_UNKNOWN' } : refusal,
      );
    }
    return sendJson(request, response, { name, tags });
  }

  /** Until the client goes, or the server stops. */
  function whileAsked(response: ServerResponse): AbortSignal {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    return AbortSignal.any([gone.signal, stopping.signal]);
  }

  async function sendManifest(
    request: IncomingMessage,
    response: ServerResponse,
    name: string,
    selector: string,
  ): Promise<void> {
    if (isDigest(selector)) {
      const manifest = served.manifest(selector);
      if (manifest !== undefined) return sendBlob(request, response, manifest);
      return refuse(response, {
        status: 404,
        code: 'MANIFEST_UNKNOWN',
        message: `There is no ${selector} here.`,
      });
    }
    let image: Image;
    try {
      image = await imageOf(name, selector, whileAsked(response));
    } catch (error) {
      onAsked({ image: `${name}:${selector}`, error });
      return refuse(response, imageRefusal(error));
    }
    onAsked({ image: `${name}:${selector}`, error: undefined });
    const { descriptor, bytes } = image.manifest;
    // What a tag stands for may be another image tomorrow.
    return sendBlob(request, response, { type: 'bytes', descriptor, bytes }, 'no-cache');
  }

  const server = createServer((request, response) => {
    response.setHeader('docker-distribution-api-version', 'registry/2.0');
    answer(request, response).catch((error: unknown) => {
      if (!isOfClient(error)) onBug(error);
      refuse(response, FAILED);
    });
  });
  await listen(server, options.port);
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    address,
    serveImage(name, tag, image) {
      named.give(name, tag, image);
      return `${address}/${name}:${tag}`;
    },
    async stop() {
      stopping.abort();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** @throws StrataError `usage` where the port is none, or taken. */
async function listen(server: Server, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    // Throws at once for a port that is none.
    server.listen(port, '127.0.0.1', resolve);
  }).catch((cause: NodeJS.ErrnoException) => {
    throw new StrataError('usage', `Port ${port} cannot be listened on (${cause.code}).`, {
      hint: 'Choose one from 1024 to 65535 that is free, or 0 for any.',
      cause,
    });
  });
}

const LOOPBACK_HOST = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/;

/** Web pages must not start builds: they come with an origin, or, by rebinding a name, with the name of another host. */
function refusedAtOnce({ method, headers }: IncomingMessage): Refusal | undefined {
  const fromPage = headers.origin !== undefined || headers['sec-fetch-site'] !== undefined;
  if (fromPage || !LOOPBACK_HOST.test(headers.host ?? '')) return FROM_ELSEWHERE;
  return method === 'GET' || method === 'HEAD' ? undefined : READ_ONLY;
}

/** Whoever goes in the middle of a blob is no failure. */
function isOfClient(error: unknown): boolean {
  const { code = '' } = error as NodeJS.ErrnoException;
  return ['ERR_STREAM_PREMATURE_CLOSE', 'ECONNRESET', 'EPIPE'].includes(code);
}

function refuse(response: ServerResponse, refusal: Refusal): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  response.writeHead(refusal.status, reasonPhrase(refusal), {
    'content-type': 'application/json',
    'cache-control': 'no-store',
    ...refusal.headers,
  });
  response.end(refusalBody(refusal));
}

function sendJson(request: IncomingMessage, response: ServerResponse, value: unknown): void {
  const body = JSON.stringify(value);
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  response.end(request.method === 'HEAD' ? undefined : body);
}
