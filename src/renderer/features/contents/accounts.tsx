import { Trash2, UserPlus, Users } from 'lucide-react';
import { type SubmitEvent, useState } from 'react';
import type { Contents } from '../../../shared/contract/contents.ts';
import { type AccountsField, accountsSchema } from '../../../shared/document/root-fields.ts';
import { Button, IconButton } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { Menu, MenuItem } from '../../components/menu.tsx';
import { Tip } from '../../components/tip.tsx';
import { addUser, removeUser, runAsUser, setGroups } from '../../state/document/account-edits.ts';
import { editAndTell } from '../../state/document/actions.ts';
import { problemOf } from '../../state/document/schema-problem.ts';
import { edit, useTheDocument } from '../../state/document/store.ts';
import styles from './contents-screen.module.css';
import { GroupsCard } from './groups.tsx';
import { NameAndNumber } from './name-and-number.tsx';

const CHECKS = accountsSchema.shape.users.unwrap().element.shape;

/** The users and groups of the image, and users of the document's own. */
export function Accounts({ users, groups }: Pick<Contents, 'users' | 'groups'>) {
  const { accounts } = useTheDocument();
  const own = new Map(accounts?.users.map((user) => [user.name, user]));
  return (
    <>
      <Card title="Users">
        <ul className={styles.accounts} aria-label="Users of the image">
          {users.map((user) => (
            <UserRow key={user.name} user={user} own={own.get(user.name)} groups={groups} />
          ))}
        </ul>
        <NewUser taken={new Set(own.keys())} />
      </Card>
      <GroupsCard groups={groups} />
    </>
  );
}

interface UserRowProps {
  readonly user: Contents['users'][number];
  /** What the document says of it; undefined of users that are not its own. */
  readonly own: AccountsField['users'][number] | undefined;
  readonly groups: Contents['groups'];
}

function UserRow({ user: { name, uid, gid, home, shell }, own, groups }: UserRowProps) {
  const { config } = useTheDocument();
  const others = groups.filter((group) => group.name !== name).map((group) => group.name);
  const further = own?.groups ?? [];
  return (
    <li>
      <span className={styles.account} title={`${home} ${shell}`}>
        <strong>{name}</strong> <code>{`${uid ?? '?'}:${gid ?? '?'}`}</code>{' '}
        <span className={styles.quiet}>
          {[
            own && 'document',
            config.User === name && 'runs the image',
            home,
            further.length > 0 && `in ${further.join(', ')}`,
          ]
            .filter((word) => typeof word === 'string')
            .join(' · ')}
        </span>
      </span>
      {own && (
        <>
          <Menu
            label={`Groups of ${name}`}
            align="end"
            trigger={<IconButton icon={Users} size={13} label={`Groups of ${name}`} />}
          >
            {others.map((group) => {
              const isIn = further.includes(group);
              const next = isIn ? further.filter((each) => each !== group) : [...further, group];
              return (
                <MenuItem
                  key={group}
                  title={group}
                  checked={isIn}
                  onSelect={() => edit((document) => setGroups(document, name, next))}
                />
              );
            })}
          </Menu>
          <IconButton
            icon={Trash2}
            size={13}
            label={`Remove the user ${name}`}
            onClick={() => edit((document) => removeUser(document, name))}
          />
        </>
      )}
    </li>
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
      <NameAndNumber
        name={name}
        nameProblem={nameProblem}
        namePlaceholder="app"
        onName={setName}
        id={id}
        idProblem={uidProblem}
        idPlaceholder="next free"
        onId={setId}
      />
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
