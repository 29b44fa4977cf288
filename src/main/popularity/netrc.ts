import { StrataError } from '../../shared/errors.ts';
import { readUserText } from '../files/user-file.ts';
import { showConfiguration } from '../nix/configuration.ts';
import { detectVersion } from '../nix/version.ts';

export interface Login {
  readonly login: string;
  readonly password: string;
}

/** Where Nix looks unless its setting `netrc-file` says otherwise. */
const DEFAULT_FILE = '/etc/nix/netrc';

/**
 * The text of a netrc file: the one that is named, else the one that Nix takes passwords from. The latter may be root's
 * alone, or not be there; then nothing is known. @throws StrataError `file-system` where the named one cannot be read.
 */
export async function readNetrc(
  file: string | undefined,
  env: NodeJS.ProcessEnv,
  signal?: AbortSignal,
): Promise<string> {
  if (file !== undefined) return readUserText(file, { signal });
  return readUserText(await fileOfNix(env, signal)).catch(() => '');
}

async function fileOfNix(env: NodeJS.ProcessEnv, signal: AbortSignal | undefined): Promise<string> {
  try {
    const configuration = await showConfiguration(await detectVersion(env, signal), env, signal);
    return configuration.netrcFile ?? DEFAULT_FILE;
  } catch (error) {
    if (error instanceof StrataError) return DEFAULT_FILE;
    throw error;
  }
}

/**
 * What a netrc file says of a host, as curl reads it (the first entry that fits; `default` fits every host).
 *
 * @param login where the address names a user: only entries for that one fit
 */
export function loginFor(netrc: string, host: string, login?: string): Login | undefined {
  return entriesOf(netrc).find(
    (entry) =>
      (entry.host === null || entry.host.toLowerCase() === host.toLowerCase()) &&
      (login === undefined || entry.login === login),
  );
}

interface Entry extends Login {
  /** Null for `default`. */
  readonly host: string | null;
}

/** Words, in quotes where they hold spaces; `#` begins a comment at the start of a word. */
const WORD = /#.*|"((?:[^"\\]|\\.)*)"|(\S+)/g;

function entriesOf(netrc: string): Entry[] {
  // A macro for ftp goes on up to an empty line.
  const text = netrc.replace(/(?:^|\n)[ \t]*macdef\b[\s\S]*?(?:\n[ \t]*\n|$)/g, '\n');
  const words = [...text.matchAll(WORD)].flatMap(([, quoted, plain]) => {
    const word = quoted?.replace(/\\(.)/g, '$1') ?? plain;
    return word === undefined ? [] : [word];
  });
  const entries: { -readonly [Key in keyof Entry]: Entry[Key] }[] = [];
  while (words.length > 0) {
    const word = words.shift();
    const entry = entries.at(-1);
    if (word === 'machine') entries.push({ host: words.shift() ?? '', login: '', password: '' });
    else if (word === 'default') entries.push({ host: null, login: '', password: '' });
    else if (word === 'login' && entry !== undefined) entry.login = words.shift() ?? '';
    else if (word === 'password' && entry !== undefined) entry.password = words.shift() ?? '';
    else if (word === 'account') words.shift();
  }
  return entries;
}
