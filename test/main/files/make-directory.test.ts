import { existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeDirectory } from '../../../src/main/files/make-directory.ts';
import { temporaryDirectory } from '../documents/support.ts';

describe('makeDirectory', () => {
  it('makes a directory with those above it, once', () => {
    const path = join(temporaryDirectory(), 'a/b/c');
    expect(makeDirectory(path)).toBe(true);
    expect(statSync(path).mode & 0o777).toBe(0o700);
    expect(makeDirectory(path)).toBe(false);
    const shared = join(path, 'd/e');
    expect(makeDirectory(shared, 0o755)).toBe(true);
    expect(statSync(shared).mode & 0o777).toBe(0o755);
  });

  it('gives up where directories cannot be made', ({ skip }) => {
    if (!existsSync('/proc/self')) skip('This system has no /proc.');
    expect(() => makeDirectory('/proc/none/of/these')).toThrow(
      'Cannot make /proc/none: no directory can be made there (ENOENT).',
    );
  });

  it('says that a file is in the way', () => {
    const file = join(temporaryDirectory(), 'file');
    writeFileSync(file, '');
    expect(() => makeDirectory(file)).toThrow(
      `Cannot make ${file}: there is something else that is no directory (EEXIST).`,
    );
    expect(() => makeDirectory(join(file, 'a/b'))).toThrow(
      'a part of the path is not a directory (ENOTDIR).',
    );
  });
});
