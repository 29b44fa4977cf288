import { pathsAt } from '../../engine/graph/closure-graph.ts';
import { itemAt } from '../../engine/graph/item-at.ts';
import type { PlanHints } from '../../engine/plan/hints.ts';
import { planSet } from '../../engine/strategies/plan-set.ts';
import { StrataError } from '../../shared/errors.ts';
import type { ExistingImage, KnownImage, PlannedImage } from '../../shared/known-images.ts';

export interface PlanSetRequest {
  /** Closure graphs and documents, each an image of the set. */
  readonly images: readonly KnownImage[];
  /** Images beside the set, whose layers are taken over where that pays. */
  readonly known?: readonly KnownImage[] | undefined;
  /** Of every image; where it is left out, each has that of its document, or {@link defaultBudget}. */
  readonly budget?: number | undefined;
  readonly defaultBudget: number;
  /** For all images, beside those of their documents. */
  readonly hints?: PlanHints | undefined;
}

interface SetLayer {
  /** Store paths, ascending. */
  readonly contents: readonly string[];
  /** Sum of their NAR sizes. */
  readonly sizeBytes: number;
  /** The images that have the layer, by their number in the set. */
  readonly images: readonly number[];
  /** Whether an image beside the set has it already. */
  readonly exists: boolean;
}

interface SetImage {
  readonly name: string;
  readonly budget: number;
  /** In manifest order, by their number among the layers of the set. */
  readonly layers: readonly number[];
  /** Sum of the NAR sizes of its paths. */
  readonly sizeBytes: number;
}

export interface PlannedSet {
  /** Distinct layers, those of most images first. */
  readonly layers: readonly SetLayer[];
  readonly images: readonly SetImage[];
  /** Bytes of the distinct layers, and of the distinct store paths, below which no plan can go. */
  readonly layerBytes: number;
  readonly pathBytes: number;
}

/**
 * Plans a set of images together.
 *
 * @throws StrataError `usage` where an image of the set exists already, or one beside it is only planned.
 */
export function planImageSet(request: PlanSetRequest): PlannedSet {
  const { known = [], budget, defaultBudget, hints } = request;
  const images = request.images.map(closureOf);
  const existing = known.map(layersOf).flatMap((image) => image.layers.map(({ paths }) => paths));
  const budgetOf = (image: PlannedImage) => budget ?? image.budget ?? defaultBudget;
  const plans = planSet(
    images.map(({ graph }) => graph),
    {
      hints,
      known: existing,
      each: images.map((image) => ({ budget: budgetOf(image), hints: image.hints })),
    },
  );

  const existingKeys = new Set(existing.map((paths) => paths.toSorted().join('\n')));
  const distinct = new Map<string, { contents: string[]; sizeBytes: number; images: number[] }>();
  const sizes = new Map<string, number>();
  const keysOf = plans.map((plan, image) =>
    plan.layers(budgetOf(itemAt(images, image))).map(({ nodes, sizeBytes }) => {
      const contents = pathsAt(plan.graph, nodes);
      contents.forEach((path, at) => {
        sizes.set(path, itemAt(plan.graph.narSizes, itemAt(nodes, at)));
      });
      const key = contents.join('\n');
      const layer = distinct.get(key) ?? { contents, sizeBytes, images: [] };
      layer.images.push(image);
      distinct.set(key, layer);
      return key;
    }),
  );
  const sorted = [...distinct].sort(
    ([a, one], [b, other]) =>
      other.images.length - one.images.length || other.sizeBytes - one.sizeBytes || (a < b ? -1 : 1),
  );
  const numbers = new Map(sorted.map(([key], number) => [key, number]));
  return {
    layers: sorted.map(([key, layer]) => ({ ...layer, exists: existingKeys.has(key) })),
    images: images.map((image, at) => ({
      name: image.name,
      budget: budgetOf(image),
      layers: itemAt(keysOf, at).map((key) => numbers.get(key) ?? -1),
      sizeBytes: image.graph.narSizes.reduce((sum, bytes) => sum + bytes, 0),
    })),
    layerBytes: sorted.reduce((sum, [, { sizeBytes }]) => sum + sizeBytes, 0),
    pathBytes: [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0),
  };
}

function closureOf(image: KnownImage): PlannedImage {
  if (image.type === 'planned') return image;
  throw new StrataError('usage', `${image.name} is no closure graph and no document: it cannot be planned.`, {
    action: { action: 'set-option', option: 'known' },
  });
}

function layersOf(image: KnownImage): ExistingImage {
  if (image.type === 'existing') return image;
  throw new StrataError('usage', `${image.name} has no layers yet: it cannot be known beside the set.`, {
    hint: 'Name it as an image of the set, or name a plan, an archive or a reference.',
  });
}
