import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';

/** A Debian system, as it is before Strata is there. */
export interface Root {
  readonly name: string;
  readonly title: string;
  readonly suite: string;
  /** Packages, of its own suite or another one, on top of another root. */
  readonly added?: { readonly to: Root; readonly suite: string; readonly packages: readonly string[] };
}

const DEBIAN_13 = { name: 'debian-13', title: 'Debian 13', suite: 'trixie' } as const satisfies Root;

export const ROOTS = [
  { name: 'debian-12', title: 'Debian 12', suite: 'bookworm' },
  DEBIAN_13,
  {
    name: 'newest-nix',
    title: "Debian 13, sid's Nix",
    suite: 'trixie',
    // Its Nix brings its Perl along, which Debian 13's modules of Perl, as sshd's set-up needs one, are not made for.
    added: { to: DEBIAN_13, suite: 'sid', packages: ['nix-bin', 'libtext-charwidth-perl'] },
  },
] as const satisfies readonly Root[];

const ENGINES_13 = {
  name: 'engines-13',
  title: 'Debian 13',
  suite: 'trixie',
  added: {
    to: DEBIAN_13,
    suite: 'trixie',
    packages: [
      ...[
        'docker.io',
        'docker-cli',
        'docker-compose',
        'docker-registry',
        'containerd',
        'containernetworking-plugins',
      ],
      ...['podman', 'buildah', 'skopeo', 'crun', 'passt', 'netavark', 'uidmap', 'fuse-overlayfs'],
      ...['umoci', 'oras', 'cosign', 'qemu-user-static', 'libcap2-bin', 'curl', 'jq'],
    ],
  },
} as const satisfies Root;

/** Where container engines and the tools of registries are. */
export const ENGINE_ROOTS = {
  stable: ENGINES_13,
  newest: {
    name: 'engines-newest',
    title: "Debian 13, sid's engines",
    suite: 'trixie',
    added: {
      to: ENGINES_13,
      suite: 'sid',
      packages: ['docker.io', 'docker-cli', 'containerd', 'podman', 'skopeo', 'umoci', 'oras', 'crane'],
    },
  },
} as const satisfies Readonly<Record<string, Root>>;

/** What the README wants to be there, and what makes users. */
const PACKAGES = ['nodejs', 'npm', 'git', 'passwd', 'util-linux', 'procps'];
/** Changes whenever a root is made another way, so that those of before are made again. */
const RECIPE = 2;

const enter = join(import.meta.dirname, 'enter.sh');

/** What entering a root takes, tried in an empty directory. */
const TRIAL = `
  mount -t proc proc /proc
  cd "$1" && mkdir root upper work merged
  mount -t overlay overlay -o lowerdir=root,upperdir=upper,workdir=work merged`;

/** Why no root can be entered here, with what it writes below a directory; undefined where one can. */
export async function whyNoRoots(directory: string): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'only Linux has namespaces';
  if (process.getuid?.() !== 0) return 'only root may make and enter roots of other releases';
  await mkdir(directory, { recursive: true });
  const trial = await mkdtemp(join(directory, 'trial-'));
  const inNamespaces = ['--mount', '--propagation', 'private', '--pid', '--fork', '--kill-child'];
  const tried = await execa('unshare', [...inNamespaces, 'bash', '-ec', TRIAL, 'trial', trial], {
    reject: false,
  });
  await rm(trial, { recursive: true, force: true });
  return tried.failed
    ? `this machine has no namespaces and overlays to enter a root in (${lastLine(tried)})`
    : undefined;
}

/**
 * The directory of a root, which is made unless it is there.
 *
 * @throws NoRoot where this machine cannot make one
 */
export async function obtainRoot(
  root: Root,
  directory: string,
  note: (line: string) => void,
): Promise<string> {
  const path = join(directory, 'roots', `${root.name}-${RECIPE}`);
  if (existsSync(path)) return path;
  const mirror = await debianMirror();
  const next = `${path}.next`;
  const log = `${path}.log`;
  await mkdir(join(directory, 'roots'), { recursive: true });
  await rm(next, { recursive: true, force: true });
  const { added } = root;
  if (added) {
    await execa('cp', ['-a', '--reflink=auto', await obtainRoot(added.to, directory, note), next]);
    note(`making ${root.title} …`);
    await inScript(['add', next, added.suite, mirror, ...added.packages], log);
  } else {
    await installDebootstrap(note);
    note(`making ${root.title} …`);
    await inScript(['make', next, root.suite, mirror, ...PACKAGES], log);
  }
  await rename(next, path);
  return path;
}

/** Why a root cannot be had on this machine: nothing that Strata could be blamed for. */
export class NoRoot extends Error {}

/** The mirror that this machine's own packages come from. */
async function debianMirror(): Promise<string> {
  const format = '$(ORIGIN) $(LABEL) $(REPO_URI)';
  const { stdout = '' } = await execa(
    'apt-get',
    ['indextargets', '--format', format, 'Created-By: Packages'],
    {
      reject: false,
    },
  );
  const mirror = /^Debian Debian (\S+)$/m.exec(stdout)?.[1];
  if (mirror === undefined) throw new NoRoot('apt names no Debian mirror here (after `apt-get update`)');
  return mirror;
}

async function installDebootstrap(note: (line: string) => void): Promise<void> {
  const path = `${process.env.PATH}:/usr/sbin:/sbin`;
  const found = await execa('sh', ['-c', 'command -v debootstrap'], { env: { PATH: path }, reject: false });
  if (!found.failed) return;
  note('installing debootstrap (apt-get) …');
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const installed = await execa(
    'apt-get',
    ['install', '-y', '-qq', '--no-install-recommends', 'debootstrap'],
    {
      env,
      reject: false,
    },
  );
  if (installed.failed) throw new NoRoot(`debootstrap cannot be installed (${lastLine(installed)})`);
}

async function inScript(args: readonly string[], log: string): Promise<void> {
  const result = await execa('bash', [enter, ...args], { reject: false, all: true, stdin: 'ignore' });
  await writeFile(log, result.all ?? '', { flag: 'a' });
  if (result.failed) throw new NoRoot(`${lastLine({ stderr: result.all ?? '' })} (more in ${log})`);
}

function lastLine({ stderr }: { readonly stderr?: string | undefined }): string {
  return stderr?.trim().split('\n').at(-1) ?? 'no reason given';
}
