import { Check, CircleAlert, Copy, RotateCcw } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { hintOf, panelOf, type ShownFailure } from '../client/failure.ts';
import { goToField, isEditedHere, refusedField } from '../state/mended.ts';
import { inBackground } from '../state/notices.ts';
import { showPanel } from '../state/ui.ts';
import { Button } from './button.tsx';
import { cx } from './class-names.ts';
import styles from './failure-card.module.css';
import { Prose } from './prose.tsx';

export interface FailureCardProps {
  /** What could not be done, such as "The build failed". */
  readonly title: string;
  readonly failure: ShownFailure;
  readonly onRetry?: (() => void) | undefined;
  /** Further ways out, as buttons. */
  readonly actions?: ReactNode;
  readonly compact?: boolean;
}

const PLACES = {
  settings: 'Settings…',
  sources: 'Package source…',
  known: 'Known images…',
} as const satisfies Record<NonNullable<ReturnType<typeof panelOf>>, string>;

/** What happened, what to do about it, and the detail to copy. */
export function FailureCard({ title, failure, onRetry, actions, compact }: FailureCardProps) {
  const hint = hintOf(failure);
  const place = panelOf(failure.action);
  const refused = refusedField(failure.details);
  return (
    <section className={cx(styles.card, compact && styles.compact)} role="alert">
      <CircleAlert className={styles.mark} size={18} aria-hidden />
      <div className={styles.text}>
        <h3 className={styles.title}>{title}</h3>
        <p>{failure.message}</p>
        {hint && (
          <p className={styles.hint}>
            <Prose text={hint} />
          </p>
        )}
        {failure.log && (
          <details className={styles.details}>
            <summary>Detail</summary>
            <pre className={styles.log}>{failure.log}</pre>
          </details>
        )}
        <div className={styles.actions}>
          {refused !== null && isEditedHere(refused.field) && <GoTo field={refused.field} />}
          {actions}
          {place && (
            <Button small onClick={() => showPanel(place)}>
              {PLACES[place]}
            </Button>
          )}
          {onRetry && (
            <Button small icon={RotateCcw} onClick={onRetry}>
              Try again
            </Button>
          )}
          <CopyButton text={failureText(title, failure)} title="Copy detail" />
        </div>
      </div>
    </section>
  );
}

function GoTo({ field }: { readonly field: Parameters<typeof goToField>[0] }) {
  return (
    <Button small variant="primary" onClick={() => goToField(field)}>
      Go to the field
    </Button>
  );
}

/** A failure as text for a bug report. */
export function failureText(title: string, failure: ShownFailure): string {
  const { code, message, details, log } = failure;
  const hint = hintOf(failure);
  const facts = details === null ? [] : [JSON.stringify(details, null, 2)];
  return [`${title} (${code})`, message, ...(hint ? [hint] : []), ...facts, ...(log ? [log] : [])].join(
    '\n\n',
  );
}

export function CopyButton({ text, title = 'Copy' }: { readonly text: string; readonly title?: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), 1600);
  };
  return (
    <Button
      small
      variant="ghost"
      icon={copied ? Check : Copy}
      onClick={() => inBackground('The clipboard cannot be reached', copy)}
    >
      <span aria-live="polite">{copied ? 'Copied' : title}</span>
    </Button>
  );
}
