import type { IncomingMessage, ServerResponse } from 'node:http';
import { Agent } from 'undici';
import { describe, expect, it } from 'vitest';
import { discardBody, exchange, readBody } from '../../../../src/main/registry/transport/exchange.ts';
import { isTransient } from '../../../../src/main/registry/transport/network-error.ts';
import { localServers } from '../../../support/local-servers.ts';

const serve = localServers();
const agent = new Agent();

function get(address: string) {
  const headers = { authorization: 'Bearer hush', range: 'bytes=1-' };
  return exchange(() => agent, { method: 'GET', url: new URL(address), headers }, undefined);
}

describe('exchange', () => {
  it('follows a redirect to another host without the authorization', async () => {
    const seen: IncomingMessage['headers'][] = [];
    const storage = await serve((request, response) => {
      seen.push(request.headers);
      response.end('the blob');
    });
    const registry = await serve((request, response) => {
      seen.push(request.headers);
      response.writeHead(307, { location: `http://${storage}/bucket` }).end();
    });
    const response = await get(`http://${registry}/v2/`);
    expect(String(await readBody(response, 100))).toBe('the blob');
    expect(seen.map(({ authorization, range }) => [authorization, range])).toEqual([
      ['Bearer hush', 'bytes=1-'],
      [undefined, 'bytes=1-'],
    ]);
  });

  it('keeps the authorization on the same host', async () => {
    const registry = await serve((request, response) => {
      if (request.url === '/there') response.end(request.headers.authorization);
      else response.writeHead(302, { location: '/there' }).end();
    });
    expect(String(await readBody(await get(`http://${registry}/here`), 100))).toBe('Bearer hush');
  });

  it('does not go round in circles', async () => {
    const registry = await serve((_, response) => response.writeHead(302, { location: '/' }).end());
    await expect(get(`http://${registry}/`)).rejects.toMatchObject({ code: 'registry-protocol' });
  });

  it('does not read more than was to be expected', async () => {
    const registry = await serve((_, response) => response.end('x'.repeat(1000)));
    await expect(readBody(await get(`http://${registry}/`), 999)).rejects.toThrow('more than 999 bytes');
  });

  it('does not wait for ever for the end of a short answer', async () => {
    const registry = await serve((_, response) => {
      const timer = setInterval(() => response.write('x'), 20);
      response.once('close', () => clearInterval(timer));
    });
    const failure = await readBody(await get(`http://${registry}/`), 1_000_000, 200).catch(
      (error: unknown) => error,
    );
    expect(isTransient(failure)).toBe(true);
  });
});

describe('discardBody', () => {
  it.each([
    ['drips', (response: ServerResponse) => void setInterval(() => response.write('.'), 20).unref()],
    ['does not end', (response: ServerResponse) => void response.write(Buffer.alloc(1_000_000))],
  ])('waits for no answer that %s', async (_, send) => {
    const host = await serve((_request, response) => send(response));
    const response = await get(`http://${host}/`);
    await discardBody(response, 100);
    expect(response.body.destroyed).toBe(true);
  });
});
