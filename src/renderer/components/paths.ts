/** Paths of the host's machine, which may have either kind of slash. */

export function fileNameOf(path: string): string {
  return path.slice(lastSlash(path) + 1);
}

/** The directory of a path, or null where it has none. */
export function parentDirectory(path: string): string | null {
  const slash = lastSlash(path);
  if (slash < 0) return null;
  return slash === 0 ? path.slice(0, 1) : path.slice(0, slash);
}

export function joinPath(directory: string, name: string): string {
  if (/^([/\\]|[A-Za-z]:[/\\])/.test(name)) return name;
  const slash = directory.includes('\\') && !directory.includes('/') ? '\\' : '/';
  return directory.endsWith(slash) ? `${directory}${name}` : `${directory}${slash}${name}`;
}

function lastSlash(path: string): number {
  return Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
}
