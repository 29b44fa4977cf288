import type { ReactNode } from 'react';
import { cx } from '../../components/class-names.ts';
import styles from './pane.module.css';

export interface PaneProps {
  readonly title: string;
  /** Where it stands, beside the title. */
  readonly facts: ReactNode;
  /** Fills the room that is left, and scrolls its own content. */
  readonly filling?: boolean;
  readonly children: ReactNode;
}

/** A part of what a build shows, one below the other. */
export function Pane({ title, facts, filling, children }: PaneProps) {
  return (
    <section className={cx(styles.pane, filling && styles.filling)} aria-label={title}>
      <header className={styles.head}>
        <h2>{title}</h2>
        {facts}
      </header>
      {children}
    </section>
  );
}
