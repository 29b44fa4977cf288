import type { AccountsField } from '../../shared/document/root-fields.ts';
import { StrataError } from '../../shared/errors.ts';
import { type AccountLine, accountLines, accountsText, numberAt } from './account-lines.ts';

/** Fields of passwd(5) and group(5), by their place in the line. */
const UID = 2;
const GID = 3;
const GECOS = 4;
const HOME = 5;
const SHELL = 6;
const GROUP_ID = 2;
const MEMBERS = 3;

const FIRST_ID = 1_000;
/** That images without a shell know the user by that is not root ("distroless"), and policies look for. */
const KNOWN_IDS = new Map<string, number>(Object.entries({ nonroot: 65_532 }));
/** Stand for no home. */
const NO_HOMES: readonly string[] = ['/', '/dev/null', '/nonexistent', '/var/empty'];

export interface Home {
  /** Absolute. */
  readonly path: string;
  readonly uid: number;
  readonly gid: number;
  /** Of the user in the document. */
  readonly place: string;
}

export interface MergedAccounts {
  readonly passwd: string;
  readonly group: string;
  readonly shadow: string;
  readonly homes: readonly Home[];
}

/**
 * The accounts of the packages with those of a document. A user or a group that a package brings keeps what the document
 * does not say of it.
 *
 * @param shadow of a package, where one brings it
 * @throws StrataError `invalid-document` where the document names an account twice, or a group that there is not.
 */
export function withOwnAccounts(
  files: { readonly passwd: string; readonly group: string; readonly shadow?: string | undefined },
  { users, groups = [] }: AccountsField,
): MergedAccounts {
  refuseTwice({ users, groups });
  const passwd = accountLines(files.passwd);
  const group = accountLines(files.group);
  const shadow = accountLines(files.shadow ?? '');
  for (const { name, gid } of groups) {
    group.set(name, [name, 'x', String(gid), group.get(name)?.[MEMBERS] ?? '']);
  }

  const taken = idsOf(passwd, UID);
  for (const { uid } of users) if (uid !== undefined) taken.add(uid);
  const takenGroups = idsOf(group, GROUP_ID);
  const homes: Home[] = [];
  for (const [index, user] of users.entries()) {
    const place = `accounts.users[${index}]`;
    const { name } = user;
    const known = passwd.get(name);
    const uid = user.uid ?? numberAt(known, UID) ?? freeId(KNOWN_IDS.get(name) ?? FIRST_ID, taken);
    taken.add(uid);
    const gid =
      user.gid ?? numberAt(group.get(name), GROUP_ID) ?? numberAt(known, GID) ?? freeId(uid, takenGroups);
    if (!takenGroups.has(gid) && !group.has(name)) group.set(name, [name, 'x', String(gid), '']);
    takenGroups.add(gid);
    const home = user.home ?? known?.[HOME] ?? `/home/${name}`;
    const shell = user.shell ?? known?.[SHELL] ?? '/bin/sh';
    passwd.set(name, [name, 'x', String(uid), String(gid), known?.[GECOS] ?? name, home, shell]);
    for (const [at, groupName] of (user.groups ?? []).entries()) {
      group.set(groupName, withMember(group.get(groupName), name, groupName, `${place}.groups[${at}]`));
    }
    if (!NO_HOMES.includes(home)) homes.push({ path: home, uid, gid, place });
  }
  // Without a password that could be typed, but not locked: such a user may still log in by key.
  for (const name of passwd.keys()) if (!shadow.has(name)) shadow.set(name, [name, '*', ...NO_AGEING]);
  return {
    passwd: accountsText(passwd.values()),
    group: accountsText(group.values()),
    shadow: accountsText(shadow.values()),
    homes,
  };
}

const NO_AGEING: readonly string[] = ['', '', '', '', '', '', ''];

function idsOf(lines: ReadonlyMap<string, AccountLine>, field: number): Set<number> {
  return new Set([...lines.values()].flatMap((line) => numberAt(line, field) ?? []));
}

function freeId(first: number, taken: ReadonlySet<number>): number {
  let id = first;
  while (taken.has(id)) id += 1;
  return id;
}

function withMember(line: AccountLine | undefined, user: string, group: string, place: string): AccountLine {
  if (line === undefined) {
    throw new StrataError('invalid-document', `${place}: the image has no group named "${group}".`, {
      hint: `Add it to accounts.groups: { "name": "${group}", "gid": … }.`,
    });
  }
  const members = (line[MEMBERS] ?? '').split(',').filter((name) => name !== '' && name !== user);
  return [...line.slice(0, MEMBERS), [...members, user].join(',')];
}

/** @throws StrataError `invalid-document` where a document names an account twice. */
export function refuseTwice({ users, groups = [] }: AccountsField): void {
  refuseSameNames('users', users);
  refuseSameNames('groups', groups);
}

function refuseSameNames(field: 'users' | 'groups', accounts: readonly { readonly name: string }[]): void {
  const names = accounts.map(({ name }) => name);
  const index = names.findIndex((name, at) => names.indexOf(name) !== at);
  if (index === -1) return;
  throw new StrataError(
    'invalid-document',
    `accounts.${field}[${index}].name: "${names[index]}" is there twice.`,
    { hint: 'Remove one of the two.' },
  );
}
