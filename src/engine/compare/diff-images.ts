import { canonicalJson } from '../oci/canonical-json.ts';
import type { RuntimeConfig } from '../oci/types.ts';
import { diffPackages, type PackageDiff } from './diff-packages.ts';
import type { ImageSummary, LayerSummary } from './image-summary.ts';
import { type LayerMatch, matchLayers } from './match-layers.ts';

interface ChangedSetting {
  readonly member: string;
  readonly before: unknown;
  readonly after: unknown;
}

export interface Totals {
  readonly layers: number;
  readonly sizeBytes: number;
  readonly compressedBytes: number;
  readonly largestLayerBytes: number;
}

export interface ImageDownload {
  readonly layers: number;
  readonly sizeBytes: number;
  readonly compressedBytes: number;
}

export interface ImageDiff {
  readonly before: Totals;
  readonly after: Totals;
  readonly packages: PackageDiff;
  readonly layers: LayerMatch;
  /** Kept layers that stand in another order among themselves. */
  readonly moved: readonly number[];
  readonly config: readonly ChangedSetting[];
  /** What a client that has the image before downloads for the one after, where it finds layers by digest. */
  readonly download: ImageDownload;
  /** The same where it finds a layer only if all layers before it are the same, as docker's overlay2 store does. */
  readonly downloadByChain: ImageDownload;
}

export function diffImages(before: ImageSummary, after: ImageSummary): ImageDiff {
  const layers = matchLayers(before.layers, after.layers);
  const sameBlobs = new Set(layers.kept.filter(({ by }) => by === 'blob').map((kept) => kept.after));
  const sameStart = startInCommon(layers);
  return {
    before: totals(before.layers),
    after: totals(after.layers),
    packages: diffPackages(storePaths(before), storePaths(after)),
    layers,
    moved: movedLayers(layers),
    config: diffConfig(before.config, after.config),
    download: downloadOf(after.layers.filter((_, index) => !sameBlobs.has(index))),
    downloadByChain: downloadOf(after.layers.slice(sameStart)),
  };
}

/** How many layers are the same from the first on. A chain is known by contents, in whatever way they are compressed. */
function startInCommon({ kept }: LayerMatch): number {
  const end = kept.findIndex(({ before, after }, index) => before !== index || after !== index);
  return end === -1 ? kept.length : end;
}

function downloadOf(layers: readonly LayerSummary[]): ImageDownload {
  return {
    layers: layers.length,
    sizeBytes: sum(layers, ({ sizeBytes }) => sizeBytes),
    compressedBytes: sum(layers, ({ compressedBytes }) => compressedBytes),
  };
}

export function totals(layers: readonly LayerSummary[]): Totals {
  return {
    layers: layers.length,
    sizeBytes: sum(layers, ({ sizeBytes }) => sizeBytes),
    compressedBytes: sum(layers, ({ compressedBytes }) => compressedBytes),
    largestLayerBytes: layers.reduce((largest, { sizeBytes }) => Math.max(largest, sizeBytes), 0),
  };
}

function storePaths({ layers }: ImageSummary): readonly string[] {
  return layers.flatMap((layer) => layer.storePaths);
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}

/**
 * The fewest kept layers whose removal leaves the others in the order that they had: those outside a longest ascending
 * run of their earlier places (patience sorting). Indices are those in the image after.
 */
function movedLayers({ kept }: LayerMatch): readonly number[] {
  const tails: number[] = [];
  const previous: (number | undefined)[] = [];
  const placeOf = (index: number) => kept[index]?.before ?? 0;
  for (const [index, { before }] of kept.entries()) {
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (placeOf(tails[middle] ?? 0) < before) low = middle + 1;
      else high = middle;
    }
    previous[index] = low === 0 ? undefined : tails[low - 1];
    tails[low] = index;
  }
  const inOrder = new Set<number>();
  for (let at = tails.at(-1); at !== undefined; at = previous[at]) inOrder.add(at);
  return kept.filter((_, index) => !inOrder.has(index)).map(({ after }) => after);
}

function diffConfig(before: RuntimeConfig, after: RuntimeConfig): readonly ChangedSetting[] {
  const old = new Map<string, unknown>(Object.entries(before));
  const now = new Map<string, unknown>(Object.entries(after));
  return [...new Set([...old.keys(), ...now.keys()])]
    .sort()
    .map((member) => ({ member, before: old.get(member), after: now.get(member) }))
    .filter((setting) => text(setting.before) !== text(setting.after));
}

function text(value: unknown): string {
  return value === undefined ? '' : canonicalJson(value);
}
