import { createHash, type Hash } from 'node:crypto';
import type { Stats } from 'node:fs';
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

/** Beyond this, evaluating is soon cheaper than reading all that might have been read. */
const MOST_FILES = 20_000;
const MOST_BYTES = 128 * 2 ** 20;

/** What makes the same text another set tomorrow: the environment, the clock, the search path, the network, the home directory. */
const IMPURE =
  /\b(?:getEnv|currentTime|nixPath|findFile|getFlake|importNative|builtins\.exec|fetch(?:Tarball|Git|Mercurial|Tree|Closure))\b|<[A-Za-z_][\w.+-]*(?:\/[\w.+-]+)*>|(?:^|[^\w.+-])~\//;

/**
 * A path as Nix reads one, also where it is part of a string or a comment; of one that goes on with ${…}, the directory.
 * What follows a ${…} belongs to what that is.
 */
const PATH = /(?<![\w.+}/-])(?:[\w.+-]*(?:\/[\w.+-]+)+\/?|\.{1,2}\/(?=\$\{))/g;

/** What the machine is at the moment, and its programs: builds run them, but no package set is made of them. */
const OF_THE_MACHINE = /^\/(?:proc|sys|dev|(?:usr\/)?s?bin)(?:\/|$)/;

/**
 * Names what a Nix file, or a directory with a default.nix, can be evaluated from: its text and that of everything that
 * it names, further files included. Errs only towards naming too much, which costs an evaluation.
 *
 * @returns null where it cannot be said, as the text asks for something that is not in files, or it is too much to read
 */
export async function contentOf(path: string, storeDirectory: string): Promise<string | null> {
  const hash = createHash('sha256');
  const seen = new Set<string>();
  const isElsewhere = (place: string): boolean =>
    `${place}/`.startsWith(`${storeDirectory}/`) || OF_THE_MACHINE.test(place);
  let files = 0;
  let bytes = 0;

  /** False as soon as nothing exact can be said. */
  const add = async (place: string): Promise<boolean> => {
    if (seen.has(place) || isElsewhere(place)) return true;
    seen.add(place);
    const status = await lstat(place).catch(() => undefined);
    hash.update(`${JSON.stringify([place, kindOf(status)])}\n`);
    if (status === undefined) return true;
    if (status.isDirectory()) return addDirectory(place);
    if (status.isSymbolicLink()) {
      const target = await readlink(place);
      hash.update(`${JSON.stringify(target)}\n`);
      return add(resolve(dirname(place), target));
    }
    if (!status.isFile()) return true;
    files += 1;
    bytes += status.size;
    if (files > MOST_FILES || bytes > MOST_BYTES) return false;
    const content = await readFile(place).catch(() => undefined);
    if (content === undefined) return false;
    framed(hash, content);
    return place.endsWith('.nix') || place === path ? addNamed(place, content.toString()) : true;
  };
  const addDirectory = async (place: string): Promise<boolean> => {
    for (const name of (await readdir(place)).sort()) {
      // A repository changes with every fetch; what a working tree is made from is beside it.
      if (name === '.git') continue;
      if (files + seen.size > MOST_FILES || !(await add(join(place, name)))) return false;
    }
    return true;
  };
  const addNamed = async (place: string, text: string): Promise<boolean> => {
    // nixpkgs has a fetchurl too, which always knows what it fetches.
    if (IMPURE.test(text) || (/\bbuiltins\b/.test(text) && /\bfetchurl\b/.test(text))) return false;
    for (const [named] of text.matchAll(PATH)) {
      // Scripts name directories of the machine that they run on, such as /usr/share: too much to read.
      if (
        named.startsWith('/') &&
        !isElsewhere(named) &&
        (await lstat(named).catch(() => undefined))?.isDirectory()
      )
        return false;
      if (!(await add(resolve(dirname(place), named)))) return false;
    }
    return true;
  };
  return (await add(path)) ? hash.digest('hex') : null;
}

function kindOf(status: Stats | undefined): string {
  if (status === undefined) return 'missing';
  if (status.isDirectory()) return 'directory';
  if (status.isSymbolicLink()) return 'link';
  return (status.mode & 0o111) === 0 ? 'file' : 'executable';
}

/** With its length before it, so that no two lists of files read the same. */
function framed(hash: Hash, content: Buffer): void {
  hash.update(`${content.length}\n`);
  hash.update(content);
}
