import { describe, expect, test } from 'vitest';
import { fileRows } from '../../../src/renderer/file-tree/directory-state.ts';
import { modeText } from '../../../src/renderer/file-tree/file-mode.ts';
import type { FileEntry } from '../../../src/shared/contract/images.ts';

const entry = (path: string, kind: FileEntry['kind'] = 'file', descendants = 0): FileEntry => ({
  path,
  name: path.slice(path.lastIndexOf('/') + 1),
  kind,
  mode: 0o644,
  sizeBytes: 1,
  target: null,
  layer: 0,
  descendants,
});

describe('modes', () => {
  test('are written as ls writes them', () => {
    expect(modeText('file', 0o644)).toBe('-rw-r--r--');
    expect(modeText('directory', 0o1777)).toBe('drwxrwxrwt');
    expect(modeText('file', 0o4755)).toBe('-rwsr-xr-x');
    expect(modeText('file', 0o2644)).toBe('-rw-r-Sr--');
    expect(modeText('symlink', 0o777)).toBe('lrwxrwxrwx');
  });
});

describe('the rows of a file tree', () => {
  const listings = new Map([
    ['/', { entries: [entry('/bin', 'directory', 2), entry('/empty', 'directory'), entry('/x')], total: 3 }],
    ['/bin', { entries: [entry('/bin/a')], total: 2 }],
  ]);

  test('show what is open, and where more is to be fetched', () => {
    const rows = fileRows(listings, new Set(['/bin']));
    expect(
      rows.map(({ level, expanded, item }) => [
        level,
        expanded,
        item.type === 'entry' ? item.entry.path : item.left,
      ]),
    ).toEqual([
      [0, true, '/bin'],
      [1, null, '/bin/a'],
      [1, null, 1],
      [0, null, '/empty'],
      [0, null, '/x'],
    ]);
    expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
  });

  test('an open directory that is not known yet shows nothing in it', () => {
    expect(
      fileRows(new Map([['/', { entries: [entry('/etc', 'directory', 9)], total: 1 }]]), new Set(['/etc'])),
    ).toHaveLength(1);
  });
});
