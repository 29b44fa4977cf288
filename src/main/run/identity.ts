/** As whom a program runs, in numbers. */
export interface Identity {
  readonly uid: number;
  readonly gid: number;
  /** Supplementary groups, ascending. */
  readonly groups: readonly number[];
  /** `/` for a user that the image does not know. */
  readonly home: string;
}

/**
 * The numbers of `user`, `user:group`, each a name or a number, in an image. As docker and podman have it: the groups
 * whose members the image's /etc/group names come on top, unless a group is named.
 *
 * @param passwd the image's /etc/passwd. @param group its /etc/group; both have the names, see `checkUser`.
 */
export function identityOf(user: string | undefined, passwd: string, group: string): Identity {
  const [userName = '', groupName] = (user || '0').split(':', 2);
  const account = fieldsOf(passwd).find(([name, , uid]) => name === userName || uid === userName);
  const [name, , uid = userName, ownGid = '0', , home = ''] = account ?? [];
  const groups = fieldsOf(group).map(([groupName = '', , gid = '', members = '']) => ({
    name: groupName,
    gid,
    members: members.split(','),
  }));
  const named = groups.find((each) => each.name === groupName || each.gid === groupName);
  const gid = groupName === undefined ? ownGid : (named?.gid ?? groupName);
  const supplementary =
    groupName === undefined && name !== undefined
      ? groups.filter(({ members }) => members.includes(name)).map((each) => Number(each.gid))
      : [];
  return {
    uid: Number(uid),
    gid: Number(gid),
    groups: [...new Set(supplementary)].filter((each) => each !== Number(gid)).sort((a, b) => a - b),
    home: home || '/',
  };
}

function fieldsOf(text: string): readonly (readonly string[])[] {
  return text
    .split('\n')
    .filter((line) => line.includes(':') && !line.startsWith('#'))
    .map((line) => line.split(':'));
}
