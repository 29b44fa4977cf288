import { createPrivateKey, randomUUID, sign, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Certificate } from './registry-certificates.ts';

export interface TokenServerOptions {
  readonly certificate: Certificate;
  readonly service: string;
  readonly username: string;
  readonly password: string;
  /** A refresh token that stands for the account. */
  readonly identityToken?: string;
  readonly lifetimeSeconds?: number;
  /** What anonymous clients may do. */
  readonly anonymousActions?: readonly string[];
}

interface TokenRequestRecord {
  readonly method: string;
  readonly scopes: readonly string[];
  readonly granted: boolean;
}

/** A token server as the Distribution's token specification describes it, whose tokens docker-registry believes. */
export interface TokenServer {
  readonly realm: string;
  readonly issuer: string;
  readonly requests: readonly TokenRequestRecord[];
  stop(): Promise<void>;
}

const ISSUER = 'strata-test-issuer';

export async function startTokenServer(options: TokenServerOptions): Promise<TokenServer> {
  const requests: TokenRequestRecord[] = [];
  const server = createServer((request, response) => {
    answer(options, request, requests).then(
      ({ status, body }) => {
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(JSON.stringify(body));
      },
      (error: unknown) => response.destroy(error as Error),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    realm: `http://127.0.0.1:${port}/token`,
    issuer: ISSUER,
    requests,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answer(
  options: TokenServerOptions,
  request: IncomingMessage,
  requests: TokenRequestRecord[],
): Promise<{ readonly status: number; readonly body: unknown }> {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const form = new URLSearchParams(request.method === 'POST' ? await text(request) : url.search);
  const scopes = form
    .getAll('scope')
    .flatMap((scope) => scope.split(' '))
    .filter(Boolean);
  const header = request.headers.authorization;
  const known =
    request.method === 'POST'
      ? form.get('refresh_token') === options.identityToken
      : header === `Basic ${Buffer.from(`${options.username}:${options.password}`).toString('base64')}`;
  const anonymous = request.method === 'GET' && header === undefined;
  const granted = known || anonymous;
  requests.push({ method: request.method ?? '', scopes, granted });
  if (!granted) return { status: 401, body: { details: 'incorrect username or password' } };

  const lifetime = options.lifetimeSeconds ?? 300;
  const access = scopes.flatMap((scope) => {
    const [type, name, actions = ''] = scope.split(':');
    const allowed = actions
      .split(',')
      .filter((action) => known || options.anonymousActions?.includes(action));
    return allowed.length === 0 ? [] : [{ type, name, actions: allowed }];
  });
  const token = jwt(options.certificate, {
    iss: ISSUER,
    sub: known ? options.username : '',
    aud: options.service,
    exp: seconds() + lifetime,
    nbf: seconds() - 10,
    iat: seconds(),
    jti: randomUUID(),
    access,
  });
  return { status: 200, body: { token, access_token: token, expires_in: lifetime } };
}

function seconds(): number {
  return Math.floor(Date.now() / 1000);
}

async function text(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString('utf8');
}

/** A JSON web token signed with the key of the certificate, which comes along (`x5c`). */
function jwt(certificate: Certificate, claims: unknown): string {
  const chain = [new X509Certificate(readFileSync(certificate.certificateFile)).raw.toString('base64')];
  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${encode({ typ: 'JWT', alg: 'ES256', x5c: chain })}.${encode(claims)}`;
  const key = createPrivateKey(readFileSync(certificate.keyFile));
  const signature = sign('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' });
  return `${signed}.${signature.toString('base64url')}`;
}
