import { expect, test } from 'vitest';
import { cacheDirectory, dataDirectory, settingOfPlace } from '../../../src/main/files/paths.ts';

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

test('a place of Strata’s own has a setting, and no other place has', () => {
  const env = { HOME: '/home/me', STRATA_CACHE_DIR: '/srv/strata' };
  expect(settingOfPlace('/srv/strata/blobs', env)).toBe('STRATA_CACHE_DIR');
  expect(settingOfPlace('/srv/strata', env)).toBe('STRATA_CACHE_DIR');
  expect(settingOfPlace('/home/me/.local/share/strata/builds', env)).toBe('STRATA_DATA_DIR');
  expect(settingOfPlace('/srv/strata-images/a.tar', env)).toBeUndefined();
});
