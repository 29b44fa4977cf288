import { X } from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';
import { type ReactNode, useRef } from 'react';
import { IconButton } from './button.tsx';
import { cx } from './class-names.ts';
import styles from './dialog.module.css';

export interface DialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly description?: ReactNode;
  readonly size?: 's' | 'm' | 'l';
  /** Buttons at the foot, the main one last. */
  readonly actions?: ReactNode;
  /** A dialog that asks for a decision has no cross and does not close by a click beside it. */
  readonly decision?: boolean;
  /** Nothing in it takes the focus, so that its text must, to be scrolled by keyboard. */
  readonly reading?: boolean;
  readonly children?: ReactNode;
}

/**
 * A modal dialog. The scrim is a plain element, not Radix' overlay: that one writes a style sheet into the page, which
 * the content security policy refuses, and the page behind never scrolls anyway.
 */
export function Dialog({
  open,
  onClose,
  title,
  description,
  size = 'm',
  actions,
  decision,
  reading,
  children,
}: DialogProps) {
  const before = useRef<Element | null>(null);
  return (
    <Radix.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Radix.Portal>
        <div className={styles.scrim}>
          <Radix.Content
            className={cx(styles.dialog, styles[size])}
            {...(description ? {} : { 'aria-describedby': undefined })}
            onInteractOutside={(event) => decision && event.preventDefault()}
            onOpenAutoFocus={(event) => {
              event.preventDefault();
              before.current = document.activeElement;
              firstOf(event.currentTarget as HTMLElement)?.focus();
            }}
            // Radix would give the focus back to its own trigger only, and there is none.
            onCloseAutoFocus={(event) => {
              event.preventDefault();
              if (before.current instanceof HTMLElement) before.current.focus();
            }}
          >
            <header className={styles.header}>
              <Radix.Title className={styles.title}>{title}</Radix.Title>
              {!decision && <IconButton icon={X} label="Close" onClick={onClose} />}
            </header>
            {description && (
              <Radix.Description asChild>
                <div className={styles.description}>{description}</div>
              </Radix.Description>
            )}
            {children && (
              <div className={styles.body} data-part="body" tabIndex={reading ? 0 : undefined}>
                {children}
              </div>
            )}
            {actions && (
              <footer className={styles.actions} data-part="actions">
                {actions}
              </footer>
            )}
          </Radix.Content>
        </div>
      </Radix.Portal>
    </Radix.Root>
  );
}

const TAKES_FOCUS = ':is(input, select, textarea, button, [tabindex="0"]):not(:disabled, [hidden])';

/**
 * What a dialog begins with: what it is read by or filled in with, else the first answer, but for one that loses
 * something. Not its cross, whose tooltip would have to be closed before the dialog.
 */
function firstOf(dialog: HTMLElement): HTMLElement | null {
  return (
    dialog.querySelector<HTMLElement>(
      `[data-part="body"][tabindex="0"], [data-part="body"] ${TAKES_FOCUS}`,
    ) ??
    dialog.querySelector<HTMLElement>(`[data-part="actions"] ${TAKES_FOCUS}:not([data-variant="danger"])`) ??
    dialog
  );
}
