import type { StrataDocument } from '../../shared/document.ts';
import { GROUP, PASSWD } from '../root/accounts.ts';
import { withOwnAccounts } from '../root/own-accounts.ts';
import { type Owner, ownersOf } from '../root/owner.ts';

/** A mode or an owner of what is in the root, for tools that are told of them beside it. */
export interface RootPermission {
  /** Absolute. */
  readonly path: string;
  /** Whether it is for all that is beneath too. */
  readonly isWhole: boolean;
  readonly mode?: string | undefined;
  readonly owner?: Owner | undefined;
}

const USUAL: readonly RootPermission[] = [
  { path: '/tmp', isWhole: false, mode: '1777' },
  { path: '/var/tmp', isWhole: false, mode: '1777' },
  { path: '/root', isWhole: false, mode: '0700' },
];

/**
 * Modes and owners that a document says, in the order in which they are given.
 *
 * @throws StrataError `invalid-document` for an owner that neither the document nor every image has.
 */
export function rootPermissions(document: StrataDocument): readonly RootPermission[] {
  const { accounts, files = [], directories = [], permissions = [] } = document;
  const { passwd, group, homes } = withOwnAccounts(
    { passwd: PASSWD, group: GROUP },
    accounts ?? { users: [] },
  );
  const ownerOf = ownersOf(passwd, group);
  const said = (
    path: string,
    place: string,
    isWhole: boolean,
    { mode, owner }: { readonly mode?: string | undefined; readonly owner?: string | undefined },
  ): readonly RootPermission[] => {
    if (mode === undefined && owner === undefined) return [];
    const found = owner === undefined ? undefined : ownerOf(owner, `${place}.owner`);
    return [{ path: path.replace(/\/$/, ''), isWhole, mode, owner: found }];
  };
  return [
    ...USUAL,
    ...homes.map(({ path, uid, gid }) => ({ path, isWhole: false, owner: { uid, gid } })),
    ...files.flatMap((file, index) => said(file.to, `files[${index}]`, true, file)),
    ...directories.flatMap((each, index) => said(each.path, `directories[${index}]`, false, each)),
    ...permissions.flatMap((each, index) =>
      said(each.path, `permissions[${index}]`, each.recursive === true, each),
    ),
  ];
}
