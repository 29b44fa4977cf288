import { skipToken } from '@tanstack/react-query';
import { useState } from 'react';
import type { Authority } from '../../shared/contract/registry.ts';
import { count } from '../../shared/format.ts';
import { hintOf } from '../client/failure.ts';
import { Field, Switch } from '../components/field.tsx';
import { TakenPathInput } from '../components/path-input.tsx';
import { parentDirectory } from '../components/paths.ts';
import { formatDate } from '../state/format.ts';
import { questions, useAnswer } from '../state/questions.ts';
import styles from './access.module.css';
import { isOnThisMachine, registryOf, registryTitle } from './reference-words.ts';
import { changeAccess, useAccess } from './registry-state.ts';

/** Whom to trust at a registry, where its certificate is not one that this machine knows. */
export function AccessFields({ reference }: { readonly reference: string }) {
  const { insecure } = useAccess(reference);
  return (
    <>
      <CaFileField key={registryOf(reference)} reference={reference} />
      {!isOnThisMachine(registryOf(reference)) && (
        <Switch
          label="Allow an insecure connection"
          hint={`To ${registryTitle(reference)} only: plain HTTP, or a certificate that nobody vouches for`}
          checked={insecure}
          onChange={(checked) => changeAccess(reference, { insecure: checked })}
        />
      )}
    </>
  );
}

/** The same, out of the way of most people; open at first where something is said in it. */
export function AccessDisclosure({ reference }: { readonly reference: string }) {
  const { caFile, insecure } = useAccess(reference);
  // Decided once: it must not close under the hand that empties the field.
  const [isOpenAtFirst] = useState(caFile !== '' || insecure);
  return (
    <details className={styles.disclosure} open={isOpenAtFirst}>
      <summary>Certificates…</summary>
      <div className={styles.trust}>
        <AccessFields reference={reference} />
      </div>
    </details>
  );
}

/** A file of authorities, taken when the field is left, and looked into before anything relies on it. */
function CaFileField({ reference }: { readonly reference: string }) {
  const { caFile } = useAccess(reference);
  const { value: authorities, failure } = useAnswer(
    questions().registry.authorities.queryOptions({ input: caFile === '' ? skipToken : { caFile } }),
  );
  return (
    <Field
      label="CA certificate file"
      hint={
        authorities === null
          ? `A PEM file of authorities to trust at ${registryTitle(reference)}, besides this machine’s own.`
          : whoIsTrusted(authorities)
      }
      error={failure && [failure.message, hintOf(failure)].filter(Boolean).join(' ')}
    >
      {(control) => (
        <TakenPathInput
          {...control}
          value={caFile}
          placeholder="none"
          dialog={{
            title: 'Choose a certificate file',
            defaultPath: parentDirectory(caFile),
            filters: [{ name: 'Certificates', extensions: ['pem', 'crt', 'cer'] }],
            directory: false,
          }}
          onTake={(path) => changeAccess(reference, { caFile: path })}
        />
      )}
    </Field>
  );
}

function whoIsTrusted([first, ...others]: readonly Authority[]): string {
  if (first === undefined) return '';
  const date = formatDate(first.expiresAt);
  const rest = others.length === 0 ? '' : ` and ${count(others.length, 'more', 'more')}`;
  return Date.parse(first.expiresAt) < Date.now()
    ? `${first.name} is no longer valid: it ended on ${date}.`
    : `Trusts ${first.name}${rest}, valid until ${date}.`;
}
