import type { LucideIcon } from 'lucide-react';
import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react';
import styles from './button.module.css';
import { cx } from './class-names.ts';
import { Tip } from './tip.tsx';

type Variant = 'default' | 'primary' | 'ghost' | 'danger';

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly variant?: Variant;
  readonly icon?: LucideIcon;
  readonly small?: boolean;
  readonly ref?: Ref<HTMLButtonElement>;
  readonly children?: ReactNode;
}

export function Button({
  variant = 'default',
  icon: Icon,
  small,
  className,
  children,
  ...rest
}: ButtonProps) {
  return (
    <button
      type="button"
      data-variant={variant}
      className={cx(styles.button, styles[variant], small && styles.small, className)}
      {...rest}
    >
      {Icon && <Icon size={small ? 13 : 15} aria-hidden strokeWidth={2} />}
      {children}
    </button>
  );
}

export interface IconButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'children'> {
  readonly icon: LucideIcon;
  /** Says what it does: its name for everyone, and its tooltip. */
  readonly label: string;
  readonly shortcut?: string | undefined;
  readonly pressed?: boolean;
  readonly size?: number;
  readonly side?: 'top' | 'right' | 'bottom' | 'left';
  readonly ref?: Ref<HTMLButtonElement>;
}

export function IconButton({
  icon: Icon,
  label,
  shortcut,
  pressed,
  size = 16,
  side,
  className,
  ...rest
}: IconButtonProps) {
  return (
    <Tip text={label} shortcut={shortcut} side={side}>
      <button
        type="button"
        aria-label={label}
        aria-pressed={pressed}
        className={cx(styles.icon, pressed && styles.pressed, className)}
        {...rest}
      >
        <Icon size={size} aria-hidden strokeWidth={1.9} />
      </button>
    </Tip>
  );
}
