import { useQueries } from '@tanstack/react-query';
import { itemAt } from '../../../engine/graph/item-at.ts';
import type { PackageCost } from '../../../shared/contract/catalog.ts';
import { toFailure } from '../../client/failure.ts';
import { useClosure } from '../../state/closure/store.ts';
import { host } from '../../state/host.ts';
import { answers } from '../../state/questions.ts';
import { useSelection, useSourceOf } from './catalog-state.ts';

interface Question {
  readonly selection: ReturnType<typeof useSelection>['selection'];
  readonly build: string | null;
  readonly name: string;
}

const keyOf = ({ selection, build, name }: Question) => ['costs', selection, build, name];

/** What each of these names would add to the image as it was built; undefined while that is being asked. */
export function useCostsOf(names: readonly string[]): (name: string) => PackageCost | undefined {
  const { trusted } = useSelection();
  const sourceOf = useSourceOf();
  const build = useClosure((state) => state.build?.build ?? null);
  const costs = useQueries({
    queries: names.map(sourceOf).map(({ selection, attribute: name, isKnown }) => ({
      queryKey: keyOf({ selection, build, name }),
      queryFn: ({ signal }: { readonly signal: AbortSignal }) => askCost({ selection, build, name }, signal),
      enabled: trusted && isKnown,
      staleTime: Number.POSITIVE_INFINITY,
      gcTime: Number.POSITIVE_INFINITY,
    })),
  });
  return (name) => {
    const { data, error } = costs[names.indexOf(name)] ?? {};
    if (!error) return data;
    return { known: false, attribute: name, reason: toFailure(error)?.message ?? 'Not asked to the end.' };
  };
}

const ASK_AFTER_MS = 220;
/** The rest is asked for when these have been answered. */
const MOST_AT_ONCE = 100;

interface Asked extends Question, PromiseWithResolvers<PackageCost> {
  readonly signal: AbortSignal;
}

let waiting: Asked[] = [];
let timer: ReturnType<typeof setTimeout> | undefined;

/** Asked for together with others, a moment after the names stand still; not at all where it is not wanted any more. */
function askCost(question: Question, signal: AbortSignal): Promise<PackageCost> {
  const asked = { ...question, signal, ...Promise.withResolvers<PackageCost>() };
  waiting.push(asked);
  clearTimeout(timer);
  timer = setTimeout(askTogether, ASK_AFTER_MS);
  return asked.promise;
}

async function askTogether(): Promise<void> {
  const wanted = waiting.filter(({ signal }) => !signal.aborted);
  waiting = [];
  const alike = Map.groupBy(wanted, ({ selection, build }) => JSON.stringify([selection, build]));
  for (const group of alike.values()) {
    for (let at = 0; at < group.length; at += MOST_AT_ONCE)
      await askGroup(group.slice(at, at + MOST_AT_ONCE));
  }
}

async function askGroup(group: readonly Asked[]): Promise<void> {
  const { selection, build } = itemAt(group, 0);
  try {
    const names = group.map(({ name }) => name);
    const costs = await host().catalog.costs({ ...selection, build, names });
    for (const [index, asked] of group.entries()) {
      const cost = itemAt(costs, index);
      asked.resolve(cost);
      // Kept also where nobody looks at it any more.
      if (asked.signal.aborted) answers.setQueryData(keyOf(asked), cost);
    }
  } catch (error) {
    for (const { reject } of group) reject(error);
  }
}
