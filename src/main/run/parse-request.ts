import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { StrataError } from '../../shared/errors.ts';
import type { Volume } from './request.ts';

/**
 * A volume as podman and docker write it: `HOST:DIR`, with `:ro` for one that is only read.
 *
 * @throws StrataError `usage`, also where there is nothing at HOST: they would make an empty directory of root's.
 */
export function parseVolume(text: string): Volume {
  const [, from, to, mode] = /^([^:]+):(\/[^:]*)(?::(ro|rw))?$/.exec(text) ?? [];
  if (from === undefined || to === undefined) {
    throw new StrataError('usage', `${JSON.stringify(text)} is no volume.`, {
      hint: 'It is HOST:DIR or HOST:DIR:ro, with an absolute DIR, such as ./data:/var/lib/app:ro.',
    });
  }
  const place = resolve(from);
  if (!existsSync(place)) {
    throw new StrataError('usage', `There is no ${place} on this machine, which is to be a volume.`, {
      hint: 'Make it first, as whom the program is to write there. Volumes that have names are not known here.',
    });
  }
  return { from: place, to, isReadOnly: mode === 'ro' };
}

/**
 * A variable as podman and docker write it: `NAME=value`, or `NAME` alone for the value that it has here.
 *
 * @returns nothing where it has none. @throws StrataError `usage`.
 */
export function parseVariable(text: string, env: NodeJS.ProcessEnv): readonly string[] {
  const [name = ''] = text.split('=', 1);
  if (name === '' || name.includes('\0')) {
    throw new StrataError('usage', `${JSON.stringify(text)} is no variable.`, {
      hint: 'It is NAME=VALUE, or NAME for the value that it has here.',
    });
  }
  if (text.includes('=')) return [text];
  const value = env[name];
  return value === undefined ? [] : [`${name}=${value}`];
}
