import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { execa } from 'execa';
import { freePort } from '../../../support/free-port.ts';
import type { IsolatedNix } from './isolated-nix.ts';
import { removeDirectory } from './isolated-nix.ts';

/** Another machine, as far as Nix can tell: a real SSH server on loopback, whose Nix has a store of its own. */
export interface SshMachine {
  /** `ssh-ng://127.0.0.1`; the port and the keys are in {@link env}. */
  readonly store: string;
  /** To run clients in, whose SSH knows the server and is let in. */
  readonly env: NodeJS.ProcessEnv;
  /** The same, but for options of SSH that replace those. */
  readonly envWith: (options: Partial<SshOptions>) => NodeJS.ProcessEnv;
  /** A key that lets nobody in. */
  readonly otherKey: string;
  /** Whether programs are found there. */
  readonly setHasNix: (hasNix: boolean) => Promise<void>;
  /** Ends the connections that there are, as where the machine or the network goes away. */
  readonly disconnect: () => Promise<void>;
  /** Nothing is built there any more. */
  readonly forget: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

interface SshOptions {
  readonly port: number;
  readonly key: string;
  readonly knownHosts: string;
}

const SSHD = '/usr/sbin/sshd';

/** Why there can be none here; undefined where there can. */
export function noSshMachine(): string | undefined {
  return existsSync(SSHD) ? undefined : `${SSHD} is not installed (Debian: openssh-server).`;
}

/** @param settings of the other machine's nix.conf */
export async function sshMachine(nix: IsolatedNix, settings: readonly string[]): Promise<SshMachine> {
  const directory = join(nix.directory, 'ssh');
  const at = (name: string) => join(directory, name);
  const root = join(nix.directory, 'other-machine');
  await mkdir(directory);
  for (const name of ['host-key', 'key', 'other-key'])
    await execa('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', at(name)]);
  // Where sshd runs as root, it wants an empty directory that belongs to root.
  if (process.getuid?.() === 0) await mkdir('/run/sshd', { recursive: true, mode: 0o755 });

  const setHasNix = async (hasNix: boolean): Promise<void> => {
    const remote = {
      PATH: hasNix ? (process.env.PATH ?? '') : '/nowhere',
      HOME: nix.directory,
      NIX_STORE_DIR: nix.storeDirectory,
      NIX_CONF_DIR: directory,
      NIX_REMOTE: `local?root=${root}`,
    };
    const exports = Object.entries(remote).map(([name, value]) => `export ${name}='${value}'`);
    const script = ['#!/bin/sh', ...exports, 'exec /bin/sh -c "$SSH_ORIGINAL_COMMAND"', ''].join('\n');
    await writeFile(at('command'), script);
    await chmod(at('command'), 0o755);
  };
  await setHasNix(true);
  await writeFile(at('nix.conf'), ['build-users-group =', 'substituters =', ...settings, ''].join('\n'));

  const port = await freePort();
  await writeFile(
    at('sshd_config'),
    [
      `Port ${port}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${at('host-key')}`,
      'PidFile none',
      `AuthorizedKeysFile ${at('key.pub')}`,
      'StrictModes no',
      'PasswordAuthentication no',
      'KbdInteractiveAuthentication no',
      `ForceCommand ${at('command')}`,
      '',
    ].join('\n'),
  );
  const server = spawn(SSHD, ['-D', '-e', '-f', at('sshd_config')], { stdio: ['ignore', 'ignore', 'pipe'] });
  const hostKey = (await readFile(at('host-key.pub'), 'utf8')).split(' ').slice(0, 2).join(' ');
  await writeFile(at('known-hosts'), `[127.0.0.1]:${port} ${hostKey}\n`);

  const envWith = (changed: Partial<SshOptions>): NodeJS.ProcessEnv => {
    const options = { port, key: at('key'), knownHosts: at('known-hosts'), ...changed };
    return {
      ...nix.env,
      NIX_SSHOPTS: [
        ['-F', 'none'],
        ['-p', options.port],
        ['-i', options.key],
        ['-o', 'IdentitiesOnly=yes'],
        ['-o', `UserKnownHostsFile=${options.knownHosts}`],
        ['-o', 'StrictHostKeyChecking=yes'],
      ]
        .flat()
        .join(' '),
    };
  };
  await listening(server);
  return {
    store: 'ssh-ng://127.0.0.1',
    env: envWith({}),
    envWith,
    otherKey: at('other-key'),
    setHasNix,
    async disconnect() {
      if (server.pid !== undefined) await killBelow(server.pid);
    },
    forget: () => (existsSync(root) ? removeDirectory(root) : Promise.resolve()),
    async stop() {
      server.kill();
      if (server.exitCode === null) await once(server, 'exit');
    },
  };
}

/** Nobody else reads what the server says: from then on it is thrown away. */
async function listening(server: ChildProcessByStdio<null, null, Readable>): Promise<void> {
  let said = '';
  await new Promise<void>((resolve, reject) => {
    server.stderr.on('data', (data: Buffer) => {
      said += data.toString();
      if (said.includes('Server listening')) resolve();
    });
    server.once('error', reject);
    server.once('exit', () => reject(new Error(`The SSH server did not start: ${said}`)));
  });
}

/** What a process has started; each connection is a process or two of the server's, and what runs there. */
async function killBelow(pid: number): Promise<void> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  for (const child of children.split(' ').filter((text) => text.trim() !== '')) {
    await killBelow(Number(child));
    try {
      process.kill(Number(child), 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }
}
