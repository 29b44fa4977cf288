import { type LayerEntries, parentPath, whiteoutOf } from './layer-entry.ts';
import { type FileNode, stackLayers, walk } from './stack-layers.ts';

/** A path that more than one layer has. */
interface RepeatedPath {
  readonly path: string;
  /** How many layers have it, or take it away. */
  readonly times: number;
  /** Bytes in all of them together. */
  readonly bytes: number;
}

export interface DiveEfficiency {
  /** From 0 to 1; 1 where no layer repeats or removes what another one has. */
  readonly score: number;
  /** Largest first, then by path. */
  readonly repeated: readonly RepeatedPath[];
}

/**
 * The efficiency of an image as dive counts it, so that its numbers can be compared with those of that program
 * (wagoodman/dive, dive/filetree/efficiency.go): over all paths that end a branch in some layer, the smallest size that
 * the path has anywhere, divided by the sum of its sizes. A removal counts as a size of 0, or, of a directory, as the
 * size of all that was in it. Equal contents under two names count as two files.
 */
export function diveEfficiency(layers: readonly LayerEntries[]): DiveEfficiency {
  const paths = new Map<string, { smallest: number; bytes: number; times: number }>();
  const below = stackLayers();
  // What is below a layer matters only where one removes something of it: else nothing need be stacked once more.
  const lastRemoval = layers.findLastIndex(removesEntries);
  for (const [layer, entries] of layers.entries()) {
    for (const [path, sizeBytes] of leafSizes(entries, below.find)) {
      const known = paths.get(path) ?? { smallest: sizeBytes, bytes: 0, times: 0 };
      known.smallest = Math.min(known.smallest, sizeBytes);
      known.bytes += sizeBytes;
      known.times += 1;
      paths.set(path, known);
    }
    if (layer < lastRemoval) below.add(entries);
  }

  let smallest = 0;
  let bytes = 0;
  const repeated: RepeatedPath[] = [];
  for (const [path, known] of paths) {
    smallest += known.smallest;
    bytes += known.bytes;
    if (known.times > 1) repeated.push({ path, times: known.times, bytes: known.bytes });
  }
  repeated.sort((a, b) => b.bytes - a.bytes || (a.path < b.path ? -1 : 1));
  return { score: bytes === 0 ? 1 : smallest / bytes, repeated };
}

function removesEntries(entries: LayerEntries): boolean {
  return entries.some(({ path }) => whiteoutOf(path)?.type === 'entry');
}

/** The paths of a layer that have nothing below them in it, with the sizes that count for each. */
function leafSizes(
  entries: LayerEntries,
  findBelow: (path: string) => FileNode | undefined,
): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>();
  const parents = new Set<string>();
  for (const { path, sizeBytes } of entries) {
    const whiteout = whiteoutOf(path);
    if (whiteout?.type === 'opaque') continue;
    for (let parent = parentPath(path); parent !== '' && !parents.has(parent); parent = parentPath(parent)) {
      parents.add(parent);
    }
    if (whiteout === undefined) sizes.set(path, sizeBytes);
    else sizes.set(whiteout.path, removedBytes(findBelow(whiteout.path)));
  }
  for (const parent of parents) sizes.delete(parent);
  return sizes;
}

function removedBytes(removed: FileNode | undefined): number {
  if (removed?.children === undefined) return 0;
  let bytes = 0;
  for (const { entry } of walk(removed)) bytes += entry?.sizeBytes ?? 0;
  return bytes;
}
