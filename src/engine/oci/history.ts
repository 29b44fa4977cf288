import type { HistoryEntry, ImageConfig } from './types.ts';

const BUILDER = 'strata';

/** The entries of a configuration's history that each stand for a layer (image-spec, config.md, `empty_layer`). */
export function layerEntriesOf({ history = [] }: ImageConfig): readonly HistoryEntry[] {
  return history.filter(({ empty_layer }) => empty_layer !== true);
}

/** What `created_by` says of a layer that Strata packed: most tools show no other field. @param contents what is in it. */
export function createdByStrata(contents: string): string {
  return `${BUILDER}: ${contents}`;
}

/** Whether Strata packed a layer; it once said what is in it in the comment. */
export function isMadeByStrata({ created_by }: Pick<HistoryEntry, 'created_by'>): boolean {
  return created_by === BUILDER || created_by?.startsWith(`${BUILDER}: `) === true;
}

/** What made a layer: the command, or what a builder says instead. */
export function madeBy(entry: HistoryEntry): string {
  const { comment = '', created_by = '' } = entry;
  if (created_by === BUILDER) return comment;
  return isMadeByStrata(entry) ? created_by.slice(createdByStrata('').length) : created_by || comment;
}
