import type { NixEvent } from './events.ts';

/** Steps of a progress bar that are worth telling; Nix tells every 8 KiB, and most of it twice. */
const STEPS = 200;
const LEAST_STEP = 64 * 1024;

/** Bytes by which progress lags at most once it is filtered. */
function progressStep(expected: number): number {
  return expected > LEAST_STEP ? Math.max(LEAST_STEP, expected / STEPS) : 1;
}

/** A filter for the events of one run: true for progress that differs too little from what was last let through. */
export function progressFilter(): (event: NixEvent) => boolean {
  const told = new Map<string, { readonly done: number; readonly expected: number }>();
  return (event) => {
    if (event.type === 'stopped') told.delete(event.id);
    if (event.type !== 'progress') return false;
    const last = told.get(event.id);
    const isNews =
      last === undefined ||
      last.expected !== event.expected ||
      event.done - last.done >= progressStep(event.expected) ||
      (event.done >= event.expected && event.done !== last.done);
    if (isNews) told.set(event.id, event);
    return !isNews;
  };
}
