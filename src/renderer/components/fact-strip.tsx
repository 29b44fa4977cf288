import type { ReactNode } from 'react';
import styles from './fact-strip.module.css';
import { Tip } from './tip.tsx';

/** The few numbers that a screen is about, large. */
export function FactStrip({ children }: { readonly children: ReactNode }) {
  return <dl className={styles.strip}>{children}</dl>;
}

export interface FactProps {
  readonly label: string;
  readonly value: ReactNode;
  /** Beside the value, small: a difference, or what it is part of. */
  readonly aside?: ReactNode;
  /** Below the label: a line that is kept free while there is nothing to say, so that nothing moves when there is. */
  readonly note?: ReactNode;
  /** What the number counts, where its label does not say it all. */
  readonly hint?: string;
  readonly tone?: 'ok' | 'warn';
}

export function Fact({ label, value, aside, note, hint, tone }: FactProps) {
  const fact = (
    // A tooltip is for the keyboard too.
    <div
      className={styles.fact}
      data-noted={note !== undefined || undefined}
      tabIndex={hint === undefined ? undefined : 0}
    >
      <dt>{label}</dt>
      <dd data-tone={tone}>
        {value}
        {aside && <small>{aside}</small>}
      </dd>
      {note !== undefined && <dd className={styles.note}>{note}</dd>}
    </div>
  );
  return hint === undefined ? fact : <Tip text={hint}>{fact}</Tip>;
}
