import { skipToken, useMutation } from '@tanstack/react-query';
import { Lock, LockOpen, TriangleAlert } from 'lucide-react';
import type { LockStatus, LockWritten } from '../../../shared/contract/sources.ts';
import { toFailure } from '../../client/failure.ts';
import { Button } from '../../components/button.tsx';
import { FailureCard } from '../../components/failure-card.tsx';
import { useOpen } from '../../state/document/store.ts';
import { answers, questions, useAnswer } from '../../state/questions.ts';
import styles from './lock-section.module.css';

/** What the lock beside the document holds its sources to, and what moved when it was written last. */
export function LockSection() {
  const { path, history } = useOpen();
  const document = history.present;
  const { value: status, failure } = useAnswer(
    questions().sources.lock.queryOptions({ input: path === null ? skipToken : { path, document } }),
  );
  const write = useMutation(
    questions().sources.writeLock.mutationOptions({
      onSuccess: () => answers.invalidateQueries({ queryKey: questions().sources.lock.key() }),
    }),
  );
  if (path === null) return null;
  const failed = write.error === null ? failure : toFailure(write.error);
  const needed =
    status?.sources.filter(({ fit }) => fit !== 'fits').map(({ name }) => name ?? 'source') ?? [];
  const lock = (update: string[] | null) => write.mutate({ path, document, update });
  return (
    <section className={styles.section} aria-label="Lock">
      <header className={styles.header}>
        {status === null ? <LockOpen size={16} aria-hidden /> : <Lock size={16} aria-hidden />}
        <p>
          {status === null
            ? 'Not locked: each build takes the sources as they are then.'
            : `Locked in ${status.file.replace(/^.*\//, '')}: each build takes the sources as they were.`}
        </p>
        {needed.length > 0 && (
          <Button disabled={write.isPending} onClick={() => lock([])}>
            Lock what is new
          </Button>
        )}
        <Button disabled={write.isPending} onClick={() => lock(null)}>
          {status === null ? 'Lock' : 'Lock again'}
        </Button>
      </header>
      {failed && <FailureCard compact title="The lock could not be read or written" failure={failed} />}
      {status && <LockedSources status={status} />}
      {write.data && <Moved written={write.data} />}
    </section>
  );
}

const MISFITS = {
  missing: 'not locked yet',
  changed: 'another in the document since it was locked',
} as const;

function LockedSources({ status }: { readonly status: LockStatus }) {
  return (
    <ul className={styles.list}>
      {status.sources.map(({ name, asked, fit, locked }) => (
        <li key={name ?? ''} className={styles.entry}>
          <strong>{name ?? 'Without a name'}</strong>
          <span>{asked}</span>
          {fit !== 'fits' && (
            <em>
              <TriangleAlert size={13} aria-hidden /> {MISFITS[fit]}
            </em>
          )}
          {locked && <code title={locked}>{locked}</code>}
        </li>
      ))}
    </ul>
  );
}

function Moved({ written: { moved, notices } }: { readonly written: LockWritten }) {
  return (
    <div role="status" className={styles.moved}>
      <p>{moved.length === 0 ? 'Nothing moved.' : 'What moved:'}</p>
      <ul>
        {moved.map(({ name, before, after }) => (
          <li key={name ?? ''} className={styles.entry}>
            {name ?? 'Without a name'}: <code>{before ?? 'nothing'}</code> → <code>{after ?? 'nothing'}</code>
          </li>
        ))}
        {notices.map((notice) => (
          <li key={notice}>{notice}</li>
        ))}
      </ul>
    </div>
  );
}
