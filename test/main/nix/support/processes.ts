import { readdirSync, readFileSync } from 'node:fs';

/** Command lines of the processes of this machine that hold a text, such as a directory of a test. */
export function processesWith(text: string): string[] {
  return readdirSync('/proc').flatMap((entry) => {
    if (!/^\d+$/.test(entry) || Number(entry) === process.pid) return [];
    try {
      const commandLine = readFileSync(`/proc/${entry}/cmdline`, 'utf8').replaceAll('\0', ' ');
      const environment = readFileSync(`/proc/${entry}/environ`, 'utf8');
      return `${commandLine}${environment}`.includes(text) ? [commandLine] : [];
    } catch {
      return [];
    }
  });
}
