import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { StrataError } from '../../shared/errors.ts';
import type { StoreProblem } from './store-access.ts';
import { localGroups, userName } from './user-groups.ts';

/** What lets a user who is not root build. */
export const STORE_HINT =
  'Let your user own the store: `sudo install -d -o "$USER" /nix`, or `sudo chown -R "$USER" /nix` where root has ' +
  'used it. For several users run the Nix daemon (on Debian: package nix-setup-systemd, and the group nix-users).';

/** What makes the daemon trust a user: as much as giving them root (nix.conf(5), `trusted-users`). */
export const TRUST_HINT =
  'Whoever administers this machine can add you to trusted-users in /etc/nix/nix.conf and restart the daemon, which is ' +
  'as good as making you root.';

/** Why the store cannot be reached, and what to do about it. @param socket of the daemon */
export function storeError(problem: StoreProblem, socket: string): StrataError {
  const error = (message: string, hint: string) =>
    new StrataError('nix-failed', message, { hint, details: { reason: problem } });
  switch (problem) {
    case 'daemon-forbidden':
      return error(...forbidden(socket));
    case 'daemon-not-running':
      return error(
        'The Nix daemon is not running.',
        existsSync('/run/systemd/system')
          ? 'Start it: `sudo systemctl start nix-daemon.socket`.'
          : 'Start it: `sudo nix-daemon`, in a terminal of its own or as a service.',
      );
    case 'not-writable':
      return error('The Nix store is not writable for this user.', STORE_HINT);
    case 'no-namespaces':
      return error(
        'The Nix store is not writable for this user, and this machine does not let users have one of their own: that takes user namespaces.',
        STORE_HINT,
      );
  }
}

/** Debian lets only a group reach the daemon. */
function forbidden(socket: string): readonly [message: string, hint: string] {
  const id = groupOf(dirname(socket));
  const group = localGroups()?.find((each) => each.id === id);
  if (group === undefined || group.id === 0)
    return [
      `The Nix daemon is not for this user: ${socket} may not be opened.`,
      'Ask who runs it for access.',
    ];
  const user = userName();
  if (user !== undefined && group.members.includes(user))
    return [
      `The Nix daemon is for the group ${group.name}, and this session began before you were in it.`,
      'Log out and in again.',
    ];
  return [
    `The Nix daemon is for the group ${group.name}, and you are not in it.`,
    `Join it, \`sudo usermod -aG ${group.name} ${user ?? '"$USER"'}\`, then log out and in again.`,
  ];
}

function groupOf(directory: string): number | undefined {
  try {
    return statSync(directory).gid;
  } catch {
    return undefined;
  }
}
