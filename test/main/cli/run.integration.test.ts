import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IMAGE_PRESETS } from '../../../src/shared/image-presets.ts';
import { emptyCache, type TestCache } from '../../support/cache.ts';
import { repositoryRoot, strata, temporaryDirectory } from '../../support/cli.ts';
import { whyNoStarter } from '../starter/nix.ts';

/** `strata run` with real packages, and the same image as podman runs it. */
let directory: { path: string; remove: () => Promise<void> };
let cache: TestCache;
let env: Readonly<Record<string, string>>;
let why: Readonly<Record<'bwrap' | 'podman', string | undefined>>;

beforeAll(async () => {
  directory = await temporaryDirectory('run');
  cache = await emptyCache();
  // Where cgroups and limits are not this machine's to give, podman runs all the same.
  await writeFile(
    at('containers.conf'),
    '[containers]\ndefault_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]\n' +
      '[engine]\ncgroup_manager = "cgroupfs"\nevents_logger = "file"\nruntime = "runc"\n',
  );
  await writeFile(
    at('storage.conf'),
    `[storage]\ndriver = "vfs"\ngraphroot = "${at('graph')}"\nrunroot = "${at('runroot')}"\n`,
  );
  env = {
    ...cache.env,
    CONTAINERS_CONF: at('containers.conf'),
    CONTAINERS_STORAGE_CONF: at('storage.conf'),
  };
  why = { bwrap: await whyNot('bwrap'), podman: await whyNot('podman') };
});
afterAll(async () => {
  await execa('podman', ['system', 'reset', '--force'], { env, reject: false });
  await cache.remove();
  await directory.remove();
});

const at = (name: string) => join(directory.path, name);
const PACKAGES = ['-p', 'bash,coreutils', '--source', 'starter'];
const run = (...args: readonly string[]) => strata(['run', ...PACKAGES, ...args], { env });

async function whyNot(engine: 'bwrap' | 'podman'): Promise<string | undefined> {
  const { exitCode, stderr } = await run('--with', engine, '--', 'true');
  return exitCode === 125 || exitCode === 126
    ? `${engine} does not work here: ${stderr.split('\n').at(-1)}`
    : undefined;
}

describe.skipIf(whyNoStarter !== undefined)('strata run', () => {
  it('runs a program, with its exit code, and says what is not in the image', async ({ skip }) => {
    const reason = why.bwrap;
    if (reason !== undefined) {
      console.log(`Skipped: ${reason}`);
      skip();
    }
    expect(await run('--', 'bash', '-c', 'echo $0 "$@"; exit 9', '--with', 'a b')).toMatchObject({
      exitCode: 9,
      stdout: '--with a b',
    });
    const missing = await run('--', 'python3');
    expect(missing.exitCode).toBe(127);
    expect(missing.stderr).toMatch(/python3 is not in the image.*\nhint: Add it with -p python3\./);
  });

  it('adds a shell for one run to an image that has none', async ({ skip }) => {
    const reason = why.bwrap;
    if (reason !== undefined) {
      console.log(`Skipped: ${reason}`);
      skip();
    }
    const shell = await strata(
      ['shell', '-p', 'hello', '--source', 'starter', '--', '-c', 'hello; ls /nix/store'],
      {
        env,
      },
    );
    expect(shell.stderr).toContain('The image has no shell: bash and coreutils are added for this run.');
    expect(shell.stdout).toMatch(/^Hello, world!\n(.+\n)*.*-bash-/);
  });

  it('runs three servers, each as its own user in its own directory', async ({ skip }) => {
    const reason = why.bwrap;
    if (reason !== undefined) {
      console.log(`Skipped: ${reason}`);
      skip();
    }
    const sql = "select 6 * 7, now() at time zone 'Europe/Berlin' is not null";
    const script = `
      bash /etc/services.d/start.sh > /tmp/log 2>&1 &
      for _ in {1..300}; do
        curl -sf localhost:8080 && redis-cli ping && psql -h /run/postgresql -U postgres -Atc "${sql}" && break
        sleep 0.1
      done 2> /dev/null > /tmp/answers
      tail -n 3 /tmp/answers
      stat -c '%U %n' /var/lib/{postgresql/data/PG_VERSION,redis,nginx}
      for process in /proc/[0-9]*; do
        case $(< "$process/comm") in nginx | redis-server | postgres) stat -c %U "$process" ;; esac
      done | sort -u`;
    const example = join(repositoryRoot, 'examples/services.strata.json');
    const words = ['run', example, '--source', 'starter', '--', 'bash', '-c', script];
    const { stdout } = await strata(words, { env });
    expect(stdout.split('\n')).toEqual([
      'served by nginx',
      'PONG',
      '42|t',
      'postgres /var/lib/postgresql/data/PG_VERSION',
      'redis /var/lib/redis',
      'nginx /var/lib/nginx',
      'nginx',
      'postgres',
      'redis',
    ]);
  });

  it('refuses what cannot be run', async () => {
    expect(await strata(['run', '-p', 'hello', '-p', 'jq'], { env })).toMatchObject({ exitCode: 2 });
    expect((await run('--memory', '1g', '--with', 'bwrap', '--', 'true')).stderr).toContain(
      'bubblewrap cannot limit what a program takes (memory).',
    );
    expect((await run('one', 'two', '--', 'true')).stderr).toContain(
      'Several documents are named: one, two.',
    );
  });

  /** What a program sees of its container, without what is the container's own. */
  const LOOK = [
    'id -u; id -g; id -G',
    'pwd',
    'umask',
    `while IFS= read -r -d '' setting; do
       case $setting in HOSTNAME=* | TERM=* | container=* | SHLVL=* | PWD=* | OLDPWD=* | _=*) ;; *) echo "$setting" ;; esac
     done < <(sort -z /proc/$$/environ)`,
    // What is mounted there is of whoever mounts it.
    "cd /; stat -c '%A %u:%g %h %n' [!dps]* share; stat -c '%Y %n' bin libexec nix root share usr var",
    'ls -ln /bin /nix /usr /var /root 2>&1',
    'ls -ln /nix/store | tail -n +2',
    'cat /etc/group /etc/nsswitch.conf',
    'touch /tmp/x && echo wrote; touch /etc/x 2>/dev/null && echo "wrote to /etc"',
    'touch /nix/store/*-bash-*/x 2>/dev/null && echo "wrote to a store path"',
  ].join('; ');

  it.each([
    [[]],
    [['--user', 'nobody', '--env', 'A=b c', '--workdir', '/tmp']],
    [['--user', '1000:65534']],
    [['--read-only']],
  ])('is the same as in podman with %j', async (options) => {
    const reason = why.bwrap ?? why.podman;
    if (reason !== undefined) {
      console.log(`Skipped: ${reason}`);
      return;
    }
    const [ours, theirs] = [
      await run('--with', 'bwrap', ...options, '--', 'bash', '-c', LOOK),
      await run('--with', 'podman', ...options, '--', 'bash', '-c', LOOK),
    ];
    expect(theirs.stdout).toContain('0022');
    expect(ours.stdout.split('\n')).toEqual(theirs.stdout.split('\n'));
    expect(ours.exitCode).toBe(theirs.exitCode);
  });
});

const SERVES = `
  await import('/srv/app/server.mjs');
  console.log(await (await fetch('http://127.0.0.1:3000/x')).text(), process.getuid());
  process.exit();
`;
const VISITS =
  'import app, os; client = app.app.test_client(); print(client.get("/").text, client.get("/").text, os.getuid())';

/** What the window offers to begin with, each by what it says of itself. */
describe.skipIf(whyNoStarter !== undefined)('an image of a preset', () => {
  it.each([
    ['web-service', ['-t'], 0, /configuration file \/etc\/nginx\/web.conf test is successful/],
    ['cli-tool', ['-n', '6 * 7'], 0, /^42$/m],
    ['python-app', ['python3', '-c', VISITS], 0, /^Visit 1\n Visit 2\n 1000$/m],
    ['node-app', ['node', '--input-type=module', '-e', SERVES], 0, /^Hello from \/x\n 1000$/m],
    ['ci-nix', ['bash', '-c', 'nix-store --verify && git --version'], 0, /^git version/m],
    ['distroless', ['sh'], 127, /sh is not in the image/],
  ] as const)('%s does what it is for', async (id, words, exitCode, said) => {
    if (why.bwrap !== undefined) return console.log(`Skipped: ${why.bwrap}`);
    const example = join(repositoryRoot, `examples/${id}.strata.json`);
    const run = await strata(['run', example, '--source', 'starter', '--', ...words], { env });
    expect(`${run.stdout}\n${run.stderr}`).toMatch(said);
    expect(run.exitCode).toBe(exitCode);
  });

  it('is there for each that the window offers', () => {
    for (const { id } of IMAGE_PRESETS)
      expect(existsSync(join(repositoryRoot, `examples/${id}.strata.json`)), id).toBe(true);
  });
});
