// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the placeholders are Nix's.

import type { StrataDocument } from '../../shared/document.ts';
import { GROUP, NSSWITCH, PASSWD } from '../root/accounts.ts';
import { NIX_CONF } from '../root/nix-database.ts';
import { withOwnAccounts } from '../root/own-accounts.ts';
import { directoryMode } from '../root/own-files.ts';
import { type IgnoreRule, ignoreValues } from './ignore-patterns.ts';
import { nixLiteral, nixString } from './nix-literal.ts';
import { nixPath } from './package-sets.ts';

/** Homes that every image has: they stay root's. */
const KEPT_HOMES: readonly string[] = ['/root', '/run', '/tmp', '/var/tmp', '/dev', '/proc', '/sys'];

/**
 * What an expression does on the root after the links to packages, as calls of the functions in nix/image-root.sh: accounts,
 * homes, files, directories and permissions, in the order in which Strata has them.
 *
 * @param ignored what of `files`, by their index, is left out.
 * @throws StrataError `invalid-document` where an account is there twice.
 */
export function rootCommands(
  document: StrataDocument,
  ignored: ReadonlyMap<number, readonly IgnoreRule[]>,
): readonly string[] {
  const { files = [], directories = [], permissions = [] } = document;
  return [
    ...accountCommands(document),
    ...files.map(({ from, text, link, to, mode, owner = '' }, index) => {
      if (link !== undefined) return words('link', link, to, owner);
      const source =
        from === undefined
          ? `\${writeText "files-${index}" ${nixString(text ?? '')}}`
          : `\${${copied(from, index, ignored.get(index) ?? [])}}`;
      const name = (from ?? '').replace(/\/+$/, '').replace(/^.*\//s, '');
      return `put ${source} ${words(name, to, mode ?? '', directoryDigits(mode), owner)}`;
    }),
    ...directories.map(({ path, mode = '', owner = '' }) => words('directory', path, mode, owner)),
    ...(document.nixDatabase ? [`text ${words('etc/nix/nix.conf', NIX_CONF)}`] : []),
    ...permissions.map(({ path, mode = '', owner = '', recursive }) =>
      words(
        'permit',
        path,
        mode,
        recursive ? directoryDigits(mode || undefined) : mode,
        owner,
        recursive ? '1' : '',
      ),
    ),
  ];
}

function accountCommands({ accounts }: StrataDocument): readonly string[] {
  const brought = [words('accounts', 'passwd', PASSWD), words('accounts', 'group', GROUP)];
  const nsswitch = `text ${words('etc/nsswitch.conf', NSSWITCH)}`;
  if (accounts === undefined) return [...brought, words('accounts', 'shadow', ''), nsswitch];
  const { users, groups = [] } = accounts;
  // Who is in a group is said one by one: the group may be a package's.
  const own = withOwnAccounts(
    { passwd: '', group: GROUP },
    { users: users.map(({ groups: _, ...user }) => user), groups },
  );
  const known = new Set(GROUP.split('\n'));
  const lines = (text: string) => text.split('\n').filter((line) => line !== '');
  return [
    ...brought,
    words('accounts', 'shadow', ''),
    ...lines(own.group)
      .filter((line) => !known.has(line))
      .map((line) => words('account', 'group', line)),
    ...lines(own.passwd).map((line) => words('account', 'passwd', line)),
    ...users.flatMap(({ name, groups: further = [] }) =>
      further.map((group) => words('member', group, name)),
    ),
    'passwords',
    nsswitch,
    ...own.homes.map(({ path, uid, gid }) =>
      words('directory', path, '', KEPT_HOMES.includes(path) ? '' : `${uid}:${gid}`),
    ),
  ];
}

function directoryDigits(mode: string | undefined): string {
  return mode === undefined ? '' : directoryMode(Number.parseInt(mode, 8)).toString(8);
}

/** A file or directory of this machine, which Nix copies into the store. */
function copied(from: string, index: number, rules: readonly IgnoreRule[]): string {
  const path = nixPath(from.replace(/^(?:\.\/)+/, '').replace(/\/+$/, '') || '.');
  const filter =
    rules.length === 0
      ? ''
      : ` filter = without ${nixLiteral(rules.map(ignoreValues)).replace(/\s*\n\s*/g, ' ')} ${path};`;
  return `builtins.path { name = "files-${index}"; path = ${path};${filter} }`;
}

/** What the shell takes as they are, each in an indented string of Nix. */
function words(...values: readonly string[]): string {
  return values
    .map((value) => {
      if (/^[A-Za-z0-9_./:@%+=,-]+$/.test(value)) return value;
      return value === '' ? '""' : `\${lib.escapeShellArg ${nixString(value)}}`;
    })
    .join(' ');
}
