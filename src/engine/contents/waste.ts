import type { LayerEntries } from './layer-entry.ts';
import { type FileNode, type LayerStack, type Superseded, walk } from './stack-layers.ts';

/** Files of an image with the same contents. */
interface Duplicates {
  readonly contentDigest: string;
  /** Of one copy. */
  readonly sizeBytes: number;
  /** Ascending; at least two. */
  readonly paths: readonly string[];
}

/** Where the bytes of an image go. `shipped = useful + superseded + duplicate`. */
export interface Waste {
  /** Contents of all files of all layers: what a client unpacks. */
  readonly shippedBytes: number;
  /** Contents that a container sees, each counted once. */
  readonly usefulBytes: number;
  /** Contents that a layer above replaces or removes. */
  readonly supersededBytes: number;
  /** Contents that a container sees, beyond the first copy of each. */
  readonly duplicateBytes: number;
  /** Useful part of what is shipped, from 0 to 1. */
  readonly efficiency: number;
  /** Largest first, then by path. */
  readonly superseded: readonly Superseded[];
  /** Those that waste most first, then by digest. */
  readonly duplicates: readonly Duplicates[];
}

/**
 * Accounts for every byte: unlike {@link diveEfficiency} it counts a file once a copy, whatever its name. Hard links are
 * no copies. Files without a content digest count as unlike all others.
 */
export function accountForBytes(layers: readonly LayerEntries[], stack: LayerStack): Waste {
  let shippedBytes = 0;
  for (const entries of layers) for (const { sizeBytes } of entries) shippedBytes += sizeBytes;

  const byContents = new Map<string, FileNode[]>();
  let seenBytes = 0;
  for (const node of walk(stack.root)) {
    const { entry } = node;
    if (entry === undefined || entry.type !== 'file' || entry.sizeBytes === 0) continue;
    seenBytes += entry.sizeBytes;
    if (entry.contentDigest === undefined) continue;
    const copies = byContents.get(entry.contentDigest);
    if (copies === undefined) byContents.set(entry.contentDigest, [node]);
    else copies.push(node);
  }
  const duplicates = [...byContents]
    .filter(([, copies]) => copies.length > 1)
    .map(
      ([contentDigest, copies]): Duplicates => ({
        contentDigest,
        sizeBytes: copies[0]?.entry?.sizeBytes ?? 0,
        paths: copies.map(({ path }) => path).sort(),
      }),
    )
    .sort((a, b) => wastedBy(b) - wastedBy(a) || (a.contentDigest < b.contentDigest ? -1 : 1));
  const duplicateBytes = duplicates.reduce((sum, group) => sum + wastedBy(group), 0);
  const superseded = stack.superseded.toSorted(
    (a, b) => b.sizeBytes - a.sizeBytes || (a.path < b.path ? -1 : a.path > b.path ? 1 : a.layer - b.layer),
  );
  const usefulBytes = seenBytes - duplicateBytes;
  return {
    shippedBytes,
    usefulBytes,
    supersededBytes: shippedBytes - seenBytes,
    duplicateBytes,
    efficiency: shippedBytes === 0 ? 1 : usefulBytes / shippedBytes,
    superseded,
    duplicates,
  };
}

function wastedBy({ sizeBytes, paths }: Duplicates): number {
  return sizeBytes * (paths.length - 1);
}
