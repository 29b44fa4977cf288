import { useMemo } from 'react';
import { documentCommand } from '../../../shared/command-line.ts';
import type { BuildResult } from '../../../shared/contract/builds.ts';
import type { Derivation } from '../../../shared/contract/job-kinds.ts';
import { formatBytes, formatDuration } from '../../../shared/format.ts';
import { CopyButton } from '../../components/failure-card.tsx';
import { useClosure } from '../../state/closure/store.ts';
import { isEdited, useOpen } from '../../state/document/store.ts';
import { selectPath, showScreen } from '../../state/ui.ts';
import styles from './build-summary.module.css';
import { Pane } from './pane.tsx';

const MOST_ROWS = 6;

export interface BuildSummaryProps {
  readonly result: BuildResult;
  readonly derivations: readonly Derivation[];
}

/** What is largest of what a build gave, what took longest, and the command that does the same. */
export function BuildSummary({ result, derivations }: BuildSummaryProps) {
  const closure = useClosure((state) => (state.closure?.build === result.build ? state.closure : null));
  const open = useOpen();
  const slowest = useMemo(() => slowestFirst(derivations).slice(0, MOST_ROWS), [derivations]);
  const largest = closure === null ? [] : [...closure.bySize.subarray(0, MOST_ROWS)];
  const { name } = open.history.present;
  const command = documentCommand(open.history.present, isEdited(open) ? null : open.path, `${name}.tar`);
  return (
    <div className={styles.panes}>
      {closure !== null && (
        <Pane title="Largest paths" facts={null}>
          <ul className={styles.rows}>
            {largest.map((node) => (
              <li key={node}>
                <button
                  type="button"
                  onClick={() => {
                    selectPath(closure.graph.paths[node] ?? null);
                    showScreen('dominators');
                  }}
                >
                  {closure.names[node]}
                </button>
                <span>{formatBytes(closure.graph.narSizes[node] ?? 0)}</span>
              </li>
            ))}
          </ul>
        </Pane>
      )}
      {slowest.length > 0 && (
        <Pane title="What took longest" facts={null}>
          <ul className={styles.rows}>
            {slowest.map(({ derivation, name: built, milliseconds }) => (
              <li key={derivation}>
                <span>{built}</span>
                <span>{formatDuration(milliseconds)}</span>
              </li>
            ))}
          </ul>
        </Pane>
      )}
      <Pane title="The same from a terminal" facts={<CopyButton text={command} />}>
        <code className={styles.command}>{command}</code>
      </Pane>
    </div>
  );
}

function slowestFirst(derivations: readonly Derivation[]) {
  return derivations
    .flatMap(({ derivation, name, startedAt, finishedAt }) =>
      startedAt === null || finishedAt === null
        ? []
        : [{ derivation, name, milliseconds: Date.parse(finishedAt) - Date.parse(startedAt) }],
    )
    .toSorted((a, b) => b.milliseconds - a.milliseconds);
}
