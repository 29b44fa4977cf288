import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** What goes wrong with one exchange. */
export type Fault =
  | {
      readonly type: 'answer';
      readonly status: number;
      readonly headers?: Record<string, string>;
      readonly body?: string;
    }
  /** Breaks the connection off when so many bytes of the request's or the answer's body have passed. */
  | { readonly type: 'reset'; readonly of: 'request' | 'answer'; readonly afterBytes: number }
  /** Lets through the answer's body at this speed, for ever if need be. */
  | { readonly type: 'drip'; readonly bytesPerSecond: number }
  /** Changes one byte in the middle of the answer's body. */
  | { readonly type: 'corrupt' }
  /** Announces another length than that of the answer's body. */
  | { readonly type: 'length'; readonly differenceBytes: number }
  /** Leaves out a header of the answer. */
  | { readonly type: 'without'; readonly header: string }
  /** Never answers. */
  | { readonly type: 'silence' };

export interface SeenRequest {
  readonly method: string;
  /** Path with query. */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  /** Bytes of the body that arrived. */
  bodyBytes: number;
  status: number | undefined;
}

export interface FaultProxy {
  /** `127.0.0.1:PORT`, to be used in place of the registry's. */
  readonly host: string;
  readonly seen: readonly SeenRequest[];
  stop(): Promise<void>;
}

export interface FaultProxyOptions {
  /** Asked for every request; undefined lets it through. */
  readonly fault: (request: SeenRequest, index: number) => Fault | undefined;
  /** Waits for a request's body before it is passed on, as web servers in front of registries do. */
  readonly buffered?: boolean;
}

/** A faulty network between a client and a registry that speaks plain HTTP. */
export async function startFaultProxy(target: string, options: FaultProxyOptions): Promise<FaultProxy> {
  const seen: SeenRequest[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    const record: SeenRequest = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      bodyBytes: 0,
      status: undefined,
    };
    const fault = options.fault(record, seen.length);
    seen.push(record);
    response.on('finish', () => {
      record.status = response.statusCode;
    });
    relay(target, request, response, record, fault, options.buffered ?? false).catch(() => {
      request.socket.destroy();
    });
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    host: `127.0.0.1:${port}`,
    seen,
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function relay(
  target: string,
  request: IncomingMessage,
  response: ServerResponse,
  record: SeenRequest,
  fault: Fault | undefined,
  buffered: boolean,
): Promise<void> {
  if (fault?.type === 'silence') return;
  if (fault?.type === 'answer') {
    response.writeHead(fault.status, fault.headers);
    response.end(fault.body);
    return;
  }
  const [host, port] = target.split(':');
  const upstream = forward({
    host,
    port,
    method: record.method,
    path: record.path,
    headers: request.headers,
    agent: false,
  });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    upstream.on('response', resolve);
    upstream.on('error', reject);
  });
  answered.catch(() => {});
  const held: Buffer[] = [];
  for await (const piece of request as AsyncIterable<Buffer>) {
    record.bodyBytes += piece.length;
    if (fault?.type === 'reset' && fault.of === 'request' && record.bodyBytes >= fault.afterBytes) {
      upstream.destroy();
      request.socket.resetAndDestroy();
      return;
    }
    if (buffered) held.push(piece);
    else if (!upstream.write(piece)) await new Promise((resolve) => upstream.once('drain', resolve));
  }
  for (const piece of held) upstream.write(piece);
  upstream.end();
  await passAnswer(await answered, request, response, fault);
}

async function passAnswer(
  answer: IncomingMessage,
  request: IncomingMessage,
  response: ServerResponse,
  fault: Fault | undefined,
): Promise<void> {
  const headers = { ...answer.headers };
  const length = Number(headers['content-length'] ?? 0);
  if (fault?.type === 'length') headers['content-length'] = String(length + fault.differenceBytes);
  if (fault?.type === 'without') delete headers[fault.header];
  response.strictContentLength = false;
  response.writeHead(answer.statusCode ?? 502, headers);
  let passed = 0;
  for await (const whole of answer as AsyncIterable<Buffer>) {
    let piece = whole;
    if (fault?.type === 'reset' && fault.of === 'answer' && passed + piece.length >= fault.afterBytes) {
      response.write(piece.subarray(0, fault.afterBytes - passed), () => request.socket.resetAndDestroy());
      return;
    }
    if (fault?.type === 'corrupt' && passed <= length / 2 && passed + piece.length > length / 2) {
      piece = Buffer.from(piece);
      const at = Math.floor(length / 2) - passed;
      piece[at] = (piece[at] ?? 0) ^ 1;
    }
    passed += piece.length;
    if (fault?.type === 'drip') await drip(piece, response, fault.bytesPerSecond);
    else response.write(piece);
  }
  response.end();
}

async function drip(piece: Buffer, response: ServerResponse, bytesPerSecond: number): Promise<void> {
  const step = Math.max(1, Math.floor(bytesPerSecond / 20));
  for (let at = 0; at < piece.length && !response.destroyed; at += step) {
    response.write(piece.subarray(at, at + step));
    await delay(50);
  }
}
