import { expect, test } from 'vitest';
import { cacheDirectory, dataDirectory } from '../../src/main/paths.ts';

test('what Strata keeps is where the XDG Base Directory Specification says', () => {
  const env = { HOME: '/home/me', XDG_CACHE_HOME: '/var/cache/me' };
  expect(cacheDirectory(env)).toBe('/var/cache/me/strata');
  expect(dataDirectory(env)).toBe('/home/me/.local/share/strata');
  expect(cacheDirectory({ ...env, STRATA_CACHE_DIR: '/srv/strata' })).toBe('/srv/strata');
});

test('a relative directory is ignored: it would be another one in each working directory', () => {
  const env = { HOME: '/home/me', XDG_CACHE_HOME: 'cache', XDG_DATA_HOME: './data' };
  expect(cacheDirectory(env)).toBe('/home/me/.cache/strata');
  expect(dataDirectory(env)).toBe('/home/me/.local/share/strata');
});
