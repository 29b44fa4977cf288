import type { PlannedLayer } from '../../src/engine/plan/plan.ts';
import type { CutImage, ImageSet } from './image-set.ts';

export interface Score {
  /** Bytes of the distinct layers of all images over bytes of their distinct store paths; 1 is perfect sharing. */
  readonly cold: number;
  /** The same for what the updates move, summed over the updates. */
  readonly update: number;
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
      const seen = new Set<string>();
      let coldBytes = 0;
      let updateBytes = 0;
      let layerCount = 0;
      images.forEach((image, index) => {
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
          if (seen.has(key)) continue;
          seen.add(key);
          coldBytes += bytes;
          updateBytes += bytes * popCount(bits);
        }
      });
      return {
        cold: coldBytes / uniqueBytes,
        update: updateBytes / changedBytes,
        layersPerImage: layerCount / images.length,
      };
    },
  };
}
