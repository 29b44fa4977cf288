import { agglomerate, type MergeSequence } from './agglomerate.ts';
import type { Clusters } from './clusters.ts';

/** The biggest clusters are left as they are: small ones are nearly all that merges anyway. */
const SPARED = 512;
const BLOCK = 256;
/** A block is left with one cluster in so many. */
const RATIO = 4;

/** Merges small clusters block by block, for closures of thousands of paths. A block is a run of `sequence`. */
export function blockwise(clusters: Clusters, sequence: Uint32Array): MergeSequence {
  const { bytes } = clusters;
  const bySize = sequence.toSorted((a, b) => bytes[b] - bytes[a] || a - b);
  const isSpared = new Uint8Array(clusters.count);
  for (const cluster of bySize.subarray(0, SPARED)) isSpared[cluster] = 1;
  const small = sequence.filter((cluster) => isSpared[cluster] === 0);

  const merges: [number, number][] = [];
  for (let start = 0; start < small.length; start += BLOCK) {
    const block = small.slice(start, start + BLOCK).sort();
    const inBlock = agglomerate(picked(clusters, block), { target: Math.ceil(block.length / RATIO) });
    for (const [kept, gone] of inBlock) merges.push([block[kept], block[gone]]);
  }
  return merges;
}

/** Some of the clusters, renumbered from 0. */
function picked(clusters: Clusters, chosen: Uint32Array): Clusters {
  const { words } = clusters;
  const bits = new Uint32Array(chosen.length * words);
  chosen.forEach((cluster, at) => {
    bits.set(clusters.bits.subarray(cluster * words, (cluster + 1) * words), at * words);
  });
  const pick = (values: Float64Array) => Float64Array.from(chosen, (cluster) => values[cluster]);
  return {
    ...clusters,
    count: chosen.length,
    bits,
    bytes: pick(clusters.bytes),
    updates: pick(clusters.updates),
    credits: pick(clusters.credits),
  };
}
