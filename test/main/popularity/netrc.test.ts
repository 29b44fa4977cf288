import { describe, expect, it } from 'vitest';
import { loginFor } from '../../../src/main/popularity/netrc.ts';

const NETRC = `# caches of ours
machine cache.example login me password secret
machine two.example
  login "first last"
  account unused
  password "with \\"quotes\\" and #"
macdef init
  machine macro.example login no password no

machine Many.Example login one password 1
machine many.example login two password 2
default login anyone password whatever
`;

describe('what a netrc file says of a host', () => {
  it.each([
    ['cache.example', undefined, 'me', 'secret'],
    ['CACHE.example', 'me', 'me', 'secret'],
    ['two.example', undefined, 'first last', 'with "quotes" and #'],
    ['many.example', undefined, 'one', '1'],
    ['many.example', 'two', 'two', '2'],
    ['macro.example', undefined, 'anyone', 'whatever'],
    ['other.example', undefined, 'anyone', 'whatever'],
  ])('%s, as %s', (host, user, login, password) => {
    expect(loginFor(NETRC, host, user)).toMatchObject({ login, password });
  });

  it('is nothing where neither the host nor a default is there, or only for another user', () => {
    expect(loginFor('machine cache.example login me password secret', 'other.example')).toBeUndefined();
    expect(loginFor(NETRC, 'cache.example', 'nobody')).toBeUndefined();
    expect(loginFor('', 'cache.example')).toBeUndefined();
    expect(loginFor('login me password secret', 'cache.example')).toBeUndefined();
  });
});
