import type { IncomingMessage } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { secret } from '../../../../src/main/log/secret.ts';
import { ANONYMOUS, fixedKeychain } from '../../../../src/main/registry/authn/credentials.ts';
import {
  openTransport,
  type RegistryRequest,
  type RegistryTransport,
} from '../../../../src/main/registry/transport/transport.ts';
import { localServers } from '../../../support/local-servers.ts';
import { recordedEffects } from '../../../support/registry-effects.ts';

const serve = localServers();
const transports: RegistryTransport[] = [];
afterEach(async () => {
  for (const transport of transports.splice(0)) await transport.close();
});

function connect(host: string): RegistryTransport {
  const transport = openTransport(host, {
    keychain: fixedKeychain({ type: 'basic', username: 'user', password: secret('hush') }),
    effects: recordedEffects(),
    env: {},
  });
  transports.push(transport);
  return transport;
}

function blobRequest(path: string | URL = 'a/blobs/sha256:0'): RegistryRequest {
  return { method: 'GET', path, repository: 'a', access: 'pull', expect: [200], what: 'the blob' };
}

describe('the credentials of a registry', () => {
  it('are not shown to whom the host of a redirect names', async () => {
    const shown: string[] = [];
    const thief = await serve((request, response) => {
      shown.push(`${request.headers.authorization}`);
      response.end('{"token":"t"}');
    });
    const storage = await serve((_, response) => {
      response.writeHead(401, { 'www-authenticate': `Bearer realm="http://${thief}/token"` }).end();
    });
    const registry = await serve((request, response) => {
      if (request.url === '/v2/') response.end();
      else response.writeHead(307, { location: `http://${storage}/blob` }).end();
    });

    await expect(connect(registry).send(blobRequest())).rejects.toMatchObject({
      code: 'registry-unauthorized',
    });
    expect(shown).toEqual([]);
  });

  it('are not shown to whom the host of an upload names', async () => {
    const shown: string[] = [];
    const thief = await serve((request, response) => {
      shown.push(`${request.headers.authorization}`);
      response.end('{"token":"t"}');
    });
    const storage = await serve((_, response) => {
      response.writeHead(401, { 'www-authenticate': `Bearer realm="http://${thief}/token"` }).end();
    });
    const registry = await serve((_, response) => void response.end());

    const transport = connect(registry);
    await expect(transport.send(blobRequest(new URL(`http://${storage}/upload`)))).rejects.toMatchObject({
      code: 'registry-unauthorized',
    });
    await (await transport.send(blobRequest())).body.dump();
    expect(shown).toEqual([]);
  });

  it('are not shown to whom another host names that the first question was redirected to', async () => {
    const shown: IncomingMessage['headers'][] = [];
    const elsewhere = await serve((request, response) => {
      if (request.url === '/token') shown.push(request.headers);
      response.writeHead(401, { 'www-authenticate': `Bearer realm="http://${request.headers.host}/token"` });
      response.end();
    });
    const registry = await serve((request, response) => {
      if (request.url === '/v2/') response.writeHead(307, { location: `http://${elsewhere}/v2/` });
      response.end();
    });

    await (await connect(registry).send(blobRequest())).body.dump();
    expect(shown).toEqual([]);
  });

  it('go to the token server that the registry itself names, and the token to the registry', async () => {
    const shown: (string | undefined)[] = [];
    const tokens = await serve((request, response) => {
      shown.push(request.headers.authorization);
      // Both members, as some token servers write them, and a lifetime that makes no sense.
      response.end('{"token":"","access_token":"abc","expires_in":0}');
    });
    const registry = await serve((request, response) => {
      if (request.headers.authorization === 'Bearer abc') response.end();
      else response.writeHead(401, { 'www-authenticate': `Bearer realm="http://${tokens}/token"` }).end();
    });

    const response = await connect(registry).send(blobRequest());
    await response.body.dump();
    expect(response.status).toBe(200);
    expect(shown).toEqual([`Basic ${Buffer.from('user:hush').toString('base64')}`]);
  });
});

describe('a token that is no longer taken', () => {
  it('is replaced once, however many requests find out at the same moment', async () => {
    let given = 0;
    let least = 1;
    const tokens = await serve((_, response) => {
      given += 1;
      response.end(`{"token":"${given}"}`);
    });
    const registry = await serve((request, response) => {
      const token = Number(/^Bearer (\d+)$/.exec(request.headers.authorization ?? '')?.[1] ?? 0);
      // Slowly, so that all requests are on their way before the first is answered.
      setTimeout(
        () => {
          if (token >= least) response.end();
          else response.writeHead(401, { 'www-authenticate': `Bearer realm="http://${tokens}/token"` }).end();
        },
        20 + 5 * Math.random(),
      );
    });
    const transport = connect(registry);
    const ask = async () => (await transport.send(blobRequest())).body.dump();
    await ask();
    expect(given).toBe(1);
    least = 2;
    await Promise.all(Array.from({ length: 10 }, ask));
    expect(given).toBe(2);
  });
});

describe('a registry that refuses', () => {
  it.each([
    [
      'with credentials',
      fixedKeychain({ type: 'basic', username: 'user', password: secret('x') }),
      'does not accept these credentials',
    ],
    ['without', fixedKeychain(ANONYMOUS), 'wants credentials'],
  ])('is told from one that was shown nothing: %s', async (_, keychain, problem) => {
    const registry = await serve((_request, response) => {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="test"' }).end();
    });
    const transport = openTransport(registry, { keychain, effects: recordedEffects(), env: {} });
    transports.push(transport);
    await expect(transport.send(blobRequest())).rejects.toThrow(`${registry} ${problem} for the blob.`);
  });
});
