import { Check, type LucideIcon } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import type { ReactNode } from 'react';
import { Keys } from './keys.tsx';
import styles from './menu.module.css';

export interface MenuProps {
  readonly trigger: ReactNode;
  readonly align?: 'start' | 'center' | 'end';
  readonly label: string;
  readonly children: ReactNode;
}

/** A menu on a button. */
export function Menu({ trigger, align = 'start', label, children }: MenuProps) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          className={styles.menu}
          align={align}
          sideOffset={6}
          collisionPadding={8}
          aria-label={label}
        >
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

export interface MenuItemProps {
  readonly icon?: LucideIcon;
  readonly title: ReactNode;
  readonly detail?: ReactNode;
  readonly shortcut?: string | undefined;
  readonly checked?: boolean;
  readonly danger?: boolean;
  readonly disabled?: boolean;
  readonly onSelect: () => void;
}

export function MenuItem({ icon: Icon, title, detail, shortcut, checked, danger, ...rest }: MenuItemProps) {
  const content = (
    <>
      <span className={styles.mark}>
        {checked ? <Check size={14} aria-hidden /> : Icon && <Icon size={14} aria-hidden />}
      </span>
      <span className={styles.text}>
        <span>{title}</span>
        {detail && <small>{detail}</small>}
      </span>
      {shortcut && <Keys keys={shortcut} />}
    </>
  );
  if (checked !== undefined) {
    return (
      <DropdownMenu.CheckboxItem className={styles.item} checked={checked} {...rest}>
        {content}
      </DropdownMenu.CheckboxItem>
    );
  }
  return (
    <DropdownMenu.Item className={styles.item} data-danger={danger || undefined} {...rest}>
      {content}
    </DropdownMenu.Item>
  );
}

export function MenuLabel({ children }: { readonly children: ReactNode }) {
  return <DropdownMenu.Label className={styles.label}>{children}</DropdownMenu.Label>;
}

export function MenuSeparator() {
  return <DropdownMenu.Separator className={styles.separator} />;
}
