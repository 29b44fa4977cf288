import { StrataError } from '../../shared/errors.ts';
import { accountLines } from './account-lines.ts';

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

/** A package's /etc/passwd or /etc/group. */
export interface AccountsFile {
  readonly package: string;
  readonly text: string;
}

/** A name that two packages have with different facts: that of the first is kept. */
export interface AccountClash {
  readonly account: string;
  readonly kept: string;
  readonly dropped: string;
}

/**
 * Merges several packages' files of accounts (passwd(5), group(5)): the first as it is, then the names that only the
 * others have.
 */
export function mergeAccounts([first, ...others]: readonly [AccountsFile, ...AccountsFile[]]): {
  readonly text: string;
  readonly clashes: readonly AccountClash[];
} {
  const known = new Map(
    namedLines(first.text).map(([account, line]) => [account, { line, package: first.package }]),
  );
  const clashes: AccountClash[] = [];
  const added: string[] = [];
  for (const other of others) {
    for (const [account, line] of namedLines(other.text)) {
      const present = known.get(account);
      if (present === undefined) {
        known.set(account, { line, package: other.package });
        added.push(`${line}\n`);
      } else if (present.line !== line) {
        clashes.push({ account, kept: present.package, dropped: other.package });
      }
    }
  }
  const isEnded = added.length === 0 || first.text === '' || first.text.endsWith('\n');
  return { text: `${first.text}${isEnded ? '' : '\n'}${added.join('')}`, clashes };
}

function namedLines(text: string): readonly (readonly [account: string, line: string])[] {
  return text
    .split('\n')
    .filter((line) => line.includes(':'))
    .map((line) => [line.slice(0, line.indexOf(':')), line]);
}

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
  checkName('user', userName, passwd, '/etc/passwd', user);
  if (groupName !== undefined) checkName('group', groupName, group, '/etc/group', user);
}

function checkName(
  kind: 'user' | 'group',
  name: string,
  database: string,
  file: string,
  value: string,
): void {
  if (/^\d+$/.test(name)) return;
  const known = [...accountLines(database).keys()];
  if (known.includes(name)) return;
  throw new StrataError('invalid-document', `The image has no ${kind} named "${name}" (config.User).`, {
    hint: `Its ${file} knows ${known.join(', ')}. Use one of them or a number such as 1000, or add it to the document's accounts.`,
    details: { [kind]: name, known, field: 'config.User', value },
  });
}
