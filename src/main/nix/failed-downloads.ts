/** What Nix says of a file that it could not download; also in the log of a derivation that fetches something. */
export const DOWNLOAD = /unable to download '([^']+)': ([^\n;]+)/;

/** The same of a file that belongs to a binary cache. */
export const CACHE_FILE =
  /unable to download '([^']+\/(?:[0-9a-z]{32}\.narinfo|nar\/[^'/]+|nix-cache-info))': ([^\n;]+)/;

/** Why, as a clause: `Couldn't connect to server`, `HTTP error 404`, `the transfer broke off before the end`. */
export function downloadReason([, , text = '']: RegExpExecArray): string {
  if (/partial file/i.test(text)) return 'the transfer broke off before the end';
  const curl = /\(curl error: ([^)]+)\)/.exec(text)?.[1];
  if (curl !== undefined) return curl;
  const http = /HTTP error \d+/.exec(text)?.[0];
  if (http === 'HTTP error 401')
    return "it asks for a password that the file of Nix's setting netrc-file lacks";
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

/** @param cacheFiles the store path that a file of a binary cache is about, by the file's address */
export function failedSubstitution(
  match: RegExpExecArray,
  cacheFiles: Readonly<Record<string, string>>,
): FailedSubstitution {
  const [text, mismatched, specified, got, file, cache] = match;
  const path = mismatched ?? cacheFiles[`${cache}/${file}`];
  if (mismatched !== undefined) return { path, cache, why: `its hash is ${got} instead of ${specified}` };
  // Nix takes the statuses 403, 404 and 410 for the same.
  if (file !== undefined)
    return { path, cache, why: `its file ${file} is missing there, or may not be read` };
  return { path, cache, why: `what is there is damaged (${text})` };
}

/** The cache that a file belongs to, by the file's address; undefined for what is no file of a binary cache. */
export function cacheOfFile(url: string): string | undefined {
  return /^(.*)\/(?:[0-9a-z]{32}\.narinfo|nar\/[^/]+|nix-cache-info)$/.exec(url)?.[1];
}
