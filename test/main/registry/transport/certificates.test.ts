import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { secret } from '../../../../src/main/log/secret.ts';
import { fixedKeychain } from '../../../../src/main/registry/authn/credentials.ts';
import { openTransport, type RegistryTransport } from '../../../../src/main/registry/transport/transport.ts';
import { recordedEffects } from '../../../support/registry-effects.ts';
import { temporaryDirectory } from '../../documents/support.ts';

const servers: Server[] = [];
const transports: RegistryTransport[] = [];
afterEach(async () => {
  for (const transport of transports.splice(0)) await transport.close();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** A server that says who it is by a certificate of its own, and sends everybody on to `location`. */
async function serve(
  name: string,
  location = '/',
): Promise<{ host: string; caFile: string; seen: unknown[] }> {
  const directory = temporaryDirectory();
  const [key, caFile] = [join(directory, 'key'), join(directory, 'certificate')];
  execFileSync(
    'openssl',
    [
      ...[
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:prime256v1',
        '-nodes',
        '-days',
        '2',
      ],
      ...['-subj', '/CN=test', '-addext', `subjectAltName=${name}`, '-keyout', key, '-out', caFile],
    ],
    { stdio: 'ignore' },
  );
  const seen: unknown[] = [];
  const server = createServer({ key: readFileSync(key), cert: readFileSync(caFile) }, (request, response) => {
    seen.push(request.url);
    response.writeHead(307, { location }).end();
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, caFile, seen };
}

async function failureAt(host: string, caFile?: string): Promise<unknown> {
  const transport = openTransport(host, {
    keychain: fixedKeychain({ type: 'basic', username: 'user', password: secret('hush-hush') }),
    effects: recordedEffects(),
    env: {},
    ...(caFile === undefined ? {} : { caFile }),
  });
  transports.push(transport);
  const request = {
    method: 'GET',
    path: 'a/blobs/x',
    repository: 'a',
    access: 'pull',
    expect: [200],
  } as const;
  return transport.send({ ...request, what: 'the blob' }).catch((error: unknown) => error);
}

describe('a registry whose certificate', () => {
  it('nobody vouches for is not trusted, and nothing is asked of it', async () => {
    const { host, seen } = await serve('IP:127.0.0.1');
    expect(await failureAt(host)).toMatchObject({
      code: 'network',
      message: expect.stringContaining('is not trusted here'),
      action: { action: 'set-option', option: 'ca-file' },
    });
    expect(seen).toEqual([]);
  });

  it('is for another name is not helped by an authority, and it is said', async () => {
    const { host, caFile, seen } = await serve('DNS:other.test');
    expect(await failureAt(host, caFile)).toMatchObject({
      code: 'network',
      message: `${host} shows a certificate that is for other names (ERR_TLS_CERT_ALTNAME_INVALID).`,
      hint: expect.stringContaining('by a name that its certificate is for'),
    });
    expect(seen).toEqual([]);
  });

  it('is right, and that sends on to plain HTTP, is not followed there', async () => {
    const { host, caFile, seen } = await serve('IP:127.0.0.1', 'http://127.0.0.1:1/a');
    expect(await failureAt(host, caFile)).toMatchObject({
      message: `${host} redirects from https to http://127.0.0.1:1.`,
    });
    expect(seen.length).toBeGreaterThan(0);
  });
});
