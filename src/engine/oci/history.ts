import { STRATA_BUILDER } from './build-config.ts';
import type { HistoryEntry, ImageConfig } from './types.ts';

/** The entries of a configuration's history that each stand for a layer (image-spec, config.md, `empty_layer`). */
export function layerEntriesOf({ history = [] }: ImageConfig): readonly HistoryEntry[] {
  return history.filter(({ empty_layer }) => empty_layer !== true);
}

/** What made a layer: the command, or what a builder says instead. */
export function madeBy({ comment, created_by }: HistoryEntry): string {
  return (created_by === STRATA_BUILDER ? comment : created_by || comment) ?? '';
}
