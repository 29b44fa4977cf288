import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../components/button.tsx';
import { Field, TextInput } from '../../components/field.tsx';
import { registryOf } from './reference-words.ts';
import styles from './ship.module.css';
import { signIn, useShip } from './ship-state.ts';

export interface SignInProps {
  readonly reference: string;
  /** Whether an account was tried and refused. */
  readonly refused: boolean;
  readonly onSignIn: () => void;
}

/** Asks for an account where a registry wants one. */
export function SignIn({ reference, refused, onSignIn }: SignInProps) {
  const registry = registryOf(reference) ?? 'Docker Hub';
  const known = useShip((state) => state.credentials[registryOf(reference) ?? '']);
  const [username, setUsername] = useState(known?.username ?? '');
  const [password, setPassword] = useState('');
  return (
    <form
      className={styles.signIn}
      aria-label={`Sign in to ${registry}`}
      onSubmit={(event) => {
        event.preventDefault();
        signIn(reference, { username, password });
        setPassword('');
        onSignIn();
      }}
    >
      <p>
        <KeyRound size={14} aria-hidden />
        {refused ? `${registry} does not take that account.` : `${registry} wants an account.`}
      </p>
      <Field label="User name">
        {(control) => (
          <TextInput {...control} value={username} onChange={({ target }) => setUsername(target.value)} />
        )}
      </Field>
      <Field label="Password or token">
        {(control) => (
          <TextInput
            {...control}
            type="password"
            value={password}
            onChange={({ target }) => setPassword(target.value)}
          />
        )}
      </Field>
      <Button type="submit" variant="primary" disabled={username === ''}>
        Sign in and try again
      </Button>
      <p className={styles.hint}>Kept in memory until this window closes; written nowhere.</p>
    </form>
  );
}
