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

/** The name of a store path name without its version: `nginx-1.22.1` is `nginx`. */
export function withoutVersion(name: string): string {
  return name.replace(/-\d.*$/, '');
}

/** A store path name in two parts; the version is empty where there is none. */
export function nameAndVersion(name: string): { readonly name: string; readonly version: string } {
  const short = withoutVersion(name);
  return { name: short, version: name.slice(short.length + 1) };
}
