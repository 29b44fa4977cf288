import { MousePointerClick } from 'lucide-react';
import { useMemo } from 'react';
import { itemAt } from '../../../engine/graph/item-at.ts';
import type { PlannedLayer } from '../../../engine/plan/plan.ts';
import { formatBytes } from '../../../shared/format.ts';
import { Keys } from '../../components/keys.tsx';
import { Section } from '../../components/section.tsx';
import type { FactsSource } from '../../layers/layering-facts.ts';
import type { Closure } from '../../state/closure/analysis.ts';
import { nameAndVersion } from '../../state/format.ts';
import { selectPath } from '../../state/ui.ts';
import styles from './overview.module.css';

export interface OverviewProps {
  readonly closure: Closure;
  readonly layers: readonly PlannedLayer[];
  readonly facts: FactsSource;
}

/** What the inspector shows while nothing is open: how to use the picture, and what weighs most. */
export function Overview({ closure }: OverviewProps) {
  const { bySize, names, graph, dominatedBytes } = closure;
  const heaviest = useMemo(() => [...bySize.subarray(0, 9)], [bySize]);
  return (
    <div className={styles.overview}>
      <p className={styles.hint}>
        <MousePointerClick size={16} aria-hidden />
        <span>
          Open a layer to see what is in it and why. Drag the drill, or use <Keys keys="arrowup" />{' '}
          <Keys keys="arrowdown" /> on it, to change how many layers there are.
        </span>
      </p>
      <Section title="Largest paths">
        <ul className={styles.list}>
          {heaviest.map((node) => {
            const { name, version } = nameAndVersion(itemAt(names, node));
            return (
              <li key={node}>
                <button
                  type="button"
                  className={styles.row}
                  onClick={() => selectPath(itemAt(graph.paths, node))}
                >
                  <span className={styles.name}>
                    {name} <small>{version}</small>
                  </span>
                  <span>{formatBytes(itemAt(graph.narSizes, node))}</span>
                  {itemAt(dominatedBytes, node) > itemAt(graph.narSizes, node) * 1.05 && (
                    <small className={styles.with}>
                      {formatBytes(itemAt(dominatedBytes, node))} go with it
                    </small>
                  )}
                </button>
              </li>
            );
          })}
        </ul>
      </Section>
    </div>
  );
}
