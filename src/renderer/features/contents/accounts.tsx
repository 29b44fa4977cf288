import { Trash2, UserPlus } from 'lucide-react';
import { type SubmitEvent, useState } from 'react';
import type { Contents } from '../../../shared/contract/contents.ts';
import { accountsSchema } from '../../../shared/document/root-fields.ts';
import { Button, IconButton } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { InputField } from '../../components/field.tsx';
import { Tip } from '../../components/tip.tsx';
import { editAndTell } from '../../state/document/actions.ts';
import { addUser, removeUser, runAsUser } from '../../state/document/root-edits.ts';
import { asSentence, problemOf } from '../../state/document/schema-problem.ts';
import { edit, useTheDocument } from '../../state/document/store.ts';
import styles from './contents-screen.module.css';

const CHECKS = accountsSchema.shape.users.unwrap().element.shape;

/** The users and groups of the image, and users of the document's own. */
export function Accounts({ users, groups }: Pick<Contents, 'users' | 'groups'>) {
  const { accounts, config } = useTheDocument();
  const own = new Set(accounts?.users.map(({ name }) => name));
  return (
    <>
      <Card title="Users">
        <ul className={styles.accounts} aria-label="Users of the image">
          {users.map(({ name, uid, gid, home, shell }) => (
            <li key={name}>
              <span title={`${home} ${shell}`}>
                <strong>{name}</strong> <code>{`${uid ?? '?'}:${gid ?? '?'}`}</code>{' '}
                <span className={styles.quiet}>
                  {[own.has(name) ? 'document' : null, config.User === name ? 'runs the image' : null, home]
                    .filter((word) => word !== null)
                    .join(' · ')}
                </span>
              </span>
              {own.has(name) && (
                <IconButton
                  icon={Trash2}
                  size={13}
                  label={`Remove the user ${name}`}
                  onClick={() => edit((document) => removeUser(document, name))}
                />
              )}
            </li>
          ))}
        </ul>
        <NewUser taken={own} />
      </Card>
      <Card title="Groups">
        <ul className={styles.accounts} aria-label="Groups of the image">
          {groups.map(({ name, gid, members }) => (
            <li key={name}>
              <span>
                <strong>{name}</strong> <code>{gid ?? '?'}</code>{' '}
                <span className={styles.quiet}>{members.join(', ')}</span>
              </span>
            </li>
          ))}
        </ul>
      </Card>
    </>
  );
}

function NewUser({ taken }: { readonly taken: ReadonlySet<string> }) {
  const [name, setName] = useState('');
  const [id, setId] = useState('');
  const uid = id === '' ? undefined : Number(id);
  const nameProblem = name === '' ? null : problemOf(CHECKS.name, name);
  const uidProblem = problemOf(CHECKS.uid, uid);
  const isWrong = name === '' || nameProblem !== null || uidProblem !== null;
  const clear = () => {
    setName('');
    setId('');
  };
  const add = (event: SubmitEvent) => {
    event.preventDefault();
    if (isWrong || taken.has(name)) return;
    edit((document) => addUser(document, { name, ...(uid === undefined ? {} : { uid }) }));
    clear();
  };
  const run = () => {
    editAndTell(
      (document) => runAsUser(document, name, uid),
      `The image runs as ${name}`,
      `/var/lib/${name} is that user’s own directory.`,
    );
    clear();
  };
  return (
    <form className={styles.form} onSubmit={add} aria-label="New user">
      <div className={styles.pair}>
        <InputField
          label="Name"
          mono
          placeholder="app"
          value={name}
          error={nameProblem === null ? null : asSentence(nameProblem)}
          onChange={setName}
        />
        <InputField
          label="Number"
          mono
          inputMode="numeric"
          placeholder="next free"
          value={id}
          error={uidProblem === null ? null : 'Expected a number from 0 to 4294967294.'}
          onChange={setId}
        />
      </div>
      <div className={styles.actions}>
        <Button small type="submit" icon={UserPlus} disabled={isWrong || taken.has(name)}>
          Add the user
        </Button>
        <Tip text="Adds the user, lets the image run as it, and makes a directory for it below /var/lib.">
          <Button small disabled={isWrong} onClick={run}>
            Run as this user
          </Button>
        </Tip>
      </div>
    </form>
  );
}
