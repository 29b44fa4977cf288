import type { Volume } from './request.ts';
import type { RunSettings } from './settings.ts';

/** Descriptors that bubblewrap is given. */
export const FD = {
  /** Its options: not on its command line, which every user of the machine can read, since values may be secrets. */
  options: 3,
  /** It says when its child is there. */
  child: 4,
  /** Its child waits here, until it has its users and is known. */
  go: 5,
} as const;

export interface BwrapInput {
  readonly settings: RunSettings;
  /** The root file system on disk; the store paths are mounted in it by the table. */
  readonly root: string;
  /** A table as of fstab(5), of what is mounted first. */
  readonly mountTable: string;
  /** Whether root runs this, who can give the program every user of the image. */
  readonly asRoot: boolean;
  /** With places that are resolved in the image, and there. */
  readonly volumes: readonly Volume[];
  /** Directories that stay writable where the root is not: the image's volumes. */
  readonly writable: readonly string[];
  readonly isReadOnly: boolean;
  readonly hasNetwork: boolean;
}

export interface BwrapCommand {
  readonly words: readonly [string, ...string[]];
  /** What is to be written to {@link FD.options}. */
  readonly options: string;
}

/** What root may do in a container of podman or docker, unless it is told otherwise. */
const CAPABILITIES: readonly string[] = [
  'CAP_CHOWN',
  'CAP_DAC_OVERRIDE',
  'CAP_FOWNER',
  'CAP_FSETID',
  'CAP_KILL',
  'CAP_NET_BIND_SERVICE',
  'CAP_SETFCAP',
  'CAP_SETGID',
  'CAP_SETPCAP',
  'CAP_SETUID',
  'CAP_SYS_CHROOT',
];

/** Where podman, with a read-only root, has file systems in memory. */
const SCRATCH = [
  ['/run', '0755'],
  ['/tmp', '1777'],
  ['/var/tmp', '1777'],
] as const;

const MOUNT_ALL = 'umask 022; mount --no-mtab --no-canonicalize --all --fstab "$1" || exit; shift; exec "$@"';

/**
 * The command that runs a program with bubblewrap. Around it, unshare(1) gives a mount namespace in which mount(8) mounts
 * every store path: bubblewrap reads the whole list of mounts for each that it makes, which takes 10 s for 2,000. It also
 * gives a PID namespace whose first process bubblewrap is: such a one does not die of the Ctrl-C of a terminal, which is
 * the program's. That namespace has a /proc of its own, where bubblewrap since 0.12, and since Debian's updates of older
 * ones, looks for its child by the number that it has there. What is begun ends with this process, also where it is killed.
 */
export function bwrapCommand(input: BwrapInput): BwrapCommand {
  const { settings, mountTable, asRoot } = input;
  const { uid, gid, groups } = settings.identity;
  const setGroups = groups.length === 0 ? ['--clear-groups'] : [`--groups=${groups.join(',')}`];
  const asUser = ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, ...setGroups, '--pdeathsig=KILL', '--'];
  return {
    words: [
      ...(['setpriv', '--pdeathsig=KILL', '--', 'unshare'] as const),
      ...(asRoot ? [] : ['--user', '--map-root-user']),
      ...['--mount', '--propagation=private', '--pid', '--mount-proc', '--fork', '--kill-child', '--'],
      ...['sh', '-c', MOUNT_ALL, 'sh', mountTable],
      ...(asRoot ? asUser : []),
      ...['bwrap', '--args', `${FD.options}`, '--', ...settings.words],
    ],
    options: bwrapOptions(input)
      .map((option) => `${option}\0`)
      .join(''),
  };
}

function bwrapOptions(input: BwrapInput): readonly string[] {
  const { settings, root, asRoot, volumes, writable, isReadOnly, hasNetwork } = input;
  const { identity, environment, workingDirectory, hostname } = settings;
  const { uid, gid } = identity;
  return [
    ...['--unshare-all', ...(hasNetwork ? ['--share-net'] : []), '--unshare-user', '--die-with-parent'],
    ...['--info-fd', `${FD.child}`],
    ...(asRoot
      ? ['--userns-block-fd', `${FD.go}`]
      : ['--uid', `${uid}`, '--gid', `${gid}`, '--block-fd', `${FD.go}`]),
    ...(uid === 0 ? CAPABILITIES.flatMap((capability) => ['--cap-add', capability]) : []),
    ...['--hostname', hostname],
    ...[isReadOnly ? '--ro-bind' : '--bind', root, '/'],
    ...(isReadOnly
      ? [
          ...SCRATCH.flatMap(([place, mode]) => ['--perms', mode, '--tmpfs', place]),
          ...writable.flatMap((place) => ['--bind', `${root}${place}`, place]),
        ]
      : []),
    ...['--proc', '/proc', '--dev', '/dev', '--ro-bind', '/sys', '/sys'],
    ...volumes.flatMap(({ from, to, isReadOnly }) => [isReadOnly ? '--ro-bind' : '--bind', from, to]),
    ...['--chdir', workingDirectory, '--clearenv'],
    ...[...environment].flatMap(([name, value]) => ['--setenv', name, value]),
  ];
}
