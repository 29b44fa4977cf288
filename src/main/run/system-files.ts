import { readFileSync, writeFileSync } from 'node:fs';
import { fileSystemError } from '../files/file-system-error.ts';
import type { ImageView } from './image-view.ts';
import { placeInImage } from './place-in-image.ts';

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
    if (text === undefined || view.resolve(path) !== undefined || isElsewhere(view)) continue;
    const place = view.onDisk(placeInImage(view, { path, type: 'file' }));
    try {
      writeFileSync(place, text);
    } catch (error) {
      throw fileSystemError(error, 'write', place);
    }
  }
}

/** Where /etc is a link into the store, it is as the image has it. */
function isElsewhere(view: ImageView): boolean {
  return view.isInStore(view.resolve('/etc') ?? '');
}

function ofThisMachine(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
