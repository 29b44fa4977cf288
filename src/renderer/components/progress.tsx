import { cx } from './class-names.ts';
import styles from './progress.module.css';

export interface ProgressBarProps {
  readonly label: string;
  /** 0 to 1; null while it is not known. */
  readonly value: number | null;
  readonly tone?: 'accent' | 'danger' | 'ok';
  readonly thin?: boolean;
}

export function ProgressBar({ label, value, tone = 'accent', thin }: ProgressBarProps) {
  const known = value !== null;
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      {...(known ? { 'aria-valuenow': Math.round(value * 100) } : {})}
      className={cx(styles.bar, styles[tone], thin && styles.thin, !known && styles.unknown)}
    >
      <span className={styles.fill} style={known ? { width: `${Math.min(1, value) * 100}%` } : undefined} />
    </div>
  );
}

/** A small turning mark for what has no bar of its own. */
export function Spinner({ label }: { readonly label?: string }) {
  return (
    <span
      className={styles.spinner}
      role={label ? 'status' : undefined}
      aria-hidden={label ? undefined : true}
    >
      {label && <span className="visually-hidden">{label}</span>}
    </span>
  );
}
