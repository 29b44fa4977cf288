import type { ReactNode } from 'react';
import styles from './page.module.css';

export interface PageProps {
  readonly title: string;
  /** Beside the title. */
  readonly aside: ReactNode;
  /** Cards, one below the other. */
  readonly children: ReactNode;
}

/** A screen that is a column of cards. */
export function Page({ title, aside, children }: PageProps) {
  return (
    <div className={styles.page}>
      <div className={styles.column}>
        <header className={styles.head}>
          <h2>{title}</h2>
          {aside}
        </header>
        {children}
      </div>
    </div>
  );
}
