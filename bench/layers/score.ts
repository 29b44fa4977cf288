import type { PlannedLayer } from '../../src/engine/plan/plan.ts';
import type { CutImage, ImageSet } from './image-set.ts';

/** Bytes moved, 1 being perfect sharing. */
export interface Moved {
  /** Bytes of the distinct layers of all images over bytes of their distinct store paths. */
  readonly cold: number;
  /** The same for what the updates move, summed over the updates. */
  readonly update: number;
}

export interface Score extends Moved {
  /** The same for clients that find a layer only where all layers before it are the same, too. */
  readonly chain: Moved;
  readonly layersPerImage: number;
}

/** Which updates reach each path of an image set (a bit an update), and two independent hashes of each path. */
export interface Scorer {
  readonly imageSet: ImageSet;
  score(plan: (image: CutImage, index: number) => readonly Pick<PlannedLayer, 'nodes'>[]): Score;
}

const MAX_EVENTS = 31;

function popCount(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++;
  return count;
}

/** Bits of the updates that reach each path: those in its closure, as Nix renames all that depends on a change. */
function reachedBy({ set, images, events }: ImageSet): Map<number, number> {
  const reached = new Map<number, number>();
  const dependants = new Map<number, number[]>();
  for (const { members } of images) {
    for (const member of members) {
      if (reached.has(member)) continue;
      reached.set(member, 0);
      for (const reference of set.paths[member].references) {
        const row = dependants.get(reference);
        if (row === undefined) dependants.set(reference, [member]);
        else row.push(member);
      }
    }
  }
  events.forEach((event, index) => {
    const queue = [event];
    for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
      const bits = reached.get(node) ?? 0;
      if ((bits >>> index) & 1) continue;
      reached.set(node, bits | (1 << index));
      queue.push(...(dependants.get(node) ?? []));
    }
  });
  return reached;
}

/** Prepares the scoring of plans for one image set; the measures are those of `layer_eval.py`. */
export function scorer(imageSet: ImageSet): Scorer {
  const { set, images, events } = imageSet;
  if (events.length > MAX_EVENTS)
    throw new RangeError(`At most ${MAX_EVENTS} updates, not ${events.length}.`);
  const reached = reachedBy(imageSet);
  let uniqueBytes = 0;
  let changedBytes = 0;
  for (const [member, bits] of reached) {
    uniqueBytes += set.paths[member].narSize;
    changedBytes += set.paths[member].narSize * popCount(bits);
  }
  return {
    imageSet,
    score: (plan) => {
      const layers = byteCounter(uniqueBytes, changedBytes);
      const chains = byteCounter(uniqueBytes, changedBytes);
      let layerCount = 0;
      images.forEach((image, index) => {
        let chain = '';
        let chainBits = 0;
        for (const { nodes } of plan(image, index)) {
          layerCount++;
          let bytes = 0;
          let bits = 0;
          let key = '';
          for (const node of nodes) {
            const member = image.members[node];
            bytes += set.paths[member].narSize;
            bits |= reached.get(member) ?? 0;
            key += `${member},`;
          }
          layers.add(key, bytes, popCount(bits));
          chain += `${key};`;
          chainBits |= bits;
          chains.add(chain, bytes, popCount(chainBits));
        }
      });
      return {
        ...layers.moved(),
        chain: chains.moved(),
        layersPerImage: layerCount / images.length,
      };
    },
  };
}

/** Adds up what moves, each thing once. */
function byteCounter(uniqueBytes: number, changedBytes: number) {
  const seen = new Set<string>();
  let cold = 0;
  let update = 0;
  return {
    add: (key: string, bytes: number, updates: number) => {
      if (seen.has(key)) return;
      seen.add(key);
      cold += bytes;
      update += bytes * updates;
    },
    moved: (): Moved => ({ cold: cold / uniqueBytes, update: update / changedBytes }),
  };
}
