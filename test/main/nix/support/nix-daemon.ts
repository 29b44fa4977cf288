import { existsSync } from 'node:fs';
import { chmod, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { type IsolatedNix, PROGRAMS_IN_SANDBOX } from './isolated-nix.ts';

export interface NixDaemon {
  /** To run clients in. */
  readonly env: NodeJS.ProcessEnv;
  readonly socket: string;
  readonly stop: () => Promise<void>;
}

/** Of clients that it does not trust, it takes none of theirs. */
const SETTINGS = ['build-users-group =', 'substituters =', PROGRAMS_IN_SANDBOX].join('\n');

/** A Nix daemon of its own for a store of its own. Root is trusted by it, others are not. */
export async function nixDaemon(nix: IsolatedNix): Promise<NixDaemon> {
  await chmod(nix.directory, 0o755);
  const socket = join(nix.directory, 'var', 'daemon-socket', 'socket');
  const daemon = execa('nix-daemon', [], {
    env: { ...nix.env, NIX_CONFIG: SETTINGS },
    extendEnv: false,
    reject: false,
    killDescendants: true,
  });
  while (!existsSync(socket)) await delay(20);
  return {
    env: { ...nix.env, NIX_REMOTE: 'daemon', NIX_DAEMON_SOCKET_PATH: socket },
    socket,
    async stop() {
      daemon.kill();
      await daemon;
      await rm(socket, { force: true });
    },
  };
}
