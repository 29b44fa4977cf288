import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { raw, rawPath } from '../../../src/main/archive/raw-path.ts';
import { rootTree } from '../../../src/main/root/root.ts';
import { treeEntries } from '../../../src/main/root/root-tree.ts';
import type { ImageParts } from '../../../src/main/run/prepare-bwrap.ts';
import { whyNoBwrap } from '../../../src/main/run/probe-bwrap.ts';
import type { RunRequest } from '../../../src/main/run/request.ts';
import { repositoryRoot } from '../../support/cli.ts';
import { type FakeStore, fakeStore } from '../../support/fake-store.ts';
import { hostPrograms } from '../../support/host-programs.ts';
import { nodeAsOrdinaryUser, whyNoOrdinaryUser } from '../../support/ordinary-user.ts';
import type { RunOrder } from '../../support/run-process.ts';
import { PLAIN_RUN } from '../../support/run-request.ts';

/** Images of programs of this machine, run with the real bubblewrap: as root where this is root's, and as another. */
const isRoot = process.getuid?.() === 0;
const PROGRAMS = ['sh', 'id', 'ls', 'cat', 'env', 'touch', 'sleep', 'chmod', 'mkdir', 'stat', 'readlink'];
const ENTRIES = [
  { type: 'directory', path: raw`data`, mode: 0o750, uid: 1000, gid: 30 },
  { type: 'file', path: raw`data/note`, mode: 0o640, uid: 1000, gid: 30, text: 'written\n' },
  { type: 'file', path: raw`script`, mode: 0o755, text: '#!/usr/bin/perl\n' },
  { type: 'file', path: raw`plain`, mode: 0o644, text: 'text\n' },
] as const;
const PASSWD = 'root:x:0:0::/root:/bin/sh\napp:x:1000:1000::/data:/bin/sh\n';
const GROUP = 'root:x:0:\napp:x:1000:\nlog:x:30:app\n';

let store: FakeStore;
let image: ImageParts;
let directory: string;
let why: Readonly<Record<'root' | 'other', string | undefined>>;

beforeAll(async () => {
  store = fakeStore();
  chmodSync(store.root, 0o755);
  directory = mkdtempSync(join(tmpdir(), 'strata-run-'));
  chmodSync(directory, 0o1777);
  const programs = await hostPrograms(store, 'programs', PROGRAMS);
  const file = store.add('file', 'a store path that is a file\n');
  const link = store.add('link', { link: programs });
  store.add('hidden', { secret: 'not in the image' });
  const { root } = rootTree({ packages: [{ name: 'programs', path: programs, priority: 0 }] });
  // As of a store that lies elsewhere than its paths say.
  const said = (path: string) => path.slice(store.root.length);
  image = {
    config: { Env: ['PATH=/bin', 'A=image'] },
    storePaths: [programs, file, link].map(said).sort(),
    storeRoot: store.root,
    entries: [
      ...treeEntries(root).map((entry) =>
        entry.type === 'symlink' ? { ...entry, target: rawPath(said(entry.target)) } : entry,
      ),
      ...ENTRIES,
    ],
    passwd: PASSWD,
    group: GROUP,
  };
  why = { root: await whyNot('root'), other: await whyNot('other') };
});
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
  store.remove();
});

const SCRIPT = join(repositoryRoot, 'test/support/run-process.ts');

/** Where the numbers of processes begin anew, as in a container, and nobody has the first ones any more. */
const CONTAINER = [
  ...['--mount', '--pid', '--mount-proc', '--fork', '--kill-child'],
  ...['sh', '-c', 'for each in 2 3 4 5 6 7 8 9; do (exit); done; "$@"; exit $?', 'sh'],
];

function run(user: 'root' | 'other' | 'container', words: readonly string[], more: Partial<RunRequest> = {}) {
  const order: RunOrder = {
    image,
    request: { ...PLAIN_RUN, command: words, ...more },
    cacheDirectory: join(directory, user),
  };
  const args = [SCRIPT, JSON.stringify(order)];
  if (user === 'container')
    return execa('unshare', [...CONTAINER, process.execPath, ...args], { reject: false });
  return user === 'other' ? nodeAsOrdinaryUser(args) : execa(process.execPath, args, { reject: false });
}
const sh = (user: 'root' | 'other', script: string, more: Partial<RunRequest> = {}) =>
  run(user, ['sh', '-c', script], more);

async function whyNot(user: 'root' | 'other'): Promise<string | undefined> {
  if (user === 'root' && !isRoot) return 'it is not root that runs the tests';
  const denied = user === 'other' ? await whyNoOrdinaryUser() : undefined;
  if (denied !== undefined) return denied;
  const denial = await whyNoBwrap(user === 'other' && isRoot ? { uid: 65_534, gid: 65_534 } : undefined);
  return denial && `namespaces are not to be had: ${denial}`;
}

describe.each(['root', 'other'] as const)('bubblewrap, run by %s', (user) => {
  const when = (name: string, test: () => Promise<void>) =>
    it(name, async ({ skip }) => {
      const reason = why[user];
      if (reason !== undefined) skip(reason);
      await test();
    });

  when('gives the program its environment, its user and its directory', async () => {
    const { stdout, stderr } = await sh(user, 'id -u; id -g; readlink /proc/self/cwd; env', {
      user: 'app',
      environment: ['B=mine'],
      workingDirectory: '/made/for/it',
    });
    expect(stderr).toBe('');
    const [uid, gid, cwd, ...variables] = stdout.split('\n');
    expect([uid, gid, cwd]).toEqual(['1000', '1000', '/made/for/it']);
    expect(variables.filter((each) => !/^(_|SHLVL|PWD|OLDPWD)=/.test(each)).sort()).toEqual([
      'A=image',
      'B=mine',
      'HOME=/data',
      'HOSTNAME=box',
      'PATH=/bin',
    ]);
  });

  when('has the store paths of the image, read-only, and no other', async () => {
    const names = [...image.storePaths].map((path) => posix.basename(path)).sort();
    const { stdout } = await sh(
      user,
      `ls /nix/store; cat /nix/store/*-file; for path in /nix/store/*; do
         ls -d $path/ >/dev/null 2>&1 && touch $path/x 2>/dev/null && echo "$path was written to"; done; exit 0`,
    );
    expect(stdout.split('\n')).toEqual([...names, 'a store path that is a file']);
  });

  when('has a root of its own to write to, which is gone afterwards', async () => {
    const script =
      'cat /tmp/left 2>/dev/null; echo x >/tmp/left && mkdir /tmp/closed && touch /tmp/closed/f && chmod 0 /tmp/closed';
    expect(await sh(user, script)).toMatchObject({ exitCode: 0, stdout: '' });
    expect(await sh(user, script)).toMatchObject({ exitCode: 0, stdout: '' });
    expect(readdirSync(join(directory, user, 'runs'))).toEqual([]);
  });

  when('has no network but its own', async () => {
    const { stdout } = await sh(user, 'cat /proc/net/dev');
    expect(stdout.match(/^\s*\w+:/gm)?.map((name) => name.trim())).toEqual(['lo:']);
  });

  when('gives back how the program ended', async () => {
    expect((await sh(user, 'exit 37')).exitCode).toBe(37);
    expect((await sh(user, 'kill -9 $$')).exitCode).toBe(137);
  });

  when('passes signals on', async () => {
    const { stdout, exitCode } = await sh(
      user,
      `trap 'echo ended; exit 5' TERM; touch /shared/ready; while :; do sleep 0.1; done`,
      { volumes: [{ from: signalled(user, 'SIGTERM'), to: '/shared', isReadOnly: false }] },
    );
    expect({ stdout, exitCode }).toEqual({ stdout: 'ended', exitCode: 5 });
  });

  when('ends with whoever runs it, and the next run takes away what it left', async () => {
    const place = signalled(user, 'SIGKILL');
    const mark = `marked-${user}-${process.pid}`;
    await sh(user, `: ${mark}; touch /shared/ready; while :; do sleep 0.1; done`, {
      volumes: [{ from: place, to: '/shared', isReadOnly: false }],
    });
    expect(readdirSync(join(directory, user, 'runs'))).toHaveLength(1);
    const left = () => processes().filter(({ words }) => words.some((word) => word.startsWith(`: ${mark}`)));
    await expect.poll(left, { timeout: 20_000 }).toEqual([]);
    expect((await sh(user, 'true')).exitCode).toBe(0);
    expect(readdirSync(join(directory, user, 'runs'))).toEqual([]);
  });

  when('mounts what is asked for', async () => {
    const from = join(directory, `${user}-volume`);
    mkdirSync(from, { recursive: true });
    writeFileSync(join(from, 'file'), 'outside\n');
    const volumes = [
      { from, to: '/new/place', isReadOnly: true },
      { from: join(from, 'file'), to: '/etc/one', isReadOnly: true },
    ];
    const { stdout, exitCode } = await sh(
      user,
      'cat /new/place/file /etc/one; touch /new/place/x 2>/dev/null || exit 4',
      { volumes },
    );
    expect({ stdout, exitCode }).toEqual({ stdout: 'outside\noutside', exitCode: 4 });
  });

  when('lets nothing but scratch places be written with a read-only root', async () => {
    const { stdout } = await sh(
      user,
      'for place in / /etc /data /tmp /run /var/tmp; do touch $place/x 2>/dev/null && echo $place; done; exit 0',
      { isReadOnly: true },
    );
    expect(stdout.split('\n')).toEqual(['/tmp', '/run', '/var/tmp']);
  });

  when('says what is not in the image', async () => {
    const errors = [
      [['bash'], 'program-missing: bash is not in the image on its PATH (/bin).'],
      [['/opt/x'], 'program-missing: /opt/x is not in the image.'],
      [['/script'], 'program-missing: /usr/bin/perl is not in the image, and /script is run by it.'],
      [['/plain'], 'program-unusable: /plain is in the image and is no program.'],
    ] as const;
    for (const [words, message] of errors) {
      expect(await run(user, words)).toMatchObject({ exitCode: 99, stderr: `StrataError ${message}` });
    }
    const volumes = [{ from: directory, to: '/bin/sh', isReadOnly: true }];
    expect((await sh(user, 'true', { volumes })).stderr).toMatch(/is a file in the image/);
    expect(readdirSync(join(directory, user, 'runs'))).toEqual([]);
  });

  when('shows who owns what', async () => {
    const { stdout } = await sh(user, "stat -c '%a %u:%g %Y' /data /data/note /bin /etc/passwd; id -G", {
      user: 'app',
    });
    const [data, note, bin, passwd, groups] = stdout.split('\n');
    if (user === 'root') {
      expect([data, note, bin]).toEqual(['750 1000:30 1', '640 1000:30 1', '755 0:0 1']);
      expect([passwd, groups]).toEqual(['644 0:0 1', '1000 30']);
    } else {
      // Whoever is not root has one user there, and owns all of it.
      expect([data, note, bin]).toEqual(['750 1000:1000 1', '640 1000:1000 1', '755 1000:1000 1']);
    }
  });
});

/** A directory; once there is a file `ready` in it, the process that runs the image with it gets the signal. */
function signalled(user: string, signal: NodeJS.Signals): string {
  const place = join(directory, `${user}-${signal}`);
  mkdirSync(place, { recursive: true });
  chmodSync(place, 0o777);
  const timer = setInterval(() => {
    if (!existsSync(join(place, 'ready'))) return;
    clearInterval(timer);
    for (const { pid, words } of processes()) {
      const [, script, order = ''] = words;
      if (script === SCRIPT && order.includes(place)) process.kill(pid, signal);
    }
  }, 20);
  return place;
}

function processes(): readonly { readonly pid: number; readonly words: readonly string[] }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const words = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0');
        return [{ pid: Number(name), words }];
      } catch {
        return [];
      }
    });
}

it('bubblewrap, run in a container, finds its own processes', async ({ skip }) => {
  if (why.root !== undefined) skip(why.root);
  expect(await run('container', ['id', '-u'])).toMatchObject({ exitCode: 0, stdout: '0' });
});
