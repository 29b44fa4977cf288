import { type ReactNode, useId } from 'react';
import styles from './card.module.css';

export interface CardProps {
  readonly title?: ReactNode;
  /** Its name where the title does not say it or is not there. */
  readonly label?: string;
  readonly children: ReactNode;
}

/** A part of a page. */
export function Card({ title, label, children }: CardProps) {
  const id = useId();
  return (
    <section
      className={styles.card}
      {...(label === undefined ? { 'aria-labelledby': id } : { 'aria-label': label })}
    >
      {title && (
        <h2 id={id} className={styles.title}>
          {title}
        </h2>
      )}
      {children}
    </section>
  );
}
