import { linkSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { streamReader } from '../../../src/main/archive/byte-reader.ts';
import { bufferSink } from '../../../src/main/archive/byte-sink.ts';
import { readTarEntries } from '../../../src/main/archive/tar-reader.ts';
import { writeStorePaths } from '../../../src/main/pack/tar-store-paths.ts';
import { type FakeStore, fakeStore } from '../../support/fake-store.ts';

let store: FakeStore;
beforeEach(() => {
  store = fakeStore();
});
afterEach(() => store.remove());

function archive(paths: readonly string[], bufferBytes = 700): Buffer {
  const pieces: Buffer[] = [];
  const sink = bufferSink(Buffer.alloc(bufferBytes), (full) => {
    pieces.push(Buffer.from(full));
    return full;
  });
  writeStorePaths(paths, sink);
  return Buffer.concat([...pieces, sink.rest()]);
}

async function entriesOf(bytes: Buffer) {
  async function* pieces() {
    yield bytes;
  }
  const entries = [];
  for await (const entry of readTarEntries(streamReader(pieces()))) {
    const contents = bytes.toString('utf8', entry.offset, entry.offset + entry.sizeBytes);
    entries.push({ ...entry, contents });
  }
  return entries;
}

describe('an archive of store paths', () => {
  it('has the directories above the store once, then each path with all that is in it', async () => {
    const hello = store.add('hello', {
      bin: { directory: { hello: { executable: '#!/bin/sh\n' } } },
      empty: { directory: {} },
      share: { directory: { greeting: 'Hello!', link: { link: '../bin/hello' }, zero: '' } },
    });
    const single = store.add('single-file', 'just text');
    const link = store.add('link', { link: hello });
    const entries = await entriesOf(archive([single, hello, link]));

    const parents = hello.slice(1).split('/').slice(0, -1);
    const parentPaths = parents.map((_, index) => parents.slice(0, index + 1).join('/'));
    const inHello = [
      '',
      '/bin',
      '/bin/hello',
      '/empty',
      '/share',
      '/share/greeting',
      '/share/link',
      '/share/zero',
    ];
    const expected = [single, hello, link]
      .toSorted()
      .flatMap((path) => (path === hello ? inHello.map((part) => hello + part) : [path]))
      .map((path) => path.slice(1));
    expect(entries.map(({ path }) => path)).toEqual([...parentPaths, ...expected]);

    const at = (path: string) => entries.find((entry) => entry.path === path.slice(1));
    expect(at(`${hello}/bin/hello`)).toMatchObject({ type: 'file', mode: 0o555, contents: '#!/bin/sh\n' });
    expect(at(`${hello}/share/greeting`)).toMatchObject({ type: 'file', mode: 0o444, contents: 'Hello!' });
    expect(at(`${hello}/share/zero`)).toMatchObject({ type: 'file', sizeBytes: 0 });
    expect(at(`${hello}/empty`)).toMatchObject({ type: 'directory', mode: 0o555 });
    expect(at(`${hello}/share/link`)).toMatchObject({ type: 'symlink', linkTarget: '../bin/hello' });
    expect(at(link)).toMatchObject({ type: 'symlink', linkTarget: hello });
    expect(at(single)).toMatchObject({ type: 'file', contents: 'just text' });
    expect(entries.every(({ uid, gid, mtime }) => uid === 0 && gid === 0 && mtime === 1)).toBe(true);
  });

  it('is the same whatever the order of the paths, the modes on disk and the size of the buffers', () => {
    const a = store.add('a', { file: 'A'.repeat(5000), tool: { executable: 'x' } });
    const b = store.add('b', { file: 'B' });
    const first = archive([a, b]);
    expect(archive([b, a], 512)).toEqual(first);
    expect(archive([a, b], 1 << 20)).toEqual(first);
  });

  it('writes files that share an inode as files of their own, as they share none on another machine', () => {
    const once = store.add('pair', { one: 'same', two: 'same' });
    const before = archive([once]);
    store.remove();
    store = fakeStore();
    const path = store.add('pair', { one: 'same' });
    linkSync(join(path, 'one'), join(path, 'two'));
    const after = archive([path]);
    expect(withoutRoot(after, path)).toEqual(withoutRoot(before, once));
  });

  it('carries names that are not UTF-8', async () => {
    const path = store.add('latin', {});
    const name = Buffer.concat([Buffer.from(`${path}/caf`), Buffer.from([0xe9])]);
    writeFileSync(name, 'coffee');
    mkdirSync(Buffer.concat([Buffer.from(`${path}/`), Buffer.from([0xff, 0xfe])]));
    const entries = await entriesOf(archive([path]));
    expect(entries.slice(-2)).toMatchObject([
      { path: `${path.slice(1)}/caf\xe9`, contents: 'coffee' },
      { path: `${path.slice(1)}/\xff\xfe`, type: 'directory' },
    ]);
  });

  it('refuses what no store holds, by its path', async () => {
    const path = store.add('odd', {});
    const socket = createServer();
    await new Promise<void>((resolve) => socket.listen(join(path, 'socket'), resolve));
    try {
      expect(() => archive([path])).toThrow(
        expect.objectContaining({
          code: 'file-system',
          message: expect.stringContaining('/socket is neither a file, a directory nor a link'),
        }),
      );
    } finally {
      socket.close();
    }
  });

  it.each(['.wh.keep', '.wh..wh..opq'])('refuses %s, which would remove files of other layers', (name) => {
    const path = store.add('whiteout', { share: { directory: { [name]: '' } } });
    expect(() => archive([path])).toThrow(
      expect.objectContaining({
        code: 'unsupported-file-name',
        message: expect.stringContaining(`${path}/share/${name} cannot be in an image`),
      }),
    );
  });

  it('says which path is missing', () => {
    const missing = `${store.root}/nix/store/gone`;
    expect(() => archive([missing])).toThrow(
      expect.objectContaining({
        code: 'file-system',
        message: `Cannot read ${missing}: it does not exist (ENOENT).`,
      }),
    );
  });
});

/** The part of an archive that does not tell where the store is. */
function withoutRoot(bytes: Buffer, path: string): string[] {
  const text = bytes.toString('latin1').replaceAll(path.slice(1), 'STORE-PATH');
  return [...text.matchAll(/STORE-PATH[^\0]*|same/g)].map(([match]) => match);
}
