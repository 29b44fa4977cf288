import type { Hierarchy } from './hierarchy.ts';

/** A {@link Hierarchy} as plain arrays, for where typed ones do not go. Its numbers are finite. */
export type HierarchyJson = { readonly [Column in keyof Hierarchy]: readonly number[] };

export function writeHierarchy({ order, starts, cutFrom, sharing, exposures }: Hierarchy): HierarchyJson {
  return {
    order: Array.from(order),
    starts: Array.from(starts),
    cutFrom: Array.from(cutFrom),
    sharing: Array.from(sharing),
    ...(exposures && { exposures: Array.from(exposures) }),
  };
}

/** The opposite. What it gives is checked where it becomes a plan. */
export function readHierarchy({ order, starts, cutFrom, sharing, exposures }: HierarchyJson): Hierarchy {
  return {
    order: Uint32Array.from(order),
    starts: Uint32Array.from(starts),
    cutFrom: Uint32Array.from(cutFrom),
    sharing: Float64Array.from(sharing),
    ...(exposures && { exposures: Float64Array.from(exposures) }),
  };
}
