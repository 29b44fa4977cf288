import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rawPath } from '../../../src/main/archive/raw-path.ts';
import { realPathBelow } from '../../../src/main/root/real-path.ts';

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'strata-root-'));
  const put = (path: string, make: (onDisk: string) => void) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    make(join(root, path));
  };
  put('/store/tool/bin/tool', (path) => writeFileSync(path, ''));
  put('/store/tool/sbin', (path) => symlinkSync('bin', path));
  put('/store/other/bin', (path) => symlinkSync('/store/tool/sbin', path));
  put('/store/other/up', (path) => symlinkSync('../tool/./bin/../bin', path));
  put('/store/other/outside', (path) => symlinkSync('/etc/passwd', path));
  put('/store/other/endless', (path) => symlinkSync('/store/other/endless', path));
});
afterAll(() => rmSync(root, { recursive: true }));

describe('a path in a file system whose root is another directory', () => {
  test.each([
    ['/store/tool/bin/tool', '/store/tool/bin/tool'],
    ['/store/tool/sbin/tool', '/store/tool/bin/tool'],
    ['/store/other/bin/tool', '/store/tool/bin/tool'],
    ['/store/other/up', '/store/tool/bin'],
    ['/../..', '/'],
  ])('%s leads to %s', (path, expected) => {
    expect(realPathBelow(rawPath(root), rawPath(path))).toBe(expected);
  });

  test.each(['/store/other/outside', '/store/other/endless', '/store/nothing', '/store/tool/bin/tool/x'])(
    '%s leads nowhere',
    (path) => {
      expect(() => realPathBelow(rawPath(root), rawPath(path))).toThrow();
    },
  );
});
