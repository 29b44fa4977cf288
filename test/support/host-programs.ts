import { cpSync, mkdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { findProgram } from '../../src/main/files/find-program.ts';
import type { FakeStore } from './fake-store.ts';

/** Makes a store path of programs of this machine, with the libraries that they need below `lib` and `lib64`. */
export async function hostPrograms(
  store: FakeStore,
  packageName: string,
  programs: readonly string[],
): Promise<string> {
  const path = store.add(packageName, {});
  const put = (source: string, target: string) => {
    mkdirSync(dirname(join(path, target)), { recursive: true });
    cpSync(realpathSync(source), join(path, target));
  };
  for (const name of programs) {
    const program = realpathSync(findProgram([name], process.env.PATH) ?? `/no ${name}`);
    put(program, `bin/${name}`);
    const { stdout } = await execa('ldd', [program]);
    for (const [, library = ''] of stdout.matchAll(/(?:=> |^\s*)(\/\S+)/gm)) {
      put(library, library.replace(/^\/usr/, '').slice(1));
    }
  }
  return path;
}
