import type { LucideIcon } from 'lucide-react';
import { ToggleGroup } from 'radix-ui';
import { cx } from './class-names.ts';
import styles from './segmented.module.css';

export interface SegmentedProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly options: readonly { readonly value: Value; readonly title: string; readonly icon?: LucideIcon }[];
  readonly onChange: (value: Value) => void;
  readonly wide?: boolean;
}

/** One choice of a few, all in sight. */
export function Segmented<Value extends string>({
  label,
  value,
  options,
  onChange,
  wide,
}: SegmentedProps<Value>) {
  return (
    <ToggleGroup.Root
      type="single"
      aria-label={label}
      className={cx(styles.group, wide && styles.wide)}
      value={value}
      onValueChange={(next) => next !== '' && onChange(next as Value)}
    >
      {options.map(({ value: option, title, icon: Icon }) => (
        <ToggleGroup.Item key={option} value={option} className={styles.item}>
          {Icon && <Icon size={14} aria-hidden strokeWidth={2} />}
          {title}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  );
}
