import type { ReactNode } from 'react';
import styles from './empty-state.module.css';

export interface EmptyStateProps {
  readonly title: string;
  readonly children?: ReactNode;
  /** What to do about it: buttons. */
  readonly actions?: ReactNode;
  /** Without the drawing, where there is little room. */
  readonly plain?: boolean;
}

/** What a screen shows when there is nothing yet, and how to change that. */
export function EmptyState({ title, children, actions, plain }: EmptyStateProps) {
  return (
    <div className={styles.empty}>
      {!plain && (
        <svg className={styles.drawing} viewBox="0 0 200 96" aria-hidden="true">
          <path d="M8 20c24-8 44 4 72 6s62-14 112-4" />
          <path d="M8 40c24-8 44 6 72 7s62-13 112-5" />
          <path d="M8 60c28-7 46 5 74 6s60-11 110-4" />
          <path d="M8 80c28-5 46 4 74 4s60-7 110-2" />
        </svg>
      )}
      <h2 className={styles.title}>{title}</h2>
      {children && <div className={styles.text}>{children}</div>}
      {actions && <div className={styles.actions}>{actions}</div>}
    </div>
  );
}
