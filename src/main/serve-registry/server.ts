import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isDigest } from '../../engine/oci/digest.ts';
import { StrataError } from '../../shared/errors.ts';
import type { Image } from '../assemble/image.ts';
import { type ImageRequest, imageRequest } from './image-request.ts';
import {
  BLOB_UNKNOWN,
  FAILED,
  FROM_ELSEWHERE,
  imageRefusal,
  NOT_FOUND,
  READ_ONLY,
  type Refusal,
  refusalBody,
} from './refusals.ts';
import { sendBlob } from './send-blob.ts';
import { createServedImages } from './served-images.ts';
import { shareWork } from './shared-work.ts';

/** @throws StrataError with the reason why there is no such image; Cancelled. */
export type BuildImage = (request: ImageRequest, signal: AbortSignal) => Promise<Image>;

export interface RegistryServerOptions {
  readonly buildImage: BuildImage;
  /** 0 for any that is free. */
  readonly port: number;
  /** A build that takes longer is cancelled. */
  readonly buildTimeoutMs?: number | undefined;
  /** For how long a built image is given out again before its tag is looked up anew. */
  readonly freshMs?: number | undefined;
  /** Told of every request for an image and how it ended. */
  readonly onPull?: ((pull: Pull) => void) | undefined;
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

const DEFAULT_BUILD_TIMEOUT_MS = 60 * 60 * 1000;
/** A client that asks for a tag with HEAD and then with GET gets one image. */
const DEFAULT_FRESH_MS = 30_000;
const ROUTE =
  /^\/v2\/(?:(?<name>[a-z0-9._/-]+)\/(?:manifests\/(?<selector>[A-Za-z0-9._:-]+)|blobs\/(?<digest>sha256:[0-9a-f]{64})|(?<tags>tags\/list)))?$/;

/**
 * A read-only registry on this machine that builds what is pulled: `ADDRESS/shell/git/htop` is an image of those
 * packages (https://nixery.dev; distribution-spec 1.1, "Pull").
 *
 * @throws StrataError `usage` where the port is taken.
 */
export async function startRegistryServer(options: RegistryServerOptions): Promise<RegistryServer> {
  const { buildImage, onPull = () => {}, onBug = () => {} } = options;
  const { buildTimeoutMs = DEFAULT_BUILD_TIMEOUT_MS, freshMs = DEFAULT_FRESH_MS } = options;
  const served = createServedImages();
  const named = new Map<string, Image>();
  const stopping = new AbortController();

  const builds = shareWork(async (key, signal) => {
    const colon = key.lastIndexOf(':');
    const timeout = AbortSignal.timeout(buildTimeoutMs);
    try {
      return await buildImage(
        imageRequest(key.slice(0, colon), key.slice(colon + 1)),
        AbortSignal.any([signal, timeout]),
      );
    } catch (error) {
      if (!timeout.aborted) throw error;
      throw new StrataError('build-timeout', `Building ${key} took longer than ${buildTimeoutMs / 1000} s.`, {
        cause: error,
      });
    }
  }, freshMs);

  async function imageOf(name: string, tag: string, signal: AbortSignal): Promise<Image> {
    const key = `${name}:${tag}`;
    const image = named.get(key) ?? (await builds.get(key, signal));
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
    if (tags !== undefined) return sendJson(request, response, { name, tags: tagsOf(name, named) });
    if (selector !== undefined) return sendManifest(request, response, name, selector);
    const blob = digest !== undefined && isDigest(digest) ? served.blob(digest) : undefined;
    return blob === undefined ? refuse(response, BLOB_UNKNOWN) : sendBlob(request, response, blob);
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
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    let image: Image;
    try {
      image = await imageOf(name, selector, AbortSignal.any([gone.signal, stopping.signal]));
    } catch (error) {
      onPull({ image: `${name}:${selector}`, error });
      return refuse(response, imageRefusal(error));
    }
    onPull({ image: `${name}:${selector}`, error: undefined });
    const { descriptor, bytes } = image.manifest;
    return sendBlob(request, response, { type: 'bytes', descriptor, bytes });
  }

  const server = createServer((request, response) => {
    response.setHeader('docker-distribution-api-version', 'registry/2.0');
    answer(request, response).catch((error: unknown) => {
      if (!isOfClient(error)) onBug(error);
      refuse(response, FAILED);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    // Throws at once for a port that is none.
    server.listen(options.port, '127.0.0.1', resolve);
  }).catch((cause: NodeJS.ErrnoException) => {
    throw new StrataError('usage', `Port ${options.port} cannot be listened on (${cause.code}).`, {
      hint: 'Choose one from 1024 to 65535 that is free, or 0 for any.',
      cause,
    });
  });
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    address,
    serveImage(name, tag, image) {
      named.set(`${name}:${tag}`, image);
      return `${address}/${name}:${tag}`;
    },
    async stop() {
      stopping.abort();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const LOOPBACK_HOST = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/;

/** Web pages must not start builds: they come with an origin, or, by rebinding a name, with the name of another host. */
function refusedAtOnce({ method, headers }: IncomingMessage): Refusal | undefined {
  const fromPage = headers.origin !== undefined || headers['sec-fetch-site'] !== undefined;
  if (fromPage || !LOOPBACK_HOST.test(headers.host ?? '')) return FROM_ELSEWHERE;
  return method === 'GET' || method === 'HEAD' ? undefined : READ_ONLY;
}

/** `latest` is built on pull; the others are images that were given a name. */
function tagsOf(name: string, named: ReadonlyMap<string, Image>): readonly string[] {
  const own = [...named.keys()].filter((key) => key.startsWith(`${name}:`));
  return [...new Set(['latest', ...own.map((key) => key.slice(name.length + 1))])].sort();
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
  response.writeHead(refusal.status, { 'content-type': 'application/json', ...refusal.headers });
  response.end(refusalBody(refusal));
}

function sendJson(request: IncomingMessage, response: ServerResponse, value: unknown): void {
  const body = JSON.stringify(value);
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  response.end(request.method === 'HEAD' ? undefined : body);
}
