import { createHash } from 'node:crypto';
import type { ClosureGraph } from '../../engine/graph/closure-graph.ts';
import { itemAt } from '../../engine/graph/item-at.ts';
import { canonicalJson } from '../../engine/oci/canonical-json.ts';
import { hexHash } from '../../shared/nix-hash.ts';
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
