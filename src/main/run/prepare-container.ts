import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { containerCommand } from './container-command.ts';
import type { PreparedRun } from './program.ts';
import type { RunRequest } from './request.ts';
import { openRunDirectory, removeTree } from './run-directory.ts';
import { startContainer } from './start-container.ts';

/**
 * Lays out what podman or docker is told beside its command line.
 *
 * @param image that it has. @throws StrataError `file-system`, `disk-full`.
 */
export function prepareContainer(
  engine: 'podman' | 'docker',
  image: string,
  request: RunRequest,
  { cacheDirectory, name }: { readonly cacheDirectory: string; readonly name: string },
): PreparedRun {
  const directory = openRunDirectory(cacheDirectory);
  const environmentFile = join(directory, 'environment');
  writeFileSync(environmentFile, request.environment.map((setting) => `${setting}\n`).join(''), {
    mode: 0o600,
  });
  const words = containerCommand({ engine, image, name, request, environmentFile });
  return {
    start: (streams) => startContainer(words, { engine, name, streams }),
    close: () => removeTree(directory),
  };
}
