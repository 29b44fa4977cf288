import { useEffect } from 'react';
import { create } from 'zustand';
import type { PackageCost } from '../../../shared/contract/catalog.ts';
import { isConnectionError, toFailure } from '../../client/failure.ts';
import { useClosure } from '../../state/closure/store.ts';
import { host } from '../../state/host.ts';
import { useSelection } from './catalog-state.ts';

/** What packages would add, by source, build and name. */
const useCosts = create<{ readonly costs: Readonly<Record<string, PackageCost | 'asked' | undefined>> }>(
  () => ({
    costs: {},
  }),
);

const ASK_AFTER_MS = 220;
/** The rest is asked for when these have been answered. */
const MOST_AT_ONCE = 100;

/**
 * What each of these names would add to the image as it was built. Asked for a moment after the names stand still, and
 * only once a name.
 */
export function useCostsOf(names: readonly string[]): (name: string) => PackageCost | 'asked' | undefined {
  const { key, selection, trusted } = useSelection();
  const build = useClosure((state) => state.build?.build ?? null);
  const costs = useCosts((state) => state.costs);
  const keyOf = (name: string) => `${key} ${build} ${name}`;
  const wanted = names.filter((name) => costs[keyOf(name)] === undefined).slice(0, MOST_AT_ONCE);
  const wantedKey = wanted.map(keyOf).join('\n');

  // biome-ignore lint/correctness/useExhaustiveDependencies: the key names all that is wanted
  useEffect(() => {
    if (wanted.length === 0 || !trusted) return;
    const timer = setTimeout(() => {
      const put = (entries: readonly (readonly [string, PackageCost | 'asked' | undefined])[]) =>
        useCosts.setState((state) => ({ costs: { ...state.costs, ...Object.fromEntries(entries) } }));
      put(wanted.map((name) => [keyOf(name), 'asked']));
      host()
        .catalog.costs({ ...selection, names: wanted, build })
        .then((found) => put(found.map((cost, index) => [keyOf(wanted[index]), cost])))
        .catch((error: unknown) => {
          const reason = toFailure(error)?.message ?? 'Not asked to the end.';
          // What was lost on the way is asked for again.
          const answer = (attribute: string) =>
            isConnectionError(error) ? undefined : ({ known: false, attribute, reason } as const);
          put(wanted.map((name) => [keyOf(name), answer(name)]));
        });
    }, ASK_AFTER_MS);
    return () => clearTimeout(timer);
  }, [wantedKey, trusted]);

  return (name) => costs[keyOf(name)];
}
