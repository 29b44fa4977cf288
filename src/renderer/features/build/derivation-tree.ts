import type { Derivation } from '../../../shared/contract/job-kinds.ts';
import type { TreeRow } from '../../components/tree-rows.ts';

/** A derivation with what lies below it in the tree. */
export interface DerivationItem {
  readonly derivation: Derivation;
  /** Of everything below, itself included. */
  readonly total: number;
  readonly done: number;
  readonly running: number;
}

const ORDER: Readonly<Record<Derivation['state'], number>> = {
  failed: 0,
  running: 1,
  planned: 2,
  cancelled: 3,
  done: 4,
};

/**
 * The derivations of a build as a tree from what was asked for down to what it needs. Each stands once, below the first
 * that needs it. What is under way comes first; what is done as a whole is folded unless it was unfolded by hand.
 *
 * @param toggled derivations that were folded or unfolded by hand
 */
export function derivationRows(
  derivations: readonly Derivation[],
  toggled: ReadonlySet<string>,
): TreeRow<DerivationItem>[] {
  const byPath = new Map(derivations.map((derivation) => [derivation.derivation, derivation]));
  const children = new Map<string, string[]>();
  const placed = new Set<string>();
  const needed = new Set(derivations.flatMap(({ dependencies }) => dependencies));
  const tops = derivations.filter(({ derivation }) => !needed.has(derivation)).map((d) => d.derivation);

  const counts = new Map<string, Omit<DerivationItem, 'derivation'>>();
  /** Depth first, each derivation below the first that is met to need it; a chain may be longer than a stack is deep. */
  const place = (top: string): void => {
    const visits = [startVisit(byPath.get(top) as Derivation)];
    placed.add(top);
    for (let visit = visits.at(-1); visit !== undefined; visit = visits.at(-1)) {
      const { derivation, sum, own } = visit;
      const dependency = derivation.dependencies[visit.next];
      visit.next += 1;
      if (dependency === undefined) {
        visits.pop();
        children.set(derivation.derivation, own);
        counts.set(derivation.derivation, sum);
        const above = visits.at(-1)?.sum;
        if (above !== undefined) {
          above.total += sum.total;
          above.done += sum.done;
          above.running += sum.running;
        }
        continue;
      }
      const below = byPath.get(dependency);
      if (below === undefined || placed.has(dependency)) continue;
      placed.add(dependency);
      own.push(dependency);
      visits.push(startVisit(below));
    }
  };
  for (const top of tops) if (!placed.has(top)) place(top);
  // A cycle has no top; derivations have none, but a message may.
  for (const { derivation } of derivations) {
    if (placed.has(derivation)) continue;
    tops.push(derivation);
    place(derivation);
  }

  const rows: TreeRow<DerivationItem>[] = [];
  const pending: (readonly [derivation: Derivation, level: number])[] = [];
  const add = (paths: readonly string[], level: number): void => {
    const sorted = paths
      .map((path) => byPath.get(path) as Derivation)
      .sort((a, b) => ORDER[a.state] - ORDER[b.state] || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
    for (const derivation of sorted.toReversed()) pending.push([derivation, level]);
  };
  add(tops, 0);
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [derivation, level] = next;
    const path = derivation.derivation;
    const below = children.get(path) ?? [];
    const count = counts.get(path) ?? { total: 1, done: 0, running: 0 };
    const unfolded = count.done < count.total !== toggled.has(path);
    const expanded = below.length === 0 ? null : unfolded;
    rows.push({ id: path, level, expanded, item: { derivation, ...count } });
    if (unfolded) add(below, level + 1);
  }
  return rows;
}

interface Visit {
  readonly derivation: Derivation;
  /** What it needs and nothing before it did. */
  readonly own: string[];
  /** Of it and all below it. */
  readonly sum: { total: number; done: number; running: number };
  /** Index of the dependency to look at next. */
  next: number;
}

function startVisit(derivation: Derivation): Visit {
  const { state } = derivation;
  const sum = { total: 1, done: Number(state === 'done'), running: Number(state === 'running') };
  return { derivation, own: [], sum, next: 0 };
}

/** Where a build stands, in numbers. */
export function buildCounts(
  derivations: readonly Derivation[],
): Readonly<Record<Derivation['state'], number>> {
  const counts = { planned: 0, running: 0, done: 0, failed: 0, cancelled: 0 };
  for (const { state } of derivations) counts[state] += 1;
  return counts;
}
