import type { ReactNode } from 'react';
import { Split } from '../components/split.tsx';
import styles from './inspected.module.css';

export interface InspectedProps {
  /** Names the split: its sizes are remembered by it. */
  readonly id: string;
  readonly inspector: ReactNode;
  /** What is looked at. */
  readonly children: ReactNode;
}

/** A screen with what is selected on it explained at its side. */
export function Inspected({ id, inspector, children }: InspectedProps) {
  return (
    <Split id={id} panes={[{ id }, { id: 'inspector', size: 316, min: 240, max: 520 }]}>
      <div className={styles.stage}>{children}</div>
      <aside className={styles.inspector} aria-label="Inspector">
        {inspector}
      </aside>
    </Split>
  );
}
