import { describe, expect, it } from 'vitest';
import { secret } from '../../../../src/main/log/secret.ts';
import { tokenRequest } from '../../../../src/main/registry/transport/token.ts';

const CREDENTIALS = { type: 'basic', username: 'user', password: secret('hush') } as const;

function requestFor(registry: string, realm: string) {
  const challenge = { scheme: 'bearer', parameters: new Map([['realm', realm]]) };
  return tokenRequest(challenge, ['repository:a:pull'], CREDENTIALS, new URL(registry));
}

describe('tokenRequest', () => {
  it.each([
    ['https://registry.example', 'https://auth.example/token'],
    ['http://127.0.0.1:5000', 'https://auth.example/token'],
    ['http://127.0.0.1:5000', 'http://localhost:5001/token'],
    // A registry elsewhere is reached without TLS only where the user allowed that.
    ['http://registry.example', 'http://auth.example/token'],
  ])('lets %s have credentials sent to %s', (registry, realm) => {
    expect(requestFor(registry, realm).url.origin).toBe(new URL(realm).origin);
  });

  it.each([
    ['https://registry.example', 'http://auth.example/token'],
    ['https://registry.example', 'http://127.0.0.1:5001/token'],
    // The registry may be the near end of a tunnel; the token server is across a network.
    ['http://127.0.0.1:5000', 'http://auth.example/token'],
    ['http://registry.example', 'ftp://auth.example/token'],
  ])('does not let %s have credentials sent to %s', (registry, realm) => {
    expect(() => requestFor(registry, realm)).toThrowError(/not protected by TLS/);
  });
});
