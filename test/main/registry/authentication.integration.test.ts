import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openRegistrySource } from '../../../src/main/images/registry-source.ts';
import { secret } from '../../../src/main/log/secret.ts';
import { parseReference } from '../../../src/main/oci/reference.ts';
import { ANONYMOUS, type Credentials, fixedKeychain } from '../../../src/main/registry/authn/credentials.ts';
import { openRegistryMemory } from '../../../src/main/registry/memory.ts';
import { pushImage } from '../../../src/main/registry/push.ts';
import { openTransport, type TransportOptions } from '../../../src/main/registry/transport/transport.ts';
import { startFaultProxy } from '../../support/fault-proxy.ts';
import { startRegistry, type TestRegistry } from '../../support/registry.ts';
import { type Certificate, makeCertificate } from '../../support/registry-certificates.ts';
import { makeImage, noise, type TestImage } from '../../support/registry-image.ts';
import { startTokenServer, type TokenServer } from '../../support/registry-token-server.ts';

const USERNAME = 'ada';
const PASSWORD = 'correct horse: battery';
const RIGHT: Credentials = { type: 'basic', username: USERNAME, password: secret(PASSWORD) };
const WRONG: Credentials = { type: 'basic', username: USERNAME, password: secret('staple-4711') };

let directory: string;
let certificate: Certificate;
let image: TestImage;
const cleanUps: (() => Promise<void>)[] = [];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'strata-authn-'));
  certificate = await makeCertificate(directory, 'strata-test');
  image = await makeImage([[{ path: 'file', content: noise('authn', 3_000_000) }]]);
});
afterAll(() => rm(directory, { recursive: true, force: true }));
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

let repositories = 0;

/** Pushes to a new repository and reads the image back. */
async function pushTo(host: string, credentials: Credentials, options: TransportOptions = {}) {
  const transport = openTransport(host, { keychain: fixedKeychain(credentials), ...options });
  cleanUps.push(() => transport.close());
  repositories += 1;
  const reference = { registry: host, repository: `team/web${repositories}`, tag: 'latest' };
  const memory = openRegistryMemory(':memory:');
  const result = await pushImage(transport, reference, image, { memory, chunkBytes: 1_000_000 });
  const remote = await openRegistrySource(transport, reference);
  expect(remote.root.digest).toBe(image.root.digest);
  return result;
}

describe('a registry with basic authentication', () => {
  let registry: TestRegistry;
  beforeAll(async () => {
    registry = await startRegistry({ basic: { username: USERNAME, password: PASSWORD } });
  });
  afterAll(() => registry.stop());

  it('takes a push with the right password, which skopeo then pulls', async () => {
    const { reference } = await pushTo(registry.host, RIGHT);
    const { stdout } = await execa('skopeo', [
      ...['inspect', '--tls-verify=false', '--creds', `${USERNAME}:${PASSWORD}`],
      `docker://${reference.replace(':latest', '')}`,
    ]);
    expect(JSON.parse(stdout).Digest).toBe(image.root.digest);
  });

  it('takes a push with the credentials that `skopeo login` left', async () => {
    const env = { HOME: directory, REGISTRY_AUTH_FILE: join(directory, 'login.json') };
    await execa(
      'skopeo',
      ['login', '--tls-verify=false', '-u', USERNAME, '--password-stdin', registry.host],
      {
        input: PASSWORD,
        env,
      },
    );
    const transport = openTransport(registry.host, { env });
    cleanUps.push(() => transport.close());
    const reference = { registry: registry.host, repository: 'login/web', tag: 'latest' };
    const result = await pushImage(transport, reference, image, { memory: openRegistryMemory(':memory:') });
    expect(result.changed).toBe(true);
  });

  it.each([
    ['a wrong password', WRONG],
    ['no credentials', ANONYMOUS],
  ])('refuses %s with one error that does not give it away', async (_, credentials) => {
    const failure = await pushTo(registry.host, credentials).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: 'registry-unauthorized',
      hint: expect.stringContaining(`podman login ${registry.host}`),
    });
    expect(inspect(failure, { depth: 9 })).not.toMatch(/staple|4711|Basic /);
  });
});

describe('a registry with bearer tokens', () => {
  const SERVICE = 'strata-test-service';
  let tokens: TokenServer;
  let registry: TestRegistry;
  beforeAll(async () => {
    tokens = await startTokenServer({
      certificate,
      service: SERVICE,
      username: USERNAME,
      password: PASSWORD,
      identityToken: 'refresh-me',
      anonymousActions: ['pull'],
    });
    const { realm, issuer } = tokens;
    const { certificateFile } = certificate;
    registry = await startRegistry({ token: { realm, issuer, service: SERVICE, certificateFile } });
  });
  afterAll(async () => {
    await registry.stop();
    await tokens.stop();
  });

  it('takes a push, with one token for what it reads and one for what it writes', async () => {
    const before = tokens.requests.length;
    await pushTo(registry.host, RIGHT);
    const requests = tokens.requests.slice(before);
    expect(requests.map(({ scopes }) => scopes.join().replace(/\d+:/, ':'))).toEqual([
      'repository:team/web:pull',
      'repository:team/web:pull,push',
    ]);
  });

  it('takes an identity token', async () => {
    const before = tokens.requests.length;
    await pushTo(registry.host, { type: 'identity-token', token: secret('refresh-me') });
    expect(tokens.requests.slice(before).every(({ method, granted }) => method === 'POST' && granted)).toBe(
      true,
    );
  });

  it('lets anonymous clients pull but not push', async () => {
    const reference = parseReference((await pushTo(registry.host, RIGHT)).reference);
    const transport = openTransport(registry.host, { keychain: fixedKeychain(ANONYMOUS) });
    cleanUps.push(() => transport.close());
    expect((await openRegistrySource(transport, reference)).root.digest).toBe(image.root.digest);
    await expect(
      pushImage(transport, { ...reference, repository: 'team/new' }, image, {
        memory: openRegistryMemory(':memory:'),
      }),
    ).rejects.toMatchObject({ code: 'registry-unauthorized' });
  });

  it('refuses a wrong password', async () => {
    await expect(pushTo(registry.host, WRONG)).rejects.toMatchObject({
      code: 'registry-unauthorized',
      message: expect.stringContaining('incorrect username or password'),
    });
  });

  it('gets a new token when the old one ends in the middle of a push', async () => {
    const challenge = `Bearer realm="${tokens.realm}",service="${SERVICE}",error="invalid_token"`;
    let ended: string | undefined;
    const proxy = await startFaultProxy(registry.host, {
      fault: ({ method, headers }) => {
        if (method === 'PATCH' && headers['content-range']?.startsWith('1000000-'))
          ended ??= headers.authorization;
        if (ended === undefined || headers.authorization !== ended) return undefined;
        return { type: 'answer', status: 401, headers: { 'www-authenticate': challenge } };
      },
    });
    cleanUps.push(() => proxy.stop());
    await pushTo(proxy.host, RIGHT);
    expect(ended).toMatch(/^Bearer /);
    const used = new Set(
      proxy.seen.filter(({ method }) => method === 'PATCH').map(({ headers }) => headers.authorization),
    );
    expect(used.size).toBe(2);
  });

  it('takes no for an answer when the new token is refused too', async () => {
    const challenge = `Bearer realm="${tokens.realm}",service="${SERVICE}",error="insufficient_scope"`;
    const proxy = await startFaultProxy(registry.host, {
      fault: ({ method }) =>
        method === 'PATCH'
          ? { type: 'answer', status: 401, headers: { 'www-authenticate': challenge } }
          : undefined,
    });
    cleanUps.push(() => proxy.stop());
    await expect(pushTo(proxy.host, RIGHT)).rejects.toMatchObject({ code: 'registry-unauthorized' });
  });
});

describe('a registry with TLS', () => {
  let registry: TestRegistry;
  beforeAll(async () => {
    registry = await startRegistry({ tls: certificate });
  });
  afterAll(() => registry.stop());

  it('is not trusted when nobody vouches for its certificate', async () => {
    await expect(pushTo(registry.host, ANONYMOUS)).rejects.toMatchObject({
      code: 'network',
      message: expect.stringContaining('SELF_SIGNED_CERT'),
      action: { action: 'set-option', option: 'ca-file' },
    });
  });

  it('is trusted with its authority', async () => {
    await pushTo(registry.host, ANONYMOUS, { caFile: certificate.certificateFile });
  });

  it('is trusted unseen when that is asked for', async () => {
    await pushTo(registry.host, ANONYMOUS, { insecure: true });
  });

  it('is reached through a proxy, and its certificate checked there too', async () => {
    const { proxy, address, tunnels } = await startConnectProxy(registry.host);
    cleanUps.push(async () => {
      proxy.closeAllConnections();
      await new Promise((resolve) => proxy.close(resolve));
    });
    const env = { HOME: directory, HTTPS_PROXY: address };
    const { caFile } = { caFile: certificate.certificateFile };
    await pushTo('registry.test', ANONYMOUS, { env, caFile });
    expect(tunnels).toContain('registry.test:443');
    await expect(pushTo('registry.test', ANONYMOUS, { env })).rejects.toMatchObject({ code: 'network' });
    await expect(
      pushTo('registry.test', ANONYMOUS, { env: { ...env, NO_PROXY: 'registry.test' }, caFile }),
    ).rejects.toThrow(/name/);
  });
});

/** A proxy that tunnels every connection to one registry. */
async function startConnectProxy(
  target: string,
): Promise<{ proxy: Server; address: string; tunnels: string[] }> {
  const tunnels: string[] = [];
  const [host, port] = target.split(':');
  const proxy = createServer();
  proxy.on('connect', (request, client) => {
    tunnels.push(request.url ?? '');
    const upstream = connect(Number(port), host, () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      upstream.pipe(client);
      client.pipe(upstream);
    });
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      one.on('error', () => {});
      one.on('close', () => other.destroy());
    }
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  return { proxy, address: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`, tunnels };
}
