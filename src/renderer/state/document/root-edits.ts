import type { AccountsField, PermissionField } from '../../../shared/document/root-fields.ts';
import type { StrataDocument } from '../../../shared/document.ts';
import type { Edit } from './edits.ts';

/** Changes of what an image has beside its packages: directories, modes, owners and accounts. */

/** Of a file or directory, as documents write them; undefined leaves it as it is. */
export interface Access {
  readonly mode: string | undefined;
  readonly owner: string | undefined;
}

export function addDirectory(document: StrataDocument, path: string, access: Access): Edit {
  const directories = [...(document.directories ?? []), { path, ...said(access) }];
  return { document: { ...document, directories }, title: `Make ${path}` };
}

/** Gives something in the image another mode or owner, whoever brought it. */
export function setAccess(document: StrataDocument, path: string, access: Access): Edit {
  const title = `Change ${path}`;
  const { directories = [], permissions = [] } = document;
  const own = directories.findLastIndex((directory) => samePath(directory.path, path));
  if (own >= 0 && !permissions.some((each) => isAbout(each, path))) {
    const changed = directories.map((each, index) => (index === own ? { ...each, ...said(access) } : each));
    return { document: { ...document, directories: changed }, title };
  }
  const before = permissions.find((each) => samePath(each.path, path) && each.recursive !== true);
  // Last, as later ones count more.
  const rest = permissions.filter((each) => each !== before);
  return {
    document: { ...document, permissions: [...rest, { ...(before ?? { path }), ...said(access) }] },
    title,
  };
}

/** Takes out what a document has at a place such as `files[0]`. */
export function removeOwn(document: StrataDocument, place: string): Edit {
  const { list, index } = placeIn(place) ?? {};
  if (list === undefined || index === undefined) return { document, title: 'Remove' };
  const field = document[list] ?? [];
  const gone = field[index];
  const what = gone === undefined ? 'a file' : 'to' in gone ? gone.to : gone.path;
  const rest = field.toSpliced(index, 1);
  return { document: withoutEmpty({ ...document, [list]: rest }, list), title: `Remove ${what}` };
}

/** Whether {@link removeOwn} can take it out. */
export function isRemovable(place: string): boolean {
  return placeIn(place) !== null;
}

export function addUser(document: StrataDocument, user: AccountsField['users'][number]): Edit {
  const { users = [], ...accounts } = document.accounts ?? {};
  return {
    document: { ...document, accounts: { ...accounts, users: [...users, user] } },
    title: `Add the user ${user.name}`,
  };
}

export function removeUser(document: StrataDocument, name: string): Edit {
  const users = document.accounts?.users.filter((user) => user.name !== name) ?? [];
  const { accounts, ...rest } = document;
  const isEmpty = users.length === 0 && (accounts?.groups ?? []).length === 0;
  return {
    document: isEmpty ? rest : { ...rest, accounts: { ...accounts, users } },
    title: `Remove the user ${name}`,
  };
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

function said({ mode, owner }: Access): { mode?: string; owner?: string } {
  return { ...(mode === undefined ? {} : { mode }), ...(owner === undefined ? {} : { owner }) };
}

function isAbout({ path: named, recursive }: PermissionField, path: string): boolean {
  return samePath(named, path) || (recursive === true && path.startsWith(`${trimmed(named)}/`));
}

function samePath(one: string, other: string): boolean {
  return trimmed(one) === trimmed(other);
}

function trimmed(path: string): string {
  return path.replace(/\/$/, '');
}

function placeIn(place: string): { list: 'files' | 'directories'; index: number } | null {
  const [, list, index] = /^(files|directories)\[(\d+)\]$/.exec(place) ?? [];
  return list === 'files' || list === 'directories' ? { list, index: Number(index) } : null;
}

/** A document says nothing of what it has none of. */
function withoutEmpty(document: StrataDocument, list: 'files' | 'directories'): StrataDocument {
  const { [list]: field, ...rest } = document;
  return field?.length === 0 ? rest : document;
}
