import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import zlib from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CompressionSettings } from '../../../src/main/archive/codec.ts';
import type { PackedLayer } from '../../../src/main/pack/pack-layer.ts';
import { type PackLayersOptions, packLayers } from '../../../src/main/pack/pack-layers.ts';
import { Cancelled } from '../../../src/shared/errors.ts';
import { type FakeStore, fakeStore } from '../../support/fake-store.ts';

let store: FakeStore;
/** A large layer of several blocks, some small ones. */
let groups: readonly (readonly string[])[];
let files = 0;

beforeAll(() => {
  store = fakeStore();
  const text = (seed: number, size: number) => Buffer.from(`${seed} `.repeat(size / 2));
  groups = [
    [store.add('large', { noise: randomBytes(6e6), text: text(1, 12e6) }), store.add('with', { file: 'x' })],
    [store.add('medium', { text: text(2, 3e6), tool: { executable: randomBytes(1e6) } })],
    ...[3, 4, 5, 6].map((seed) => [store.add(`small-${seed}`, { text: text(seed, 1e4) })]),
  ];
});
afterAll(() => store.remove());

function tasks(estimatedBytes = 50e6): PackLayersOptions['tasks'] {
  return groups.map((paths) => {
    files += 1;
    return {
      contents: { type: 'store-paths', paths },
      file: join(store.root, `packed-${files}`),
      estimatedBytes,
    };
  });
}

async function pack(compression: CompressionSettings, options: Partial<PackLayersOptions> = {}) {
  const all = tasks();
  const packed: PackedLayer[] = [];
  await packLayers({
    tasks: all,
    compression,
    onPacked(task, layer) {
      packed[task] = layer;
    },
    ...options,
  });
  return packed.map((layer, index) => ({ ...layer, bytes: readFileSync(all[index]?.file ?? '') }));
}

const sha256 = (bytes: Buffer) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

describe('packing layers', () => {
  it.each([
    { type: 'gzip', level: 6 },
    { type: 'zstd', level: 3 },
    { type: 'none', level: 0 },
  ] as const)('gives the same bytes of $type however many threads there are', async (compression) => {
    const alone = await pack(compression, { workers: 1 });
    const crowd = await pack(compression, { workers: 7 });
    expect(crowd.map(({ digest, diffId }) => [digest, diffId])).toEqual(
      alone.map(({ digest, diffId }) => [digest, diffId]),
    );
  });

  it('tells digest, diffID and sizes as they are', async () => {
    const plain = await pack({ type: 'none', level: 0 });
    const packed = await pack({ type: 'gzip', level: 1 });
    for (const [index, layer] of packed.entries()) {
      const archive = zlib.gunzipSync(layer.bytes);
      expect(layer.digest).toBe(sha256(layer.bytes));
      expect(layer.sizeBytes).toBe(layer.bytes.length);
      expect(layer.diffId).toBe(sha256(archive));
      expect(layer.uncompressedBytes).toBe(archive.length);
      expect(plain[index]).toMatchObject({ diffId: layer.diffId, digest: layer.diffId });
    }
  });

  it('reports progress of each layer up to its last byte', async () => {
    const seen = new Map<number, number>();
    const packed = await pack(
      { type: 'gzip', level: 1 },
      {
        onProgress(task, bytes) {
          expect(bytes).toBeGreaterThanOrEqual(seen.get(task) ?? 0);
          seen.set(task, bytes);
        },
      },
    );
    expect(packed.map((_, index) => seen.get(index))).toEqual(
      packed.map(({ uncompressedBytes }) => uncompressedBytes),
    );
  });

  it('stops in the middle when it is cancelled', async () => {
    const controller = new AbortController();
    const packing = pack(
      { type: 'gzip', level: 9 },
      { signal: controller.signal, onProgress: () => controller.abort() },
    );
    await expect(packing).rejects.toBeInstanceOf(Cancelled);
  });

  it('does not begin when it has been cancelled already', async () => {
    const all = tasks();
    await expect(
      packLayers({
        tasks: all,
        compression: { type: 'gzip', level: 6 },
        signal: AbortSignal.abort(),
        onPacked: () => {},
      }),
    ).rejects.toBeInstanceOf(Cancelled);
    expect(all.some(({ file }) => existsSync(file))).toBe(false);
  });

  it('fails as a whole, and with the reason, when one layer cannot be read', async () => {
    const missing = join(store.root, 'nix/store/gone');
    const [first] = tasks();
    if (first === undefined) throw new Error('There is no task.');
    const gone = {
      ...first,
      contents: { type: 'store-paths', paths: [missing] } as const,
      file: `${first.file}-gone`,
    };
    await expect(
      packLayers({ tasks: [first, gone], compression: { type: 'gzip', level: 6 }, onPacked: () => {} }),
    ).rejects.toMatchObject({
      name: 'StrataError',
      code: 'file-system',
      message: expect.stringContaining(missing),
    });
  });

  it('fails when a function of the caller throws', async () => {
    const bug = new TypeError('a bug');
    const throwing = () => {
      throw bug;
    };
    await expect(pack({ type: 'none', level: 0 }, { onProgress: throwing })).rejects.toBe(bug);
    await expect(pack({ type: 'none', level: 0 }, { onPacked: throwing })).rejects.toBe(bug);
  });

  it('fails when what is to be done with a packed layer fails', async () => {
    const failure = new Error('no room in the cache');
    await expect(pack({ type: 'none', level: 0 }, { onPacked: () => Promise.reject(failure) })).rejects.toBe(
      failure,
    );
  });
});
