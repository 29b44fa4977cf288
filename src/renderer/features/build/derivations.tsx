import { Ban, CircleCheck, CircleDashed, CircleX } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { Derivation } from '../../../shared/contract/job-kinds.ts';
import { formatCount, formatDuration } from '../../../shared/format.ts';
import { Spinner } from '../../components/progress.tsx';
import { TreeList } from '../../components/tree-list.tsx';
import { useNow } from '../../components/use-now.ts';
import { buildCounts, derivationRows } from './derivation-tree.ts';
import styles from './derivations.module.css';
import { Pane } from './pane.tsx';

export interface DerivationsProps {
  readonly derivations: readonly Derivation[];
  readonly selected: string | null;
  readonly onSelect: (derivation: string) => void;
}

/** The derivations of a build as a live tree. */
export function Derivations({ derivations, selected, onSelect }: DerivationsProps) {
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set());
  const rows = useMemo(() => derivationRows(derivations, toggled), [derivations, toggled]);
  const counts = buildCounts(derivations);
  const now = useNow(counts.running > 0 ? 1000 : 60_000);
  return (
    <Pane
      filling
      title="Derivations"
      facts={(['running', 'planned', 'done', 'failed', 'cancelled'] as const)
        .filter((state) => counts[state] > 0)
        .map((state) => (
          <span key={state} className={styles.count} data-state={state}>
            {formatCount(counts[state])} {state}
          </span>
        ))}
    >
      <TreeList
        name="Derivations"
        rows={rows}
        selected={selected}
        onToggle={({ id }) => setToggled((before) => withToggled(before, id))}
        onSelect={({ id }) => onSelect(id)}
        label={({ derivation }) => `${derivation.name}, ${derivation.state}`}
        render={({ derivation, total, done }) => (
          <>
            <StateMark state={derivation.state} />
            <span className={styles.name} data-state={derivation.state}>
              {derivation.name}
            </span>
            {derivation.phase && derivation.state === 'running' && (
              <span className={styles.fact}>{derivation.phase}</span>
            )}
            {derivation.machine && <span className={styles.fact}>on {derivation.machine}</span>}
            <span className={styles.space} />
            {total > 1 && (
              <span className={styles.fact}>
                {done}/{total}
              </span>
            )}
            <span className={styles.time}>{timeOf(derivation, now)}</span>
          </>
        )}
      />
    </Pane>
  );
}

function withToggled(before: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const after = new Set(before);
  if (!after.delete(id)) after.add(id);
  return after;
}

function StateMark({ state }: { readonly state: Derivation['state'] }) {
  switch (state) {
    case 'planned':
      return <CircleDashed size={14} className={styles.planned} aria-hidden />;
    case 'running':
      return <Spinner />;
    case 'done':
      return <CircleCheck size={14} className={styles.done} aria-hidden />;
    case 'failed':
      return <CircleX size={14} className={styles.failed} aria-hidden />;
    case 'cancelled':
      return <Ban size={14} className={styles.planned} aria-hidden />;
  }
}

function timeOf({ startedAt, finishedAt }: Derivation, now: number): string {
  if (startedAt === null) return '';
  const end = finishedAt === null ? now : Date.parse(finishedAt);
  return formatDuration(Math.max(0, end - Date.parse(startedAt)));
}
