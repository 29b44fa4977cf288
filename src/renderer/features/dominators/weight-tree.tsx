import { useMemo, useState } from 'react';
import { itemAt } from '../../../engine/graph/item-at.ts';
import { formatBytes } from '../../../shared/format.ts';
import { TreeList } from '../../components/tree-list.tsx';
import type { TreeRow } from '../../components/tree-rows.ts';
import type { Closure } from '../../state/closure/analysis.ts';
import { nameAndVersion } from '../../state/format.ts';
import { dominated, dominatorTrail } from './dominator-hierarchy.ts';
import styles from './weight-tree.module.css';

export interface WeightTreeProps {
  readonly closure: Closure;
  /** The node whose tree it is; the virtual root for the whole image. */
  readonly from: number;
  readonly selected: number;
  readonly onSelect: (node: number) => void;
}

/** The dominator tree as a tree: what goes if this goes. */
export function WeightTree({ closure, from, selected, onSelect }: WeightTreeProps) {
  const { dominators, dominatedBytes, graph, names, totalBytes } = closure;
  // What is selected on another screen is in sight from the start.
  const [open, setOpen] = useState<ReadonlySet<number>>(
    () => new Set(selected < 0 ? [] : dominatorTrail(closure, selected).slice(0, -1)),
  );
  const rows = useMemo(() => {
    const result: TreeRow<number>[] = [];
    const pending: (readonly [node: number, level: number])[] = [];
    const add = (nodes: readonly number[], level: number): void => {
      for (const node of nodes.toReversed()) pending.push([node, level]);
    };
    add(from === dominators.root ? dominated(closure, from) : [from], 0);
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const [node, level] = next;
      const expanded = dominators.counts[node] === 1 ? null : open.has(node);
      result.push({ id: String(node), level, expanded, item: node });
      if (expanded) add(dominated(closure, node), level + 1);
    }
    return result;
  }, [closure, dominators, from, open]);
  const toggle = (node: number) =>
    setOpen((before) => {
      const after = new Set(before);
      if (!after.delete(node)) after.add(node);
      return after;
    });
  return (
    <div className={styles.tree}>
      <div className={styles.head} aria-hidden>
        <span>Path</span>
        <span>Itself</span>
        <span>Goes with it</span>
      </div>
      <TreeList
        name="What goes with what"
        rows={rows}
        selected={String(selected)}
        onToggle={({ item }) => toggle(item)}
        onSelect={({ item }) => onSelect(item)}
        label={(node) =>
          `${itemAt(names, node)}, ${formatBytes(itemAt(graph.narSizes, node))}, ${formatBytes(itemAt(dominatedBytes, node))} go with it`
        }
        render={(node) => {
          const { name, version } = nameAndVersion(itemAt(names, node));
          return (
            <>
              <span className={styles.name}>
                {name} <small>{version}</small>
              </span>
              <span className={styles.size}>{formatBytes(itemAt(graph.narSizes, node))}</span>
              <span className={styles.goes}>
                <i style={{ width: `${(100 * itemAt(dominatedBytes, node)) / totalBytes}%` }} />
                {formatBytes(itemAt(dominatedBytes, node))}
              </span>
            </>
          );
        }}
      />
    </div>
  );
}
