import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { execa } from 'execa';
import { NoRoot } from '../worlds/roots.ts';

const enter = join(import.meta.dirname, '../worlds/enter.sh');
const INSIDE = '/data/inside';
const ENVIRONMENT = {
  root: ['CONTAINERD_ADDRESS=/run/containerd-own.sock', 'PODMAN_IGNORE_CGROUPSV1_WARNING=1'],
  ada: ['XDG_RUNTIME_DIR=/run/user/1000', 'PODMAN_IGNORE_CGROUPSV1_WARNING=1'],
};
/** What a command may take; one that takes longer has failed. */
const TIMEOUT_SECONDS = 300;

/** What a command printed, and its exit code. */
export interface Ended {
  readonly exitCode: number;
  readonly output: string;
}

/** A root whose daemons run. Everything that they write ends with it. */
export interface Session {
  /** `127.0.0.1:PORT` of the root's registry. */
  readonly registry: string;
  /** The directory on this machine that is /data in the root. */
  readonly data: string;
  /** A directory of programs on this machine that run those of the root, where `data` has the same path. */
  readonly programs: string;
  /** Runs a script of bash in the root, as a user of it. */
  run(user: 'root' | 'ada', script: string): Promise<Ended>;
  stop(): Promise<void>;
}

export interface SessionOptions {
  /** Of the root, as `obtainRoot` gives it. */
  readonly root: string;
  /** Emptied first. */
  readonly state: string;
  readonly registryPort: number;
  /** Where docker keeps images. */
  readonly store: 'overlay2' | 'containerd';
}

/** @throws NoRoot where the daemons do not start on this machine */
export async function startSession({ root, state, registryPort, store }: SessionOptions): Promise<Session> {
  const data = join(state, 'data');
  await rm(state, { recursive: true, force: true });
  await mkdir(data, { recursive: true });
  await cp(join(import.meta.dirname, 'inside'), join(data, 'inside'), { recursive: true });
  const script = [
    `mkdir -p /etc/containers/registries.conf.d ${data} && mount --bind /data ${data}`,
    'useradd --create-home --shell /bin/bash ada',
    `bash ${INSIDE}/start.sh ${registryPort} ${store}`,
    'echo started && exec sleep infinity',
  ].join(' && ');
  const subprocess = execa('bash', [enter, 'run', root, state, 'root', script], {
    reject: false,
    stdin: 'ignore',
    stderr: 'inherit',
    killSignal: 'SIGKILL',
  });
  const said = await untilStarted(subprocess.stdout);
  const { pid } = subprocess;
  if (said !== undefined || pid === undefined) throw new NoRoot(`its daemons do not start (${said})`);
  const first = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  const into = (user: keyof typeof ENVIRONMENT): readonly string[] => [
    ...['nsenter', '--target', first.trim(), '--mount', '--pid', '--root', '--wdns=/', '--', 'env', '-i'],
    ...[`HOME=${user === 'root' ? '/root' : `/home/${user}`}`, `USER=${user}`, 'LANG=C.UTF-8'],
    ...['PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin', ...ENVIRONMENT[user]],
    ...['setpriv', '--reuid', user, '--regid', user, '--init-groups'],
  ];
  const programs = join(state, 'programs');
  await mkdir(programs);
  for (const program of ['docker', 'podman', 'ctr']) {
    // In the directory that it is called in.
    const [enterProgram, ...words] = into('root').map((word) =>
      word === '--wdns=/' ? '--wdns="$PWD"' : word,
    );
    const script = `#!/bin/sh\nexec ${enterProgram} ${words.join(' ')} ${program} "$@"\n`;
    await writeFile(join(programs, program), script, { mode: 0o755 });
  }
  return {
    registry: `127.0.0.1:${registryPort}`,
    data,
    programs,
    async run(user, command) {
      const [program = '', ...words] = into(user);
      const limit = ['timeout', '--kill-after=10', `${TIMEOUT_SECONDS}`];
      const bash = ['bash', '-euo', 'pipefail', '-c', `cd\n${command}`];
      const result = await execa(program, [...words, ...limit, ...bash], {
        reject: false,
        all: true,
        stdin: 'ignore',
      });
      return { exitCode: result.exitCode ?? 1, output: result.all ?? '' };
    },
    async stop() {
      subprocess.kill('SIGKILL');
      await subprocess;
    },
  };
}

/** What was said last, where it ended before it said that it has started. */
async function untilStarted(output: Readable): Promise<string | undefined> {
  let said = 'no reason given';
  const lines = createInterface({ input: output });
  return new Promise((resolve) => {
    lines.on('line', (line) => {
      if (line === 'started') resolve(undefined);
      else said = line;
    });
    lines.once('close', () => resolve(said));
  });
}
