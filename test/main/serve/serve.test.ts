import { once } from 'node:events';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { type IncomingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket } from 'ws';
import { type AppServer, type ServeOptions, serve } from '../../../src/main/shell/serve.ts';
import { nodeAsOrdinaryUser, whyNoOrdinaryUser } from '../../support/ordinary-user.ts';
import { temporaryDirectory } from '../documents/support.ts';
import { clientOfAddress, type PartHost, partHost } from '../host/support.ts';

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

async function started(
  options: Pick<ServeOptions, 'address' | 'hostNames'> = {},
): Promise<{ server: AppServer; host: PartHost; directory: string }> {
  const outer = temporaryDirectory();
  const directory = join(outer, 'renderer');
  mkdirSync(join(directory, 'assets'), { recursive: true });
  writeFileSync(join(outer, 'secret.txt'), 'secret');
  writeFileSync(join(directory, 'index.html'), '<meta name="csp-nonce" nonce="__STRATA_CSP_NONCE__">window');
  writeFileSync(join(directory, 'assets', 'index-abc.js'), 'start();');
  const host = partHost();
  const server = await serve({ host, staticDirectory: directory, port: 0, ...options });
  onTestFinished(() => server.close());
  return { server, host, directory };
}

/** A request as it is written, path and headers untouched. */
function ask(
  port: number,
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
  address = '127.0.0.1',
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ port, host: address, path, headers, method, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        body += chunk;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
      );
    });
    sent.on('error', reject);
    sent.end();
  });
}

/** Enters with a new address; gives the cookie. */
async function entered(server: AppServer): Promise<string> {
  const { pathname, search } = new URL(server.newAddress());
  const { headers } = await ask(server.port, `${pathname}${search}`);
  return headers['set-cookie']?.[0]?.split(';')[0] ?? '';
}

function socketStatus(port: number, headers: Record<string, string>, path = '/rpc'): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers });
    socket.on('unexpected-response', (sent, response) => {
      resolve(response.statusCode ?? 0);
      sent.destroy();
    });
    socket.on('open', () => {
      resolve(101);
      socket.close();
    });
    socket.on('error', reject);
  });
}

describe('the browser shell', () => {
  it.each([
    ['no JSON', 'garbage'],
    ['JSON of something else', '[1,2]'],
    ['a request without an address', '{"i":"1","p":{}}'],
    ['an address that is none', '{"i":"1","p":{"u":"http://["}}'],
    ['a form', '{"i":"1","p":{"u":"/jobs","h":{"content-type":"multipart/form-data"}}}'],
    ['an event of nothing', '{"i":"1","t":3}'],
    ['bytes', Buffer.from([0xff, 0, 1])],
  ])(
    'closes a connection that sends %s, without a word on stderr, and serves the others',
    async (_, message) => {
      const { server } = await started();
      const printed = vi.spyOn(console, 'error');
      onTestFinished(() => printed.mockRestore());
      const { client } = await clientOfAddress(`ws://127.0.0.1:${server.port}/rpc`, {
        cookie: await entered(server),
        origin: `http://127.0.0.1:${server.port}`,
      });
      const socket = new WebSocket(`ws://127.0.0.1:${server.port}/rpc`, {
        headers: { cookie: await entered(server), origin: `http://127.0.0.1:${server.port}` },
      });
      await once(socket, 'open');
      socket.send(message);
      const [code] = await once(socket, 'close');
      expect(code).toBe(1003);
      expect(printed).not.toHaveBeenCalled();
      expect(await client.settings.get()).toMatchObject({ theme: expect.any(String) });
    },
  );

  it('lets nobody in without a token', async () => {
    const { server } = await started();
    for (const path of ['/', '/index.html', '/assets/index-abc.js', '/nothing']) {
      expect(await ask(server.port, path)).toMatchObject({
        status: 401,
        body: expect.not.stringContaining('window'),
      });
    }
    expect((await ask(server.port, '/?token=guessed')).status).toBe(401);
    expect((await ask(server.port, '/', { cookie: `strata-${server.port}=guessed` })).status).toBe(401);
  });

  it('exchanges the token of an address for a cookie that no script reads, and goes on to a clean address', async () => {
    const { server } = await started();
    const address = new URL(server.newAddress({ open: '/home/me/web & more.strata.json' }));
    const answer = await ask(server.port, `${address.pathname}${address.search}`);
    expect(answer.status).toBe(303);
    expect(answer.headers.location).toBe('/?open=%2Fhome%2Fme%2Fweb%20%26%20more.strata.json');
    const [cookie = ''] = answer.headers['set-cookie'] ?? [];
    expect(cookie).toMatch(/^strata-\d+=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/$/);
    expect(cookie).not.toContain(address.searchParams.get('token'));
    expect(answer.headers['referrer-policy']).toBe('no-referrer');

    const page = await ask(server.port, '/', { cookie: cookie.split(';')[0] ?? '' });
    expect(page).toMatchObject({ status: 200, body: expect.stringContaining('window') });
  });

  it('takes an address once; who is in already is let through again', async () => {
    const { server } = await started();
    const { search } = new URL(server.newAddress());
    const first = await ask(server.port, `/${search}`);
    const cookie = first.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
    expect((await ask(server.port, `/${search}`)).status).toBe(401);
    expect((await ask(server.port, `/${search}`, { cookie })).status).toBe(303);
    expect((await ask(server.port, `/${new URL(server.newAddress()).search}`)).status).toBe(303);
  });

  it('goes on by a page of its own where another site or a file led here, so that the cookie is sent', async () => {
    const { server } = await started();
    const { search } = new URL(server.newAddress());
    const answer = await ask(server.port, `/${search}`, { 'sec-fetch-site': 'cross-site' });
    expect(answer).toMatchObject({ status: 200, body: expect.stringContaining('content="0;url=/"') });
    expect(answer.headers['set-cookie']).toHaveLength(1);
    expect(answer.body).not.toContain('token');
  });

  it('lets no other user in by an address that is for this one', async () => {
    const { server } = await started();
    const { search } = new URL(server.newAddress({ sameUser: true }));
    expect((await ask(server.port, `/${search}`)).status).toBe(303);
  });

  it('tells a process of another user from its own, and keeps the address good', async ({ skip }) => {
    if (process.platform !== 'linux' || process.getuid?.() !== 0) {
      console.log('not run: only root can start a process of another user');
      skip();
    }
    const reason = await whyNoOrdinaryUser();
    if (reason) skip(reason);
    const { server } = await started();
    const { search } = new URL(server.newAddress({ sameUser: true }));
    const program = `fetch('http://127.0.0.1:${server.port}/${search}', { redirect: 'manual' })
        .then(({ status }) => console.log(status))`;
    const stranger = await nodeAsOrdinaryUser(['-e', program]);
    expect(stranger.stdout.trim()).toBe('401');
    expect((await ask(server.port, `/${search}`)).status).toBe(303);
  });

  it('never leads to another site', async () => {
    const { server } = await started();
    for (const path of [
      '//evil.example/',
      '/.//evil.example/',
      '/\\evil.example/',
      'http://evil.example/x',
    ]) {
      const { search } = new URL(server.newAddress());
      const answer = await ask(server.port, `${path}${search}`);
      expect(answer.headers.location ?? '/').toBe('/');
    }
  });

  it('refuses a foreign Host (DNS rebinding) and a foreign Origin, even with the cookie', async () => {
    const { server } = await started();
    const cookie = await entered(server);
    const own = `127.0.0.1:${server.port}`;
    for (const host of ['evil.example', `evil.example:${server.port}`, '127.0.0.1.evil.example', '0.0.0.0']) {
      expect((await ask(server.port, '/', { host, cookie })).status, host).toBe(403);
    }
    for (const origin of ['http://evil.example', `https://${own}`, 'http://127.0.0.1:1', 'null']) {
      expect((await ask(server.port, '/', { cookie, origin })).status, origin).toBe(403);
    }
    for (const host of [own, `localhost:${server.port}`, `[::1]:${server.port}`, 'localhost:9000']) {
      expect((await ask(server.port, '/', { host, cookie, origin: `http://${host}` })).status, host).toBe(
        200,
      );
    }
  });

  it('lets a proxy do TLS in front of it, under a name that it was given', async () => {
    const { server } = await started({ hostNames: ['Strata.example'] });
    const cookie = await entered(server);
    const host = 'strata.example';
    for (const origin of [`https://${host}`, `http://${host}`]) {
      expect((await ask(server.port, '/', { host, cookie, origin })).status, origin).toBe(200);
      expect(await socketStatus(server.port, { host, cookie, origin })).toBe(101);
    }
    for (const origin of [`https://${host}:444`, 'https://evil.example']) {
      expect((await ask(server.port, '/', { host, cookie, origin })).status, origin).toBe(403);
    }
  });

  it('gives out an address that it answers at', async () => {
    for (const [address, hostNames, expected] of [
      ['127.0.0.2', [], '127.0.0.2'],
      ['0.0.0.0', [], '127.0.0.1'],
      ['0.0.0.0', ['strata.example'], 'strata.example'],
    ] as const) {
      const { server } = await started({ address, hostNames: [...hostNames] });
      const { hostname, host, pathname, search } = new URL(server.newAddress());
      expect(hostname).toBe(expected);
      const answer = await ask(server.port, pathname + search, { host }, 'GET', address);
      expect(answer.status).toBe(303);
    }
  });

  it('serves the built window and nothing else', async () => {
    const { server, directory } = await started();
    const cookie = await entered(server);
    symlinkSync(join(directory, '..', 'secret.txt'), join(directory, 'link.txt'));
    const outside = [
      '/../secret.txt',
      '/assets/../../secret.txt',
      '/%2e%2e/secret.txt',
      '/..%2fsecret.txt',
      '/assets/..%2f..%2fsecret.txt',
      '/..%5csecret.txt',
      '/%00',
      '/%E0%A4%A',
      '//etc/passwd',
      '/link.txt',
      '/assets',
      '/assets/',
      '/nothing.js',
    ];
    for (const path of outside) {
      const answer = await ask(server.port, path, { cookie });
      expect(answer.status, path).toBe(404);
      expect(answer.body, path).not.toContain('secret\n');
    }
    const script = await ask(server.port, '/assets/index-abc.js', { cookie });
    expect(script).toMatchObject({ status: 200, body: 'start();' });
    expect(script.headers['content-type']).toBe('text/javascript; charset=utf-8');
    expect(script.headers['cache-control']).toContain('immutable');
    expect(await ask(server.port, '/', { cookie }, 'HEAD')).toMatchObject({ status: 200, body: '' });
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      expect((await ask(server.port, '/', { cookie }, method)).status, method).toBe(405);
    }
  });

  it('sends strict headers with every page, and a new nonce each time', async () => {
    const { server } = await started();
    const cookie = await entered(server);
    const pages = await Promise.all([1, 2].map(() => ask(server.port, '/', { cookie })));
    const nonces = pages.map(({ headers, body }) => {
      const policy = String(headers['content-security-policy']);
      const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? '';
      expect(body).toContain(`nonce="${nonce}"`);
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("script-src 'self';");
      expect(policy).toContain(
        `connect-src 'self' ws://127.0.0.1:${server.port} wss://127.0.0.1:${server.port};`,
      );
      expect(policy).not.toMatch(/unsafe|\*/);
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['cross-origin-opener-policy']).toBe('same-origin');
      expect(headers['cache-control']).toBe('no-store');
      return nonce;
    });
    expect(nonces[0]?.length).toBeGreaterThan(20);
    expect(nonces[0]).not.toBe(nonces[1]);
    const refused = await ask(server.port, '/');
    expect(refused.headers['content-security-policy']).toContain("default-src 'none'");
  });

  it('opens its socket to its own pages only', async () => {
    const { server } = await started();
    const cookie = await entered(server);
    const { port } = server;
    const origin = `http://127.0.0.1:${port}`;
    expect(await socketStatus(port, { origin })).toBe(401);
    expect(await socketStatus(port, { cookie })).toBe(403);
    expect(await socketStatus(port, { cookie, origin: 'http://evil.example' })).toBe(403);
    expect(
      await socketStatus(port, {
        cookie,
        origin: `http://evil.example:${port}`,
        host: `evil.example:${port}`,
      }),
    ).toBe(403);
    expect(await socketStatus(port, { cookie, origin }, '/other')).toBe(404);
    expect(await socketStatus(port, { cookie, origin })).toBe(101);
    const { client } = await clientOfAddress(`ws://127.0.0.1:${port}/rpc`, { cookie, origin });
    expect(await client.jobs.list()).toEqual([]);
  });

  it('outlives requests that are no requests', async () => {
    const { server } = await started();
    const cookie = await entered(server);
    const lines = [
      `GET // HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: ${cookie}\r\n\r\n`,
      `GET // HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: http://127.0.0.1\r\nCookie: ${cookie}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
      'GET / HTTP/1.1\r\n\r\n',
      'nonsense\r\n\r\n',
      '\0\0\0\0',
    ];
    for (const line of lines) {
      await new Promise<void>((resolve) => {
        const socket = connect(server.port, '127.0.0.1', () => socket.end(line));
        socket.on('data', () => {});
        socket.on('error', () => resolve());
        socket.on('close', () => resolve());
      });
    }
    expect((await ask(server.port, '/', { cookie })).status).toBe(200);
  });

  it('listens on loopback', async () => {
    const { server } = await started();
    expect(new URL(server.newAddress()).hostname).toBe('127.0.0.1');
  });

  it('stops: windows are told, what runs is cancelled, the port is free', async () => {
    const { server, host } = await started();
    const cookie = await entered(server);
    const { closed } = await clientOfAddress(`ws://127.0.0.1:${server.port}/rpc`, {
      cookie,
      origin: `http://127.0.0.1:${server.port}`,
    });
    const id = host.jobs.start({
      kind: 'build',
      title: 'Build',
      document: null,
      run: (_report, signal) =>
        new Promise((_resolve, reject) =>
          signal.addEventListener('abort', () => reject(new Error('stopped'))),
        ),
    });
    await server.close();
    const [code] = (await closed) as [number];
    expect(code).toBe(1001);
    expect(host.jobs.get(id).state).toBe('cancelled');
    await expect(ask(server.port, '/')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('says why it cannot start', async () => {
    const { server, directory } = await started();
    await expect(
      serve({ host: partHost(), staticDirectory: directory, port: server.port }),
    ).rejects.toMatchObject({
      code: 'usage',
      message: `Port ${server.port} of 127.0.0.1 is in use.`,
    });
    await expect(serve({ host: partHost(), staticDirectory: directory, port: 70_000 })).rejects.toMatchObject(
      {
        code: 'usage',
        message: 'There is no port 70000: 65535 is the last.',
      },
    );
    await expect(
      serve({ host: partHost(), staticDirectory: temporaryDirectory(), port: 0 }),
    ).rejects.toMatchObject({ code: 'file-system', hint: expect.stringContaining('npm run build') });
  });
});
