import { readFileSync, writeFileSync } from 'node:fs';
import { fileSystemError } from '../files/file-system-error.ts';
import type { ImageView } from './image-view.ts';

/**
 * Writes what a container is told of names, where the image does not say it itself: its own, `localhost`, and, with a
 * network, which servers this machine asks.
 *
 * @throws StrataError `file-system`.
 */
export function writeSystemFiles(view: ImageView, hostname: string, hasNetwork: boolean): void {
  const files: readonly (readonly [string, string | undefined])[] = [
    ['/etc/hostname', `${hostname}\n`],
    ['/etc/hosts', `127.0.0.1 localhost ${hostname}\n::1 localhost ${hostname}\n`],
    ['/etc/resolv.conf', hasNetwork ? ofThisMachine('/etc/resolv.conf') : undefined],
  ];
  for (const [path, text] of files) {
    if (text === undefined || view.resolve(path) !== undefined) continue;
    try {
      writeFileSync(view.onDisk(path), text, { mode: 0o644, flag: 'wx' });
    } catch (error) {
      throw fileSystemError(error, 'write', view.onDisk(path));
    }
  }
}

function ofThisMachine(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
