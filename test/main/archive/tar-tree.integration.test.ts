import { createHash } from 'node:crypto';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bufferSink } from '../../../src/main/archive/byte-sink.ts';
import { raw, rawPath } from '../../../src/main/archive/raw-path.ts';
import { type TreeEntry, writeTree } from '../../../src/main/archive/tar-tree.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'strata-tar-tree-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function archiveOf(entries: readonly TreeEntry[]): string {
  const pieces: Buffer[] = [];
  const sink = bufferSink(Buffer.alloc(1000), (full) => {
    pieces.push(Buffer.from(full));
    return full;
  });
  writeTree(entries, sink);
  const archive = join(directory, 'archive.tar');
  writeFileSync(archive, Buffer.concat([...pieces, sink.rest()]));
  return archive;
}

function diskEntry(contents: Buffer): TreeEntry & { readonly disk: { readonly file: string } } {
  const file = join(directory, 'file');
  writeFileSync(file, contents);
  const sha256 = createHash('sha256').update(contents).digest('hex');
  return {
    type: 'file',
    path: raw`srv/file`,
    mode: 0o640,
    uid: 1000,
    gid: 4_000_000_000,
    disk: { file: rawPath(file), sizeBytes: contents.length, sha256 },
  };
}

describe('a tree that is made up', () => {
  it('is read by GNU tar with its owners, modes, attributes and contents', async () => {
    const contents = Buffer.alloc(123_456, 'contents of a file ');
    const capability = Buffer.from('0100000200040000000000000000000000000000', 'hex').toString('latin1');
    const archive = archiveOf([
      { type: 'directory', path: raw`srv`, mode: 0o1777, uid: 70_000 },
      diskEntry(contents),
      { type: 'symlink', path: raw`srv/link`, target: raw`file`, gid: 7 },
      {
        type: 'file',
        path: raw`srv/text`,
        mode: 0o4755,
        text: 'täxt',
        xattrs: { 'security.capability': capability },
      },
    ]);
    const options = ['--numeric-owner', '--xattrs', '--xattrs-include=*', '-vvf', archive];
    const { stdout } = await execa('tar', ['-t', ...options], { env: { TZ: 'UTC' } });
    expect(stdout.split('\n').map((line) => line.trim().replace(/ +/g, ' '))).toEqual([
      'drwxrwxrwt 70000/0 0 1970-01-01 00:00 srv/',
      '-rw-r----- 1000/4000000000 123456 1970-01-01 00:00 srv/file',
      'lrwxrwxrwx 0/7 0 1970-01-01 00:00 srv/link -> file',
      '-rwsr-xr-x* 0/0 5 1970-01-01 00:00 srv/text',
      'x: 20 security.capability',
    ]);
    await execa('tar', ['-xf', archive, '-C', directory, '--no-same-owner']);
    expect(readFileSync(join(directory, 'srv/file')).equals(contents)).toBe(true);
    expect(readFileSync(join(directory, 'srv/text'), 'utf8')).toBe('täxt');
  });

  it.each([
    ['grew', (file: string) => appendFileSync(file, 'x')],
    ['shrank', (file: string) => writeFileSync(file, 'conten')],
    ['has other contents', (file: string) => writeFileSync(file, 'Contents')],
  ])('is refused where a file %s since it was hashed', (_, change) => {
    const entry = diskEntry(Buffer.from('contents'));
    change(entry.disk.file);
    expect(() => archiveOf([entry])).toThrow(
      expect.objectContaining({
        code: 'file-system',
        message: `${entry.disk.file} changed while it was read.`,
      }),
    );
  });
});
