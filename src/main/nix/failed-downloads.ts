/** What Nix says of a file that it could not download; also in the log of a derivation that fetches something. */
export const DOWNLOAD = /unable to download '([^']+)': ([^\n;]+)/;

/** Why, as a clause: `Couldn't connect to server`, `HTTP error 404`, `the transfer broke off before the end`. */
export function downloadReason([, , text = '']: RegExpExecArray): string {
  if (/partial file/i.test(text)) return 'the transfer broke off before the end';
  const curl = /\(curl error: ([^)]+)\)/.exec(text)?.[1];
  if (curl !== undefined) return curl;
  const http = /HTTP error \d+/.exec(text)?.[0];
  // The number is curl's, and what is after it says the same in other words.
  return (
    http ??
    text
      .replace(/ \(\d+\).*$/, '')
      .replace(/\.$/, '')
      .trim()
  );
}

/** What can be wrong with a store path that a binary cache offers. */
export const SUBSTITUTION =
  /hash mismatch importing path '([^']+)';?\s+specified: (\S+)\s+got:\s+(\S+)|file '([^']+)' does not exist in binary cache '([^']+)'|(?:input compression not recognized|failed to (?:open|read|decompress)[^\n]*archive[^\n]*|(?:bad|truncated) archive[^\n]*|(?:Truncated|Corrupt|Damaged)[^\n]* input[^\n]*)/i;

export interface FailedSubstitution {
  /** As far as Nix names them. */
  readonly path: string | undefined;
  readonly cache: string | undefined;
  /** A clause: `its hash is … instead of …`. */
  readonly why: string;
}

export function failedSubstitution(match: RegExpExecArray): FailedSubstitution {
  const [text, path, specified, got, file, cache] = match;
  if (path !== undefined) return { path, cache, why: `its hash is ${got} instead of ${specified}` };
  if (file !== undefined) return { path, cache, why: `its file ${file} is missing there` };
  return { path, cache, why: `what is there is damaged (${text})` };
}
