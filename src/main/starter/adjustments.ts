/**
 * Packages that Debian needs for installing and running a whole machine, and that a program in an image does not: what
 * maintainer scripts call, service managers, accounts, and the base system. A clause that any of these satisfies is
 * dropped from the dependencies.
 */
export const NOT_FOR_IMAGES: ReadonlySet<string> = new Set([
  // called by maintainer scripts
  'adduser',
  'cdebconf',
  'debconf',
  'debconf-2.0',
  'debianutils',
  'dpkg',
  'init-system-helpers',
  'install-info',
  'libdebconfclient0',
  'lsb-base',
  'sensible-utils',
  'ucf',
  // accounts and services of a machine
  'dbus',
  'dbus-bin',
  'dbus-daemon',
  'dbus-system-bus',
  'default-dbus-system-bus',
  'ifupdown',
  'isc-dhcp-client',
  'libpam-modules',
  'libpam-modules-bin',
  'libpam-runtime',
  'login',
  'login.defs',
  'mount',
  'passwd',
  'systemd',
  'systemd-sysv',
  'sysvinit-utils',
  // there whatever the package: the base system's files, types of files, and its choice of awk
  'awk',
  'base-files',
  'mailcap',
  'mawk',
  'media-types',
  'mime-support',
  'original-awk',
]);

/** Dependencies of packages that only their maintainer scripts, service files, or parts that are left out, use. */
export const UNNEEDED: readonly (readonly [name: RegExp, dependencies: RegExp])[] = [
  [/^ca-certificates$/, /^openssl$/],
  [/^caddy$/, /^libnss3-tools$/],
  [/^iputils-ping$/, /^libcap2-bin$/],
  [/^iproute2$/, /^libcap2-bin$/],
  [/^memcached$/, /^perl$/],
  [/^nginx$/, /^iproute2$/],
  [/^postgresql-client-common$/, /^(perl|netbase)$/],
  // The compiler of queries is left out, as in nixpkgs: nix/starter/units/fixups/postgresql.sh.
  [/^postgresql-\d+$/, /^(locales|postgresql-common|ssl-cert|libllvm\d+)$/],
];

/** What packages use without saying so, because it is there on every Debian machine. */
export const UNDECLARED = new Map<string, readonly string[]>(
  Object.entries({
    libtinfo6: ['ncurses-base'],
  }),
);

/**
 * Names of store paths that must not be what they would be otherwise. `tty` is as long as it has to be: see
 * nix/starter/fixups/tty.sh.
 */
export const STORE_NAMES = new Map<string, string>(
  Object.entries({
    'ncurses-base': 'tty',
  }),
);
