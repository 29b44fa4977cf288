import { type Command, InvalidArgumentError } from 'commander';
import type { DirectoryField } from '../../shared/document/root-fields.ts';
import type { StrataDocument } from '../../shared/document.ts';

type UserField = NonNullable<StrataDocument['accounts']>['users'][number];

/** Options about the image's root file system; what they say is added to what the document says. */
export interface RootOptions {
  readonly directory?: readonly DirectoryField[];
  readonly account?: readonly UserField[];
}

export function addRootOptions(command: Command): Command {
  return command
    .option(
      '--directory <path[:owner]>',
      'directory to make, such as /var/lib/app:app; repeatable',
      parseDirectory,
    )
    .option(
      '--account <name[:uid[:gid]]>',
      'user to add; nonroot is 65532, others count from 1000; repeatable',
      parseAccount,
    );
}

/** The fields of a document with what the options add; none for what neither says. */
export function rootFieldsWith(
  { directories, accounts }: Pick<StrataDocument, 'directories' | 'accounts'>,
  options: RootOptions,
): Partial<Pick<StrataDocument, 'directories' | 'accounts'>> {
  const users = [...(accounts?.users ?? []), ...(options.account ?? [])];
  return {
    ...(options.directory !== undefined && { directories: [...(directories ?? []), ...options.directory] }),
    ...(options.account !== undefined && { accounts: { ...accounts, users } }),
  };
}

function parseDirectory(text: string, previous: readonly DirectoryField[] = []): DirectoryField[] {
  const [, path, owner] = /^([^:]+)(?::(.+))?$/.exec(text) ?? [];
  if (path === undefined) throw new InvalidArgumentError('Use PATH or PATH:OWNER, such as /var/lib/app:app.');
  return [...previous, { path, ...(owner !== undefined && { owner }) }];
}

function parseAccount(text: string, previous: readonly UserField[] = []): UserField[] {
  const [, name, uid, gid] = /^([^:]+)(?::(\d{1,10})(?::(\d{1,10}))?)?$/.exec(text) ?? [];
  if (name === undefined)
    throw new InvalidArgumentError('Use NAME, NAME:UID or NAME:UID:GID, such as app:1000.');
  const user = {
    name,
    ...(uid !== undefined && { uid: Number(uid) }),
    ...(gid !== undefined && { gid: Number(gid) }),
  };
  return [...previous, user];
}
