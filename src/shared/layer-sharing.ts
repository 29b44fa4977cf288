import { type ClosureGraph, pathsAt } from '../engine/graph/closure-graph.ts';
import { itemAt } from '../engine/graph/item-at.ts';
import type { PlannedLayer } from '../engine/plan/plan.ts';
import { count, formatBytes } from './format.ts';
import type { ComparedImage, ExistingLayer } from './known-images.ts';

/** A known image that has a layer with the same paths. */
export interface LayerHolder extends Omit<ExistingLayer, 'paths'> {
  readonly image: string;
  /** False where the image is planned along, and has the layer once it is built. */
  readonly exists: boolean;
}

/** For the paths of a layer, the known images that have it, in the order in which they were named. */
export function pathHolders(
  known: readonly ComparedImage[],
): (paths: readonly string[]) => readonly LayerHolder[] {
  const holders = new Map<string, Map<string, LayerHolder>>();
  for (const { type, name: image, layers } of known) {
    for (const { paths, ...blob } of layers) {
      const key = layerKey(paths);
      const ofLayer = holders.get(key) ?? new Map<string, LayerHolder>();
      if (!ofLayer.has(image)) {
        ofLayer.set(image, { image, exists: type === 'existing', ...blob });
      }
      holders.set(key, ofLayer);
    }
  }
  return (paths) => [...(holders.get(layerKey(paths))?.values() ?? [])];
}

/** The same of planned layers. */
export function layerHolders(
  graph: ClosureGraph,
  layers: readonly PlannedLayer[],
  known: readonly ComparedImage[],
): readonly (readonly LayerHolder[])[] {
  const holdersOf = pathHolders(known);
  return layers.map(({ nodes }) => holdersOf(pathsAt(graph, nodes)));
}

/** In which known images a layer is, in a sentence. Command line and window say it alike. */
export function holdersInWords(holders: readonly LayerHolder[]): string {
  return `Also in ${holders.map(({ image }) => image).join(', ')}.`;
}

function layerKey(paths: readonly string[]): string {
  return paths.toSorted().join('\n');
}

/** What is saved by layers that other images have, and for each that saves nothing the reason. */
export function sharingLines(
  graph: ClosureGraph,
  layers: readonly PlannedLayer[],
  known: readonly ComparedImage[],
): readonly string[] {
  return [...totalLines(graph, layers, known), ...reasonLines(graph, layers, known)];
}

/** What is saved by layers that other images have, those that exist and those that are only planned. */
export function totalLines(
  graph: ClosureGraph,
  layers: readonly PlannedLayer[],
  known: readonly ComparedImage[],
): readonly string[] {
  const holders = layerHolders(graph, layers, known);
  const totalBytes = sum(layers);
  const existing = layers.filter((_, at) => itemAt(holders, at).some(({ exists }) => exists));
  const planned = layers.filter(
    (_, at) => itemAt(holders, at).length > 0 && itemAt(holders, at).every(({ exists }) => !exists),
  );
  const lines: string[] = [];
  const tell = (shared: readonly PlannedLayer[], what: string): void => {
    if (shared.length === 0) return;
    const bytes = `${formatBytes(sum(shared))} of ${formatBytes(totalBytes)}`;
    lines.push(`${shared.length} of ${count(layers.length, 'layer')}, ${bytes}, ${what}`);
  };
  tell(existing, 'exist in known images already');
  tell(planned, 'come out the same in images that are planned along: build those with the same images known');
  return lines;
}

/** Why known images are of no use, for those that are of none. */
export function reasonLines(
  graph: ClosureGraph,
  layers: readonly PlannedLayer[],
  known: readonly ComparedImage[],
): readonly string[] {
  const useful = new Set(
    layerHolders(graph, layers, known).flatMap((holders) => holders.map(({ image }) => image)),
  );
  return known
    .filter(({ name }) => !useful.has(name))
    .map((image) => `No layer of ${image.name} is taken over: ${reason(graph, image)}.`);
}

function sum(layers: readonly PlannedLayer[]): number {
  return layers.reduce((bytes, { sizeBytes }) => bytes + sizeBytes, 0);
}

function reason(graph: ClosureGraph, { layers, packedElsewhere }: ComparedImage): string {
  const paths = new Set(graph.paths);
  if (layers.length === 0 && packedElsewhere > 0) {
    return 'another program packed it, so that the same paths have other bytes there';
  }
  if (!layers.some((layer) => layer.paths.some((path) => paths.has(path)))) {
    return 'it has no store path of this image';
  }
  if (!layers.some((layer) => layer.paths.every((path) => paths.has(path)))) {
    return 'each has paths that this image does not need';
  }
  return 'the budget is too small for them, or updates would move more than they save';
}
