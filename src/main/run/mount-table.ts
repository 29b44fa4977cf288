import { basename } from 'node:path';

/**
 * A table as of fstab(5) that mounts store paths, each by itself: what is not in the image is not there. The store is
 * mounted read-only once, beside the root; what is mounted from there is read-only too, in one step a path.
 *
 * @param store the directory of the store on this machine. @param options that its file system is mounted with.
 * @param aside an empty directory. @param places where each path is mounted.
 */
export function mountTable(
  store: string,
  options: readonly string[],
  aside: string,
  places: readonly string[],
): string {
  const lines = [
    [store, aside, 'none', ['bind', 'ro', ...options].join(',')],
    ...places.map((place) => [`${aside}/${basename(place)}`, place, 'none', 'bind']),
  ];
  return lines.map((fields) => `${fields.map(escaped).join(' ')} 0 0\n`).join('');
}

function escaped(field: string): string {
  return field.replace(/[\s\\#]/g, (sign) => `\\${sign.charCodeAt(0).toString(8).padStart(3, '0')}`);
}

/** What only root may take from a mount (user_namespaces(7)), so that a mount which leaves it out is refused. */
const LOCKED: readonly string[] = ['nosuid', 'nodev', 'noexec', 'noatime', 'nodiratime', 'relatime'];

/**
 * The options of the mount that a path is on, those that stay with what is mounted from there.
 *
 * @param mountInfo /proc/self/mountinfo (proc_pid_mountinfo(5)). @param path absolute, without links.
 */
export function lockedOptions(mountInfo: string, path: string): readonly string[] {
  const mounts = mountInfo
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [, , , , point = '', options = ''] = line.split(' ');
      return { point: point.replace(/\\([0-7]{3})/g, unescaped), options: options.split(',') };
    })
    .filter(({ point }) => point === '/' || path === point || path.startsWith(`${point}/`));
  // Of several at one place, the last one covers the others.
  const nearest = mounts.reduce<(typeof mounts)[number] | undefined>(
    (best, mount) => (best === undefined || mount.point.length >= best.point.length ? mount : best),
    undefined,
  );
  return nearest?.options.filter((option) => LOCKED.includes(option)) ?? [];
}

function unescaped(_: string, digits: string): string {
  return String.fromCharCode(Number.parseInt(digits, 8));
}
