import { type PlanSetOptions, planSet } from '../../engine/plan/plan-set.ts';
import { StrataError } from '../../shared/errors.ts';
import { type KnownContext, readKnownImages } from './known-images.ts';

export interface PlanSetRequest {
  /** Closure graphs or documents, each an image of the set. A directory stands for those in it. */
  readonly images: readonly string[];
  /** Images beside the set, whose layers are taken over where that pays. */
  readonly known?: readonly string[] | undefined;
  readonly budget: number;
  readonly hints?: PlanSetOptions['hints'];
}

export interface SetLayer {
  /** Store paths, ascending. */
  readonly contents: readonly string[];
  readonly sizeBytes: number;
  /** The images that have the layer, by their number in the set. */
  readonly images: readonly number[];
}

export interface PlannedSet {
  readonly budget: number;
  /** Distinct layers, those of most images first. */
  readonly layers: readonly SetLayer[];
  /** For each image, its layers in manifest order, by their number in `layers`. */
  readonly images: readonly (readonly number[])[];
  /** Bytes of the distinct layers, and of the distinct store paths, below which no plan can go. */
  readonly layerBytes: number;
  readonly pathBytes: number;
}

/** Plans a set of images together. @throws StrataError as the readers do; `usage` where the set has no closure. */
export async function planImageSet(request: PlanSetRequest, context: KnownContext): Promise<PlannedSet> {
  const { images, known = [], budget, hints } = request;
  const { closures } = await readKnownImages(images, context);
  if (closures.length === 0)
    throw new StrataError('usage', 'A set needs closure graphs or documents to plan.');
  const { layers: existing } = await readKnownImages(known, context);
  const plans = planSet(closures, { hints, known: existing });

  const distinct = new Map<string, { contents: string[]; sizeBytes: number; images: number[] }>();
  const sizes = new Map<string, number>();
  const keysOf = plans.map((plan, image) =>
    plan.layers(budget).map(({ nodes, sizeBytes }) => {
      const contents = Array.from(nodes, (node) => plan.graph.paths[node]);
      for (const node of nodes) sizes.set(plan.graph.paths[node], plan.graph.narSizes[node]);
      const key = contents.join('\n');
      const layer = distinct.get(key) ?? { contents, sizeBytes, images: [] };
      layer.images.push(image);
      distinct.set(key, layer);
      return key;
    }),
  );
  const sorted = [...distinct].sort(
    ([a, one], [b, other]) => other.images.length - one.images.length || (a < b ? -1 : 1),
  );
  const numbers = new Map(sorted.map(([key], number) => [key, number]));
  return {
    budget,
    layers: sorted.map(([, layer]) => layer),
    images: keysOf.map((keys) => keys.map((key) => numbers.get(key) ?? -1)),
    layerBytes: sorted.reduce((sum, [, { sizeBytes }]) => sum + sizeBytes, 0),
    pathBytes: [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0),
  };
}
