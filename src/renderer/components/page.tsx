import type { ReactNode } from 'react';
import styles from './page.module.css';

export interface PageProps {
  readonly title: string;
  /** Beside the title. */
  readonly aside: ReactNode;
  /** Cards, one below the other. */
  readonly children: ReactNode;
  /** Further cards: beside the others where there is room, else below. */
  readonly beside?: ReactNode;
}

/** A screen that is a column of cards. */
export function Page({ title, aside, children, beside }: PageProps) {
  return (
    <div className={styles.page}>
      <div className={styles.column} data-wide={beside !== undefined || undefined}>
        <header className={styles.head}>
          <h2>{title}</h2>
          {aside}
        </header>
        {beside === undefined ? (
          children
        ) : (
          <>
            <div className={styles.cards}>{children}</div>
            <div className={styles.cards}>{beside}</div>
          </>
        )}
      </div>
    </div>
  );
}
