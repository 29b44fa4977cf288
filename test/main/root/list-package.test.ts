import { mkdirSync, mkdtempSync, realpathSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rawPath } from '../../../src/main/archive/raw-path.ts';
import { packageFiles } from '../../../src/main/root/list-package.ts';

let store: string;
beforeEach(() => {
  store = realpathSync(mkdtempSync(join(tmpdir(), 'strata-packages-')));
});
afterEach(() => rmSync(store, { recursive: true, force: true }));

function write(name: string, contents: string | Buffer, sizeBytes?: number): string {
  const path = join(store, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, contents);
  if (sizeBytes !== undefined) truncateSync(path, sizeBytes);
  return path;
}

const isSameFile = (a: string, b: string) => packageFiles([store]).isSameFile(rawPath(a), rawPath(b));

describe('two files of packages', () => {
  it.each([
    ['nothing', '', ''],
    ['a line', 'a', 'b'],
    [
      'more than is compared at once',
      Buffer.alloc(3_000_000, 'x'),
      Buffer.alloc(3_000_000, 'x').fill('y', 2_999_999),
    ],
  ])('are the same where they have the same bytes: %s', (_, contents, others) => {
    const one = write('one/file', contents);
    expect(isSameFile(one, write('two/file', contents))).toBe(true);
    expect(isSameFile(one, write('three/file', others))).toBe(contents.length === 0);
  });

  it('are compared whatever their size', () => {
    const sizeBytes = 3 * 2 ** 30;
    expect(isSameFile(write('one/file', 'a', sizeBytes), write('two/file', 'b', sizeBytes))).toBe(false);
  });
});
