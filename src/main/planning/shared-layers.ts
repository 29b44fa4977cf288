import type { ClosureGraph } from '../../engine/graph/closure-graph.ts';
import type { PlannedLayer } from '../../engine/plan/plan.ts';
import { count, formatBytes } from '../../shared/format.ts';
import type { ComparedImage } from '../../shared/known-images.ts';
import { pathHolders, reasonLines, sharingLines } from '../../shared/layer-sharing.ts';
import type { AssembledLayer, Image } from '../assemble/image.ts';

/** What `sharingLines` says, once the image is built: what counts then are the digests of its blobs. */
export function builtSharingLines(
  graph: ClosureGraph,
  planned: readonly PlannedLayer[],
  { layers }: Pick<Image, 'layers'>,
  known: readonly ComparedImage[],
): readonly string[] {
  const holdersOf = pathHolders(known);
  const stored = layers.filter(({ kind }) => kind === 'store');
  const blobs: AssembledLayer[] = [];
  const contents: AssembledLayer[] = [];
  const others: AssembledLayer[] = [];
  for (const layer of stored) {
    const holders = holdersOf(layer.paths).filter(({ digest }) => digest !== undefined);
    if (holders.length === 0) continue;
    if (holders.some(({ digest }) => digest === layer.descriptor.digest)) blobs.push(layer);
    else (holders.some(({ diffId }) => diffId === layer.diffId) ? contents : others).push(layer);
  }
  const lines: string[] = [];
  const tell = (some: readonly AssembledLayer[], what: string): void => {
    if (some.length > 0) lines.push(`${some.length} of ${count(stored.length, 'layer')}, ${what}`);
  };
  const bytes = (some: readonly AssembledLayer[]) =>
    formatBytes(some.reduce((total, { compressedBytes }) => total + compressedBytes, 0));
  tell(
    blobs,
    `${bytes(blobs)} of ${bytes(stored)} compressed, are blobs of known images and need not be moved again`,
  );
  tell(
    contents,
    `${bytes(contents)} compressed, have the contents of known layers and are compressed otherwise there`,
  );
  tell(
    others,
    `${bytes(others)} compressed, have the paths of known layers, which another version of Strata packed otherwise`,
  );
  const planOnly = known.filter(
    (image) => image.type === 'planned' || image.layers.every(({ digest }) => digest === undefined),
  );
  const rest = known.filter((image) => !planOnly.includes(image));
  return [...lines, ...sharingLines(graph, planned, planOnly), ...reasonLines(graph, planned, rest)];
}
