import { StrataError } from '../../shared/errors.ts';

export const PASSWD = `root:x:0:0:root:/root:/bin/sh
nobody:x:65534:65534:nobody:/var/empty:/bin/false
`;

export const GROUP = `root:x:0:
nobody:x:65534:
nogroup:x:65534:
`;

export const NSSWITCH = `passwd: files
group: files
shadow: files
hosts: files dns
networks: files
services: files
protocols: files
`;

/**
 * Checks that the image will know the user that its configuration names: `user`, `user:group`, each a name or a number
 * (image-spec 1.1, config.md, `User`).
 *
 * @param passwd the image's /etc/passwd. @param group its /etc/group.
 * @throws StrataError `invalid-document`.
 */
export function checkUser(user: string | undefined, passwd: string, group: string): void {
  if (user === undefined || user === '') return;
  const [userName = '', groupName] = user.split(':', 2);
  checkName('user', userName, passwd, '/etc/passwd');
  if (groupName !== undefined) checkName('group', groupName, group, '/etc/group');
}

function checkName(kind: 'user' | 'group', name: string, database: string, file: string): void {
  if (/^\d+$/.test(name)) return;
  const known = database
    .split('\n')
    .filter((line) => line.includes(':'))
    .map((line) => line.slice(0, line.indexOf(':')));
  if (known.includes(name)) return;
  throw new StrataError('invalid-document', `The image has no ${kind} named "${name}" (config.User).`, {
    hint: `Its ${file} knows ${known.join(', ')}. Use one of them or a number such as 1000, or add a package that brings ${file}.`,
    details: { [kind]: name, known },
  });
}
