/** As many links as Linux follows in one path (path_resolution(7)). */
const MOST_LINKS = 40;

/**
 * An absolute path with all links resolved, in a file system that lies elsewhere than it says: realpath(3) cannot know.
 *
 * @param linkAt where the link at a path leads to; undefined where that is no link; throws where nothing is there
 * @throws where the path leads nowhere
 */
export function followLinks(path: string, linkAt: (path: string) => string | undefined): string {
  let pending = path.split('/').filter((name) => name !== '');
  let resolved = '';
  let links = 0;
  for (let name = pending.shift(); name !== undefined; name = pending.shift()) {
    if (name === '.') continue;
    if (name === '..') {
      resolved = resolved.slice(0, Math.max(0, resolved.lastIndexOf('/')));
      continue;
    }
    const here = `${resolved}/${name}`;
    const target = linkAt(here);
    if (target === undefined) {
      resolved = here;
      continue;
    }
    if (++links > MOST_LINKS) throw new Error(`Too many links on the way to ${path}.`);
    if (target.startsWith('/')) resolved = '';
    pending = [...target.split('/').filter((part) => part !== ''), ...pending];
  }
  return resolved === '' ? '/' : resolved;
}
