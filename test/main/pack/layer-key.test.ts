import { describe, expect, it } from 'vitest';
import { raw } from '../../../src/main/archive/raw-path.ts';
import { storePathsKey, treeKey } from '../../../src/main/pack/layer-key.ts';
import { hexHash } from '../../../src/shared/nix-hash.ts';

const gzip = { type: 'gzip', level: 6 } as const;
const HEX = '5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03';
const BASE32 = '00xyyr3fi8l6hb839bv3f7yb86yjv7xi1cgh1xnhipym4asvb4aq';
const a = { path: '/nix/store/a', narHash: `sha256:${HEX}` };
const b = { path: '/nix/store/b', narHash: `sha256:${'0'.repeat(64)}` };

describe('the key of a layer', () => {
  it('does not depend on the order of the paths', () => {
    expect(storePathsKey([a, b], gzip)).toBe(storePathsKey([b, a], gzip));
  });

  it('does not depend on how the source writes hashes', () => {
    const sri = `sha256-${Buffer.from(HEX, 'hex').toString('base64')}`;
    expect(storePathsKey([{ ...a, narHash: sri }], gzip)).toBe(storePathsKey([a], gzip));
  });

  it('changes with contents, compression and level', () => {
    const keys = [
      storePathsKey([a], gzip),
      storePathsKey([{ ...a, narHash: b.narHash }], gzip),
      storePathsKey([a, b], gzip),
      storePathsKey([a], { type: 'gzip', level: 9 }),
      storePathsKey([a], { type: 'zstd', level: 6 }),
      storePathsKey([a], { type: 'none', level: 0 }),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('is none where a path has no hash: nothing says that a packed layer still fits', () => {
    expect(storePathsKey([a, { path: '/nix/store/c', narHash: '' }], gzip)).toBeUndefined();
  });

  it('of a made-up layer changes with every entry', () => {
    const link = { type: 'symlink', path: raw`bin/sh`, target: raw`/nix/store/a/bin/sh` } as const;
    expect(treeKey([link], gzip)).not.toBe(treeKey([{ ...link, target: raw`/nix/store/b/bin/sh` }], gzip));
  });

  it('of own files changes with their contents, not with where they lie', () => {
    const disk = { file: raw`/home/me/app.py`, sizeBytes: 3, sha256: HEX };
    const entry = { type: 'file', path: raw`srv/app.py`, mode: 0o644, disk } as const;
    const elsewhere = { ...entry, disk: { ...disk, file: raw`/ci/app.py` } };
    const changed = { ...entry, disk: { ...disk, sha256: '0'.repeat(64) } };
    expect(treeKey([elsewhere], gzip)).toBe(treeKey([entry], gzip));
    expect(treeKey([changed], gzip)).not.toBe(treeKey([entry], gzip));
  });
});

describe('hexHash', () => {
  it('reads each notation of Nix', () => {
    expect(hexHash(`sha256:${HEX}`)).toBe(HEX);
    expect(hexHash(`sha256:${BASE32}`)).toBe(HEX);
    expect(hexHash(`sha256-${Buffer.from(HEX, 'hex').toString('base64')}`)).toBe(HEX);
  });

  it('leaves what it does not know', () => {
    expect(hexHash('blake3-abc')).toBe('blake3-abc');
  });
});
