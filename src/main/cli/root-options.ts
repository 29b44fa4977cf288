import { resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import type { DirectoryField, FileField } from '../../shared/document/root-fields.ts';
import type { StrataDocument } from '../../shared/document.ts';

type UserField = NonNullable<StrataDocument['accounts']>['users'][number];

/** Options about the image's root file system; what they say is added to what the document says. */
export interface RootOptions {
  readonly file?: readonly FileField[];
  readonly directory?: readonly DirectoryField[];
  readonly account?: readonly UserField[];
}

export function addRootOptions(command: Command): Command {
  return command
    .option(
      '--file <from:to>',
      'file or directory of this machine for the image, such as app:/srv/app; repeatable',
      parseFile,
    )
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
  { files, directories, accounts }: Pick<StrataDocument, 'files' | 'directories' | 'accounts'>,
  options: RootOptions,
): Partial<Pick<StrataDocument, 'files' | 'directories' | 'accounts'>> {
  const users = [...(accounts?.users ?? []), ...(options.account ?? [])];
  return {
    ...(options.file !== undefined && { files: [...(files ?? []), ...options.file] }),
    ...(options.directory !== undefined && { directories: [...(directories ?? []), ...options.directory] }),
    ...(options.account !== undefined && { accounts: { ...accounts, users } }),
  };
}

function parseFile(text: string, previous: readonly FileField[] = []): FileField[] {
  const [, from, to] = /^(.+):(\/[^:]*)$/.exec(text) ?? [];
  if (from === undefined || to === undefined) {
    throw new InvalidArgumentError('Use FROM:TO with an absolute path in the image, such as app:/srv/app.');
  }
  return [...previous, { from: resolve(from), to }];
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
