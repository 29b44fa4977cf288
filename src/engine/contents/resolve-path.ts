import type { FileNode } from './stack-layers.ts';

/** As many as Linux follows before it takes them for a circle (path_resolution(7)). */
const MOST_LINKS = 40;

/**
 * What a container finds at a path, symbolic links followed. They never lead out of the image.
 *
 * @param path without slashes at its ends.
 * @returns undefined where nothing is, or a circle.
 */
export function resolvePath(root: FileNode, path: string): FileNode | undefined {
  let way: readonly FileNode[] = [root];
  let links = 0;
  const pending = path.split('/').reverse();
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const at = way.at(-1) ?? root;
    if (name === '' || name === '.') continue;
    if (name === '..') {
      way = way.length > 1 ? way.slice(0, -1) : way;
      continue;
    }
    const child = at.children?.get(name);
    if (child === undefined) return undefined;
    const target = child.entry?.type === 'symlink' ? child.entry.linkTarget : undefined;
    if (target === undefined) {
      way = [...way, child];
      continue;
    }
    links += 1;
    if (links > MOST_LINKS) return undefined;
    if (target.startsWith('/')) way = [root];
    for (const part of target.split('/').reverse()) pending.push(part);
  }
  return way.at(-1);
}
