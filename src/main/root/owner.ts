import { StrataError } from '../../shared/errors.ts';
import { accountLines, numberAt } from './account-lines.ts';

/** A user and a group by their numbers. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

const LARGEST_ID = 4_294_967_294;

/**
 * Who a document means with an owner: `USER`, `USER:GROUP`, each a name of the image's accounts or a number. The group of a
 * user alone is that of their account; that of a number without an account is the same number.
 *
 * @param place of the field in the document. @throws StrataError `invalid-document` for names that there are not.
 */
export function ownersOf(passwd: string, group: string): (owner: string, place: string) => Owner {
  const users = accountLines(passwd);
  const groups = accountLines(group);
  const idOf = (kind: 'user' | 'group', name: string, place: string): number => {
    const accounts = kind === 'user' ? users : groups;
    const id = /^\d+$/.test(name) ? Number(name) : numberAt(accounts.get(name), 2);
    if (id !== undefined && id <= LARGEST_ID) return id;
    throw new StrataError('invalid-document', `${place}: the image has no ${kind} named "${name}".`, {
      hint: `It has ${[...accounts.keys()].join(', ')}. Use one of them or a number, or add it to accounts.${kind}s.`,
      details: { [kind]: name },
    });
  };
  return (owner, place) => {
    const [userName = '', groupName] = owner.split(':', 2);
    const uid = idOf('user', userName, place);
    if (groupName !== undefined) return { uid, gid: idOf('group', groupName, place) };
    const account = users.get(userName) ?? [...users.values()].find((line) => numberAt(line, 2) === uid);
    return { uid, gid: numberAt(account, 3) ?? uid };
  };
}
