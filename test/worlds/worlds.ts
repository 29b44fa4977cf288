import { ROOTS, type Root } from './roots.ts';

/** How a user of a root comes by Nix. */
interface Way {
  readonly name: string;
  readonly title: string;
  readonly user: 'root' | 'ada';
  /** What whoever runs the machine does once, as root, after what the README says. */
  readonly setup: string;
  /** What runs whenever the machine does. */
  readonly prelude: string;
  /** What may be said instead of building; undefined where building has to work. */
  readonly refusal?: RegExp;
}

/** One row of the table. */
export interface World {
  readonly name: string;
  readonly title: string;
  readonly root: Root;
  readonly way: Way;
}

// The command that set-up shows to those who are not root.
const PROGRAMS = 'install_packages nix-bin patchelf';
const DAEMON = `${PROGRAMS} nix-setup-systemd && systemd-tmpfiles --create nix-daemon.conf`;
// What Debian's unit does. It is there once its socket is.
const START_DAEMON =
  'nix-daemon --daemon >/var/log/nix-daemon.log 2>&1 & for _ in {1..300}; do [ -S /nix/var/nix/daemon-socket/socket ] && break; sleep 0.1; done';

const WAYS: readonly Way[] = [
  { name: 'root', title: 'root', user: 'root', setup: '', prelude: '' },
  {
    name: 'own',
    title: 'user, /nix is his',
    user: 'ada',
    setup: `${PROGRAMS} && install -d -o ada /nix`,
    prelude: '',
  },
  {
    name: 'daemon-trusted',
    title: 'user, daemon that trusts him',
    user: 'ada',
    setup: `${DAEMON} && usermod -aG nix-users ada && echo 'trusted-users = root ada' >>/etc/nix/nix.conf`,
    prelude: START_DAEMON,
  },
  {
    name: 'daemon',
    title: 'user, daemon',
    user: 'ada',
    setup: `${DAEMON} && usermod -aG nix-users ada`,
    prelude: START_DAEMON,
    refusal: /trusted-users/,
  },
  {
    name: 'daemon-outside',
    title: 'user outside nix-users, daemon',
    user: 'ada',
    setup: DAEMON,
    prelude: START_DAEMON,
    // Debian 12's daemon lets in everyone, without trusting them.
    refusal: /usermod -aG nix-users|trusted-users/,
  },
  {
    name: 'none',
    title: 'user, no /nix',
    user: 'ada',
    setup: PROGRAMS,
    prelude: '',
    refusal: /install -d|user namespace/,
  },
];

export const WORLDS: readonly World[] = ROOTS.flatMap((root) =>
  WAYS.map((way) => ({
    name: `${root.name}/${way.name}`,
    title: `${root.title}, ${way.title}`,
    root,
    way,
  })),
);
