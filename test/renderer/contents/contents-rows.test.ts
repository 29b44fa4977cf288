import { expect, test } from 'vitest';
import { contentsRows, foundRows } from '../../../src/renderer/features/contents/contents-rows.ts';
import type { RootEntry } from '../../../src/shared/contract/contents.ts';

const entry = (path: string, type: RootEntry['type'] = 'file', user = 'root'): RootEntry => ({
  path,
  type,
  mode: 0o644,
  owner: { uid: 0, gid: 0, user, group: null },
  sizeBytes: 0,
  target: null,
  origin: { type: 'package', name: 'bash' },
});
const ENTRIES = [
  entry('/etc', 'directory'),
  entry('/etc/ssl', 'directory'),
  entry('/etc/ssl/ca.crt'),
  entry('/etc-old'),
  entry('/tmp', 'directory', 'app'),
];
const shown = (open: readonly string[]) =>
  contentsRows(ENTRIES, new Set(open)).map(({ id, level, expanded }) => [id, level, expanded]);

test('what lies in closed directories is out of sight, and empty ones cannot be opened', () => {
  expect(shown([])).toEqual([
    ['/etc', 0, false],
    ['/etc-old', 0, null],
    ['/tmp', 0, null],
  ]);
  expect(shown(['/etc', '/etc/ssl']).slice(0, 3)).toEqual([
    ['/etc', 0, true],
    ['/etc/ssl', 1, true],
    ['/etc/ssl/ca.crt', 2, null],
  ]);
  expect(shown(['/etc/ssl'])).toEqual(shown([]));
});

test('every word is looked for in path, owner and origin', () => {
  const found = (query: string) => foundRows(ENTRIES, query).map(({ id }) => id);
  expect(found('ETC crt')).toEqual(['/etc/ssl/ca.crt']);
  expect(found('app:0')).toEqual(['/tmp']);
  expect(found('bash ssl')).toEqual(['/etc/ssl', '/etc/ssl/ca.crt']);
});
