import { Plus, Trash2 } from 'lucide-react';
import { type SubmitEvent, useState } from 'react';
import type { Contents } from '../../../shared/contract/contents.ts';
import { accountsSchema } from '../../../shared/document/root-fields.ts';
import { Button, IconButton } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { addGroup, removeGroup } from '../../state/document/account-edits.ts';
import { problemOf } from '../../state/document/schema-problem.ts';
import { edit, useTheDocument } from '../../state/document/store.ts';
import styles from './contents-screen.module.css';
import { NameAndNumber } from './name-and-number.tsx';

const CHECKS = accountsSchema.shape.groups.unwrap().element.shape;

/** The groups of the image, and groups of the document's own. */
export function GroupsCard({ groups }: Pick<Contents, 'groups'>) {
  const { accounts } = useTheDocument();
  const own = new Set(accounts?.groups?.map(({ name }) => name));
  return (
    <Card title="Groups">
      <ul className={styles.accounts} aria-label="Groups of the image">
        {groups.map(({ name, gid, members }) => (
          <li key={name}>
            <span className={styles.account}>
              <strong>{name}</strong> <code>{gid ?? '?'}</code>{' '}
              <span className={styles.quiet}>
                {[own.has(name) && 'document', members.join(', ')].filter((word) => word).join(' · ')}
              </span>
            </span>
            {own.has(name) && (
              <IconButton
                icon={Trash2}
                size={13}
                label={`Remove the group ${name}`}
                onClick={() => edit((document) => removeGroup(document, name))}
              />
            )}
          </li>
        ))}
      </ul>
      <NewGroup taken={own} />
    </Card>
  );
}

function NewGroup({ taken }: { readonly taken: ReadonlySet<string> }) {
  const [name, setName] = useState('');
  const [id, setId] = useState('');
  const gid = id === '' ? null : Number(id);
  const nameProblem = name === '' ? null : problemOf(CHECKS.name, name);
  const gidProblem = gid === null ? null : problemOf(CHECKS.gid, gid);
  const isWrong = name === '' || nameProblem !== null || gidProblem !== null || taken.has(name);
  const add = (event: SubmitEvent) => {
    event.preventDefault();
    if (isWrong || gid === null) return;
    edit((document) => addGroup(document, { name, gid }));
    setName('');
    setId('');
  };
  return (
    <form className={styles.form} onSubmit={add} aria-label="New group">
      <NameAndNumber
        name={name}
        nameProblem={nameProblem}
        namePlaceholder="media"
        onName={setName}
        id={id}
        idProblem={gidProblem}
        idPlaceholder="2000"
        onId={setId}
      />
      <div className={styles.actions}>
        <Button small type="submit" icon={Plus} disabled={isWrong || gid === null}>
          Add the group
        </Button>
      </div>
    </form>
  );
}
