import { CircleAlert, CircleCheck, Info, X } from 'lucide-react';
import { Toast } from 'radix-ui';
import { hintOf } from '../client/failure.ts';
import { dismissNotice, type Notice, useNotices } from '../state/notices.ts';
import { Button, IconButton } from './button.tsx';
import { CopyButton, failureText } from './failure-card.tsx';
import { Prose } from './prose.tsx';
import styles from './toasts.module.css';

const MARKS = { info: Info, success: CircleCheck, failure: CircleAlert };

/** Short messages in the corner of the window. */
export function Toasts() {
  const notices = useNotices((state) => state.notices);
  return (
    <Toast.Provider swipeDirection="right" label="Message">
      {notices.map((notice) => (
        <OneToast key={notice.id} notice={notice} />
      ))}
      <Toast.Viewport className={styles.viewport} label="Messages ({hotkey})" />
    </Toast.Provider>
  );
}

function OneToast({ notice }: { readonly notice: Notice }) {
  const { id, tone, title, detail, failure, action } = notice;
  const Mark = MARKS[tone];
  const hint = failure && hintOf(failure);
  return (
    <Toast.Root
      className={styles.toast}
      data-tone={tone}
      type={tone === 'failure' ? 'foreground' : 'background'}
      duration={tone === 'failure' ? Number.POSITIVE_INFINITY : 4500}
      onOpenChange={(open) => !open && dismissNotice(id)}
    >
      <Mark className={styles.mark} size={16} aria-hidden />
      <div className={styles.text}>
        <Toast.Title className={styles.title}>{title}</Toast.Title>
        {detail && <Toast.Description className={styles.detail}>{detail}</Toast.Description>}
        {hint && (
          <p className={styles.detail}>
            <Prose text={hint} />
          </p>
        )}
        {(failure || action) && (
          <div className={styles.actions}>
            {action && (
              <Toast.Action altText={action.title} asChild>
                <Button small onClick={action.run}>
                  {action.title}
                </Button>
              </Toast.Action>
            )}
            {failure && <CopyButton text={failureText(title, failure)} title="Copy detail" />}
          </div>
        )}
      </div>
      <Toast.Close asChild>
        <IconButton icon={X} size={14} label="Dismiss" />
      </Toast.Close>
    </Toast.Root>
  );
}
