import { KeyRound, ShieldAlert } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { ShownFailure } from '../client/failure.ts';
import { Button } from '../components/button.tsx';
import { FailureCard, type FailureCardProps } from '../components/failure-card.tsx';
import { InputField } from '../components/field.tsx';
import styles from './access.module.css';
import { AccessFields } from './access-fields.tsx';
import { registryOf, registryTitle } from './reference-words.ts';
import { changeAccess, useAccess } from './registry-state.ts';

/** What a registry has to be told before it answers. */
export type AccessQuestion = 'account' | 'trust';

/** The question that a failure comes down to; null where it is about something else. */
export function accessQuestion(
  failure: Pick<ShownFailure, 'code' | 'details'> | null,
): AccessQuestion | null {
  if (failure?.code === 'registry-unauthorized') return 'account';
  const details = failure?.details;
  const problem = typeof details === 'object' && details !== null && 'problem' in details && details.problem;
  return problem === 'untrusted-certificate' || problem === 'no-tls' ? 'trust' : null;
}

export interface AccessFormProps {
  readonly question: AccessQuestion;
  readonly failure: ShownFailure | Pick<ShownFailure, 'message'>;
  readonly reference: string;
  readonly onRetry: () => void;
}

/** Asks for what a registry wants: an account, or whom to trust. */
export function AccessForm({ question, failure, reference, onRetry }: AccessFormProps) {
  return question === 'account' ? (
    <SignIn key={registryOf(reference)} reference={reference} onRetry={onRetry} />
  ) : (
    <Question
      name={`Trust ${registryTitle(reference)}`}
      icon={<ShieldAlert size={14} aria-hidden />}
      title={failure.message}
      onSubmit={onRetry}
    >
      <div className={styles.trust}>
        <AccessFields reference={reference} />
      </div>
      <Button type="submit" variant="primary">
        Try again
      </Button>
    </Question>
  );
}

export interface AccessFailureProps extends FailureCardProps {
  /** The reference whose registry may want to be told something. */
  readonly reference: string;
  readonly onRetry: () => void;
}

/** What went wrong while images were read: where a registry wants to be told something, it is asked for. */
export function AccessFailure({ reference, ...card }: AccessFailureProps) {
  const { failure, onRetry, actions } = card;
  const question = accessQuestion(failure);
  if (question === null) return <FailureCard {...card} />;
  return (
    <>
      <AccessForm question={question} failure={failure} reference={reference} onRetry={onRetry} />
      {actions}
    </>
  );
}

function SignIn({ reference, onRetry }: { readonly reference: string; readonly onRetry: () => void }) {
  const { credentials } = useAccess(reference);
  const [username, setUsername] = useState(credentials?.username ?? '');
  const [password, setPassword] = useState('');
  const title = registryTitle(reference);
  return (
    <Question
      name={`Sign in to ${title}`}
      icon={<KeyRound size={14} aria-hidden />}
      title={credentials === null ? `${title} wants an account.` : `${title} does not take that account.`}
      onSubmit={() => {
        changeAccess(reference, { credentials: { username, password } });
        setPassword('');
        onRetry();
      }}
    >
      <InputField label="User name" value={username} onChange={(text) => setUsername(text)} />
      <InputField
        label="Password or token"
        type="password"
        value={password}
        onChange={(text) => setPassword(text)}
      />
      <Button type="submit" variant="primary" disabled={username === ''}>
        Sign in and try again
      </Button>
      <p className={styles.hint}>Kept in memory until this window closes; written nowhere.</p>
    </Question>
  );
}

interface QuestionProps {
  readonly name: string;
  readonly icon: ReactNode;
  readonly title: string;
  readonly onSubmit: () => void;
  readonly children: ReactNode;
}

function Question({ name, icon, title, onSubmit, children }: QuestionProps) {
  return (
    <form
      className={styles.question}
      aria-label={name}
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      <p role="alert">
        {icon}
        {title}
      </p>
      {children}
    </form>
  );
}
