import type { AccountsField } from '../../../shared/document/root-fields.ts';
import type { StrataDocument } from '../../../shared/document.ts';
import type { Edit } from './edits.ts';
import { addDirectory, samePath } from './root-edits.ts';

/** Changes of the users and groups of an image. */

export function addUser(document: StrataDocument, user: AccountsField['users'][number]): Edit {
  const { users = [], ...accounts } = document.accounts ?? {};
  return {
    document: { ...document, accounts: { ...accounts, users: [...users, user] } },
    title: `Add the user ${user.name}`,
  };
}

export function removeUser(document: StrataDocument, name: string): Edit {
  const { users = [], groups = [] } = document.accounts ?? {};
  const left = users.filter((user) => user.name !== name);
  return { document: withAccounts(document, left, groups), title: `Remove the user ${name}` };
}

/** Lets the image run as a user of its own, with a directory that is for it alone. */
export function runAsUser(document: StrataDocument, name: string, uid?: number): Edit {
  const hasUser = document.accounts?.users.some((user) => user.name === name) ?? false;
  const path = `/var/lib/${name}`;
  const hasPlace = document.directories?.some((directory) => samePath(directory.path, path)) ?? false;
  const withUser = hasUser
    ? document
    : addUser(document, { name, ...(uid === undefined ? {} : { uid }) }).document;
  const withPlace = hasPlace
    ? withUser
    : addDirectory(withUser, path, { mode: '0750', owner: name }).document;
  return {
    document: { ...withPlace, config: { ...withPlace.config, User: name } },
    title: `Run as ${name}`,
  };
}

export function addGroup(document: StrataDocument, group: { name: string; gid: number }): Edit {
  const { users = [], groups = [] } = document.accounts ?? {};
  return {
    document: { ...document, accounts: { users, groups: [...groups, group] } },
    title: `Add the group ${group.name}`,
  };
}

/** Takes a group of the document away, and its users out of it. */
export function removeGroup(document: StrataDocument, name: string): Edit {
  const { users = [], groups = [] } = document.accounts ?? {};
  const left = groups.filter((group) => group.name !== name);
  const members = users.map((user) =>
    user.groups?.includes(name)
      ? withGroups(
          user,
          user.groups.filter((each) => each !== name),
        )
      : user,
  );
  return { document: withAccounts(document, members, left), title: `Remove the group ${name}` };
}

/** Sets the further groups that a user of the document is in. */
export function setGroups(document: StrataDocument, name: string, groups: readonly string[]): Edit {
  const { users = [], groups: known = [] } = document.accounts ?? {};
  const changed = users.map((user) => (user.name === name ? withGroups(user, groups) : user));
  return { document: withAccounts(document, changed, known), title: `Change the groups of ${name}` };
}

function withGroups(
  { groups: _, ...user }: AccountsField['users'][number],
  groups: readonly string[],
): AccountsField['users'][number] {
  return groups.length === 0 ? user : { ...user, groups: [...groups] };
}

function withAccounts(
  { accounts: _, ...rest }: StrataDocument,
  users: AccountsField['users'],
  groups: NonNullable<AccountsField['groups']>,
): StrataDocument {
  if (users.length === 0 && groups.length === 0) return rest;
  return { ...rest, accounts: { users, ...(groups.length === 0 ? {} : { groups }) } };
}
