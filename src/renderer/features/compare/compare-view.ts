import type { Comparison } from '../../../shared/contract/compare.ts';
import type { RemoteImage, RemoteLayer } from '../../../shared/contract/registry.ts';
import { nameList, namesOfPaths } from '../../layers/layer-labels.ts';
import { type PictureScale, type Stack, stackStrata } from '../../layers/stack.ts';

/** What became of a layer: the same bytes; the same files packed in another way; only on one side. */
export type LayerFate = 'kept' | 'repacked' | 'new' | 'removed';

export const FATES: Readonly<Record<LayerFate, string>> = {
  kept: 'kept',
  repacked: 'repacked',
  new: 'new',
  removed: 'gone',
};

export interface ComparedLayer {
  readonly index: number;
  readonly title: string;
  readonly sizeBytes: number;
  readonly compressedBytes: number | null;
  readonly fate: LayerFate;
  /** A kept layer that stands in another place among the kept ones. */
  readonly moved: boolean;
  /** Its place on the other side. */
  readonly twin: number | null;
}

export interface Sides {
  readonly before: readonly ComparedLayer[];
  readonly after: readonly ComparedLayer[];
}

/** The layers of both images with what became of them. */
export function comparedLayers(
  { before, after, diff }: Comparison,
  bytesOf: (storePath: string) => number,
): Sides {
  const old = new Map(diff.layers.kept.map((kept) => [kept.before, kept]));
  const now = new Map(diff.layers.kept.map((kept) => [kept.after, kept]));
  const moved = new Set(diff.moved);
  const fate = (by: 'blob' | 'contents') => (by === 'blob' ? 'kept' : 'repacked');
  return {
    before: before.layers.map((layer, index) => {
      const kept = old.get(index);
      return {
        ...facts(before, layer, index, bytesOf),
        fate: kept ? fate(kept.by) : 'removed',
        moved: kept !== undefined && moved.has(kept.after),
        twin: kept?.after ?? null,
      };
    }),
    after: after.layers.map((layer, index) => {
      const kept = now.get(index);
      return {
        ...facts(after, layer, index, bytesOf),
        fate: kept ? fate(kept.by) : 'new',
        moved: moved.has(index),
        twin: kept?.before ?? null,
      };
    }),
  };
}

function facts(
  image: RemoteImage,
  layer: RemoteLayer,
  index: number,
  bytesOf: (storePath: string) => number,
) {
  const { sizeBytes, compressedBytes = null } = layer;
  return { index, title: titleOf(image, layer, index, bytesOf), sizeBytes, compressedBytes };
}

function titleOf(
  { layers }: RemoteImage,
  { storePaths }: RemoteLayer,
  index: number,
  bytesOf: (storePath: string) => number,
): string {
  if (storePaths.length === 0) return index === layers.length - 1 ? 'root' : 'files';
  return nameList(namesOfPaths(storePaths, bytesOf), 2);
}

/** A band between a layer and its twin. */
export interface Ribbon {
  readonly id: string;
  readonly path: string;
  readonly moved: boolean;
}

/** Both sides as strata of one scale, with ribbons between the layers that both have. */
export function comparisonPicture(
  { before, after }: Sides,
  scale: PictureScale,
  ribbonWidth: number,
): { readonly before: Stack; readonly after: Stack; readonly ribbons: readonly Ribbon[] } {
  const size = ({ sizeBytes }: ComparedLayer): number => sizeBytes;
  const left = stackStrata(before.map(size), scale);
  const right = stackStrata(after.map(size), scale);
  const half = ribbonWidth / 2;
  const ribbons = after.flatMap(({ index, twin, moved }): Ribbon[] => {
    if (twin === null) return [];
    const [a, b] = [left.tops[twin] ?? 0, (left.tops[twin] ?? 0) + (left.heights[twin] ?? 0)];
    const [c, d] = [right.tops[index] ?? 0, (right.tops[index] ?? 0) + (right.heights[index] ?? 0)];
    const path = `M0 ${a} C${half} ${a} ${half} ${c} ${ribbonWidth} ${c} V${d} C${half} ${d} ${half} ${b} 0 ${b}Z`;
    return [{ id: `${twin}-${index}`, path, moved }];
  });
  return { before: left, after: right, ribbons };
}

export interface ChangedPackageRow {
  readonly id: string;
  readonly name: string;
  readonly change: 'added' | 'removed' | 'changed' | 'rebuilt';
  readonly before: string;
  readonly after: string;
}

/** What changed among the packages, the ones that a reader looks for first. */
export function packageRows({ diff: { packages } }: Comparison): ChangedPackageRow[] {
  const label = (name: string, output: string) => (output === 'out' ? name : `${name}.${output}`);
  const row = (change: ChangedPackageRow['change'], name: string, before: string, after: string) => ({
    id: `${change} ${name} ${before} ${after}`,
    name,
    change,
    before,
    after,
  });
  return [
    ...packages.changed.map(({ name, output, before, after }) =>
      row('changed', label(name, output), before.join(', '), after.join(', ')),
    ),
    ...packages.added.map(({ name, output, version }) => row('added', label(name, output), '', version)),
    ...packages.removed.map(({ name, output, version }) => row('removed', label(name, output), version, '')),
    ...packages.rebuilt.map(({ name, output, version }) =>
      row('rebuilt', label(name, output), version, version),
    ),
  ];
}
