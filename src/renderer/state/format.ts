/** Times and numbers as the window writes them. */

/** How long ago, in the largest unit that fits: "just now", "4 min ago", "3 h ago", "2 days ago". */
export function ago(iso: string, nowMs: number): string {
  const seconds = Math.max(0, (nowMs - Date.parse(iso)) / 1000);
  if (seconds < 45) return 'just now';
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min ago`;
  const hours = Math.round(minutes / 60);
  if (hours < 36) return `${hours} h ago`;
  return `${Math.round(hours / 24)} days ago`;
}

/** A moment to the minute: "20 Nov 2026, 14:24". */
export function formatMoment(iso: string): string {
  return new Date(iso).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' });
}

/** "20 Nov 2026". */
export function formatDate(iso: string): string {
  return new Date(iso).toLocaleString('en-GB', { dateStyle: 'medium' });
}

/** Words that end a version; any other word after it is the output of the package. */
const OF_VERSIONS: ReadonlySet<string> = new Set(['alpha', 'beta', 'git', 'pre', 'rc', 'unstable']);

/** A store path name in two parts, with the output in the first: `openssl-3.0.22-bin` is `openssl-bin` and `3.0.22`. */
export function nameAndVersion(name: string): { readonly name: string; readonly version: string } {
  const start = name.search(/-\d/);
  if (start < 0) return { name, version: '' };
  const version = name.slice(start + 1);
  const output = /-[a-z]+$/i.exec(version)?.[0] ?? '';
  if (output === '' || OF_VERSIONS.has(output.slice(1))) return { name: name.slice(0, start), version };
  return { name: name.slice(0, start) + output, version: version.slice(0, -output.length) };
}

/** The name of a store path name without its version: `nginx-1.22.1` is `nginx`, `gcc-13.2.0-lib` is `gcc-lib`. */
export function withoutVersion(name: string): string {
  return nameAndVersion(name).name;
}
