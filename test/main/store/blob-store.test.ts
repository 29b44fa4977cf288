import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { digestOfHex } from '../../../src/engine/oci/digest.ts';
import type { Digest } from '../../../src/engine/oci/types.ts';
import { type BlobStore, openBlobStore } from '../../../src/main/store/blob-store.ts';

let directory: string;
const opened: BlobStore[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'strata-blobs-'));
});
afterEach(() => {
  vi.useRealTimers();
  for (const store of opened.splice(0)) store.close();
  rmSync(directory, { recursive: true, force: true });
});

async function open(): Promise<BlobStore> {
  const store = await openBlobStore(directory);
  opened.push(store);
  return store;
}

function close(store: BlobStore): void {
  opened.splice(opened.indexOf(store), 1);
  store.close();
}

const digestOf = (text: string): Digest => digestOfHex(createHash('sha256').update(text).digest('hex'));

async function add(store: BlobStore, key: string, text = `contents of ${key}`): Promise<Digest> {
  const file = store.temporaryFile();
  writeFileSync(file, text);
  const digest = digestOf(text);
  await store.add(
    {
      key,
      digest,
      diffId: digestOf(`plain ${text}`),
      compression: 'gzip',
      sizeBytes: text.length,
      uncompressedBytes: 2 * text.length,
      label: 'hello-2.10',
    },
    file,
  );
  return digest;
}

describe('the blob store', () => {
  it('is an OCI image layout', async () => {
    const store = await open();
    const digest = await add(store, 'a');
    expect(JSON.parse(readFileSync(join(directory, 'oci-layout'), 'utf8'))).toEqual({
      imageLayoutVersion: '1.0.0',
    });
    expect(JSON.parse(readFileSync(join(directory, 'index.json'), 'utf8'))).toEqual({
      schemaVersion: 2,
      manifests: [],
    });
    expect(store.blobPath(digest)).toBe(join(directory, 'blobs/sha256', digest.slice(7)));
    expect(readFileSync(store.blobPath(digest), 'utf8')).toBe('contents of a');
  });

  it('finds a layer by its key, also from another process', async () => {
    const [one, other] = [await open(), await open()];
    const digest = await add(one, 'a');
    expect(other.find('a')).toMatchObject({
      digest,
      sizeBytes: 13,
      uncompressedBytes: 26,
      compression: 'gzip',
    });
    expect(other.find('b')).toBeUndefined();
  });

  it('does not find a layer whose blob is gone', async () => {
    const store = await open();
    rmSync(store.blobPath(await add(store, 'a')));
    expect(store.find('a')).toBeUndefined();
  });

  it.each(['contents of A', 'contents of', ''])(
    'takes a blob out that became %j when it is verified',
    async (damaged) => {
      const store = await open();
      const digest = await add(store, 'a');
      expect(await store.verify(digest)).toBe(true);
      writeFileSync(store.blobPath(digest), damaged);
      expect(store.find('a')).toBeDefined();
      expect(await store.verify(digest)).toBe(false);
      expect(store.find('a')).toBeUndefined();
      expect(existsSync(store.blobPath(digest))).toBe(false);
    },
  );

  it('says that a blob which is gone is not right', async () => {
    const store = await open();
    const digest = await add(store, 'a');
    rmSync(store.blobPath(digest));
    expect(await store.verify(digest)).toBe(false);
  });

  it('keeps a blob that has no key, but does not find it', async () => {
    const store = await open();
    const file = store.temporaryFile();
    writeFileSync(file, 'x');
    const digest = digestOf('x');
    const facts = {
      digest,
      diffId: digest,
      compression: 'none',
      sizeBytes: 1,
      uncompressedBytes: 1,
      label: '',
    } as const;
    await store.add({ ...facts, key: undefined }, file);
    expect(existsSync(store.blobPath(digest))).toBe(true);
    expect(store.list()).toEqual([]);
  });

  it('begins its index anew when it is damaged', async () => {
    const first = await open();
    await add(first, 'a');
    close(first);
    writeFileSync(
      join(directory, 'index.sqlite'),
      'This is not a database, and longer than a header of one. '.repeat(20),
    );
    const store = await open();
    expect(store.find('a')).toBeUndefined();
    const digest = await add(store, 'a');
    expect(store.find('a')).toMatchObject({ digest });
  });

  it('is for the user alone', async () => {
    const store = await openBlobStore(join(directory, 'new', 'blobs'));
    store.close();
    expect(statSync(join(directory, 'new', 'blobs')).mode & 0o777).toBe(0o700);
  });

  it('names a blob that cannot be read', async () => {
    const store = await open();
    const digest = await add(store, 'a');
    rmSync(store.blobPath(digest));
    mkdirSync(store.blobPath(digest));
    await expect(store.verify(digest)).rejects.toMatchObject({
      code: 'file-system',
      message: `Cannot read ${store.blobPath(digest)}: it is a directory (EISDIR).`,
    });
  });

  it('names the place where it cannot be', async () => {
    writeFileSync(join(directory, 'file'), '');
    await expect(openBlobStore(join(directory, 'file', 'cache'))).rejects.toMatchObject({
      code: 'file-system',
      message: `Cannot make ${join(directory, 'file', 'cache')}: a part of the path is not a directory (ENOTDIR).`,
    });
  });
});

describe('pruning', () => {
  /** Layers a, b and c, used on three days in this order, by a process that has ended. */
  async function threeLayers(): Promise<readonly Digest[]> {
    vi.useFakeTimers({ toFake: ['Date'] });
    const store = await open();
    const digests: Digest[] = [];
    for (const [index, key] of ['a', 'b', 'c'].entries()) {
      vi.setSystemTime(new Date(2026, 0, 1 + index));
      digests.push(await add(store, key, key.repeat(1000)));
    }
    close(store);
    vi.setSystemTime(new Date(2026, 0, 4));
    return digests;
  }
  const DAY_MS = 24 * 60 * 60 * 1000;
  const keys = (store: BlobStore) => store.list().map(({ key }) => key);

  it('removes what was not used for a while', async () => {
    await threeLayers();
    const store = await open();
    const result = store.prune({ unusedForMs: 2 * DAY_MS });
    expect(result).toEqual({
      removedBlobs: 2,
      freedBytes: 2000,
      keptBlobs: 1,
      keptBytes: 1000,
      heldBlobs: 0,
    });
    expect(keys(store)).toEqual(['c']);
    expect(readdirSync(join(directory, 'blobs/sha256'))).toHaveLength(1);
  });

  it('removes the least recently used until the rest fits a size', async () => {
    await threeLayers();
    const store = await open();
    expect(store.prune({ maxBytes: 2500 })).toMatchObject({ removedBlobs: 1, keptBytes: 2000 });
    expect(keys(store)).toEqual(['b', 'c']);
  });

  it('counts a layer as used when it is found', async () => {
    await threeLayers();
    const user = await open();
    user.find('a');
    close(user);
    const store = await open();
    store.prune({ maxBytes: 1000 });
    expect(keys(store)).toEqual(['a']);
  });

  it('keeps what a running process needs, whatever is asked', async () => {
    const [, b] = await threeLayers();
    const user = await open();
    user.find('b');
    const store = await open();
    expect(store.prune({ unusedForMs: 0 })).toMatchObject({ removedBlobs: 2, keptBlobs: 1, heldBlobs: 1 });
    expect(existsSync(user.blobPath(b ?? digestOf('')))).toBe(true);
    close(user);
    expect(store.prune({ unusedForMs: 0 })).toMatchObject({ removedBlobs: 1, keptBlobs: 0, heldBlobs: 0 });
  });

  it('removes all layers when asked to, whatever the clock said when they were used', async () => {
    await threeLayers();
    vi.setSystemTime(new Date(2025, 0, 1));
    const store = await open();
    expect(store.prune({ unusedForMs: 0 })).toMatchObject({ removedBlobs: 3, keptBlobs: 0 });
  });

  it('leaves alone what is no blob', async () => {
    await threeLayers();
    const store = await open();
    const blobs = join(directory, 'blobs/sha256');
    mkdirSync(join(blobs, 'lost+found'));
    writeFileSync(join(blobs, '.nfs0001'), '');
    expect(store.prune({ unusedForMs: 0 })).toMatchObject({ removedBlobs: 3, keptBlobs: 0 });
    expect(readdirSync(blobs).toSorted()).toEqual(['.nfs0001', 'lost+found']);
  });

  it('removes blobs that no layer has, and entries that have no blob', async () => {
    const [a] = await threeLayers();
    const store = await open();
    writeFileSync(join(directory, 'blobs/sha256', 'f'.repeat(64)), 'left by a process that was killed');
    rmSync(store.blobPath(a ?? digestOf('')));
    expect(store.prune({})).toMatchObject({ removedBlobs: 1, keptBlobs: 2 });
    expect(keys(store)).toEqual(['b', 'c']);
  });

  it('clears what dead processes left, and leaves living ones alone', async () => {
    const sessions = join(directory, 'sessions');
    const living = await open();
    writeFileSync(living.temporaryFile(), 'being packed');
    const [name = ''] = readdirSync(sessions);
    // The largest process number of Linux is 2^22.
    const dead = name.replace(/^\d+/, '4194305');
    mkdirSync(join(sessions, dead));
    writeFileSync(join(sessions, dead, '1'), 'half a layer');
    await open();
    expect(readdirSync(sessions)).not.toContain(dead);
    expect(readdirSync(join(sessions, name))).toEqual(['1']);
  });
});
