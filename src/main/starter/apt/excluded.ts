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
  'mount',
  'passwd',
  'systemd',
  'systemd-sysv',
  'sysvinit-utils',
  // there whatever the package: the base system's files and its choice of awk
  'awk',
  'base-files',
  'mawk',
  'original-awk',
]);
