import type { Derivation } from '../../../shared/contract/jobs.ts';
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
  const place = (path: string): Omit<DerivationItem, 'derivation'> => {
    placed.add(path);
    const derivation = byPath.get(path) as Derivation;
    const own: string[] = [];
    children.set(path, own);
    const sum = {
      total: 1,
      done: Number(derivation.state === 'done'),
      running: Number(derivation.state === 'running'),
    };
    for (const dependency of derivation.dependencies) {
      if (placed.has(dependency) || !byPath.has(dependency)) continue;
      own.push(dependency);
      const below = place(dependency);
      sum.total += below.total;
      sum.done += below.done;
      sum.running += below.running;
    }
    counts.set(path, sum);
    return sum;
  };
  for (const top of tops) if (!placed.has(top)) place(top);
  // A cycle has no top; derivations have none, but a message may.
  for (const { derivation } of derivations) {
    if (placed.has(derivation)) continue;
    tops.push(derivation);
    place(derivation);
  }

  const rows: TreeRow<DerivationItem>[] = [];
  const write = (paths: readonly string[], level: number) => {
    const sorted = paths
      .map((path) => byPath.get(path) as Derivation)
      .sort((a, b) => ORDER[a.state] - ORDER[b.state] || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
    for (const derivation of sorted) {
      const path = derivation.derivation;
      const below = children.get(path) ?? [];
      const count = counts.get(path) ?? { total: 1, done: 0, running: 0 };
      const unfolded = count.done < count.total !== toggled.has(path);
      rows.push({
        id: path,
        level,
        expanded: below.length === 0 ? null : unfolded,
        item: { derivation, ...count },
      });
      if (unfolded) write(below, level + 1);
    }
  };
  write(tops, 0);
  return rows;
}

/** Where a build stands, in numbers. */
export function buildCounts(
  derivations: readonly Derivation[],
): Readonly<Record<Derivation['state'], number>> {
  const counts = { planned: 0, running: 0, done: 0, failed: 0, cancelled: 0 };
  for (const { state } of derivations) counts[state] += 1;
  return counts;
}
