import { createHash } from 'node:crypto';
import type { ClosureGraph } from '../../engine/graph/closure-graph.ts';
import { itemAt } from '../../engine/graph/item-at.ts';
import { canonicalJson } from '../../engine/oci/canonical-json.ts';
import { type CompressionSettings, codecVersion } from '../archive/codec.ts';
import type { TreeEntry } from '../archive/tar-tree.ts';

/** Changes when the packer would write other bytes for the same paths. */
const PACKER_VERSION = 1;

/** A store path with the hash of its contents, in any notation that Nix uses. */
export interface HashedPath {
  readonly path: string;
  readonly narHash: string;
}

/** The paths of a planned layer, with the hashes that a graph has of them. */
export function hashedPaths(
  { paths, narHashes }: Pick<ClosureGraph, 'paths' | 'narHashes'>,
  nodes: ArrayLike<number>,
): HashedPath[] {
  return Array.from(nodes, (node) => ({ path: itemAt(paths, node), narHash: itemAt(narHashes, node) }));
}

/**
 * What identifies a packed layer in the cache (SHA-256, hexadecimal): the paths with their contents, the packer, the
 * compressing library, the compression and its level. The order of the paths does not count.
 *
 * @returns undefined where a path has no hash: nothing says then that a packed layer still fits it.
 */
export function storePathsKey(
  paths: readonly HashedPath[],
  compression: CompressionSettings,
): string | undefined {
  if (paths.some(({ narHash }) => narHash === '')) return undefined;
  return key(
    paths.map(({ path, narHash }) => [path, hexHash(narHash)] as const).sort(([a], [b]) => (a < b ? -1 : 1)),
    compression,
  );
}

/**
 * The key of a layer that is made up rather than read from the store. Where its files lie on this machine does not count,
 * only what is in them.
 */
export function treeKey(entries: readonly TreeEntry[], compression: CompressionSettings): string {
  const contents = entries.map((entry) => {
    if (entry.type !== 'file' || !('disk' in entry)) return entry;
    const { disk, ...facts } = entry;
    return { ...facts, sha256: disk.sha256 };
  });
  return key(contents, compression);
}

function key(contents: unknown, compression: CompressionSettings): string {
  const identity = {
    packer: PACKER_VERSION,
    codec: codecVersion(compression.type),
    type: compression.type,
    level: compression.level,
    contents,
  };
  return createHash('sha256').update(canonicalJson(identity)).digest('hex');
}

const NIX_BASE32 = '0123456789abcdfghijklmnpqrsvwxyz';

/**
 * A Nix hash in hexadecimal whichever notation it comes in: `sha256:` and base 32 (52 digits) or base 16 (64 digits), or
 * SRI (`sha256-` and base 64). Another notation is returned as it is.
 */
export function hexHash(hash: string): string {
  const digits = /^sha256:(.+)$/.exec(hash)?.[1];
  if (digits?.length === 64) return digits.toLowerCase();
  if (digits?.length === 52) return base32ToHex(digits);
  const sri = /^sha256-(.+)$/.exec(hash)?.[1];
  return sri === undefined ? hash : Buffer.from(sri, 'base64').toString('hex');
}

/** Nix writes base 32 from the last byte to the first, least significant digit last. */
function base32ToHex(digits: string): string {
  const bytes = Buffer.alloc(32);
  for (const [index, digit] of [...digits].reverse().entries()) {
    const bit = index * 5;
    const value = NIX_BASE32.indexOf(digit) << (bit % 8);
    const byte = bit >> 3;
    bytes[byte] = (bytes[byte] ?? 0) | (value & 0xff);
    if (byte + 1 < bytes.length) bytes[byte + 1] = (bytes[byte + 1] ?? 0) | (value >> 8);
  }
  return bytes.toString('hex');
}
