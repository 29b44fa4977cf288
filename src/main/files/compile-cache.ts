import { lstatSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { makeDirectory } from './make-directory.ts';
import { doubtAbout, isOutOfReach, ownCacheDirectory } from './own-directory.ts';

/**
 * Keeps V8's code cache on disk: a start compiles nothing that an earlier start compiled. Node runs what it finds
 * there, so there is none where anybody else could have put it; without a directory, Node takes one with a known name
 * below the temporary directory.
 */
export function keepCompiledCode(env: NodeJS.ProcessEnv = process.env): void {
  const directory = compileCacheDirectory(env);
  if (directory !== undefined) enableCompileCache(directory);
}

/** undefined where no directory is this user's alone, with all that are above it */
export function compileCacheDirectory(env: NodeJS.ProcessEnv): string | undefined {
  try {
    const directory = join(ownCacheDirectory(env), 'compiled');
    makeDirectory(directory);
    const stats = lstatSync(directory);
    const isOurs = stats.isDirectory() && doubtAbout(stats) === undefined && isOutOfReach(directory);
    return isOurs ? directory : undefined;
  } catch {
    // A start without it is slower and nothing else; a command that needs the cache says what is wrong with it.
    return undefined;
  }
}
