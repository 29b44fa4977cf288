import { withoutCredentials } from '../../shared/without-credentials.ts';

/**
 * The command that prints the whole log of a derivation: it is kept where the build was asked for. What a machine of
 * `--builders` builds is asked for here; what another store builds, there, and SSH does not hand logs on.
 *
 * @param store that builds, as `--store`; Nix's own choice where it is left out
 */
export function readLogCommand(derivation: string, store?: string): string {
  if (store === undefined) return `nix-store --read-log ${derivation}`;
  const [, host, port, query] = /^ssh(?:-ng)?:\/\/([^/?:]+)(?::(\d+))?[^?]*(?:\?(.*))?$/.exec(store) ?? [];
  if (host === undefined) {
    return `nix-store --store ${quoted(withoutCredentials(store))} --read-log ${derivation}`;
  }
  const remote = new URLSearchParams(query).get('remote-store');
  const inStore = remote === null ? '' : ` --store ${quoted(remote)}`;
  return `ssh ${port === undefined ? '' : `-p ${port} `}${host} nix-store${inStore} --read-log ${derivation}`;
}

/** As a shell takes it. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
