import { posix } from 'node:path';
import { isWhiteoutName } from '../../engine/contents/layer-entry.ts';
import { namesOf, type RawPath, raw, rawPath } from '../archive/raw-path.ts';

/** How the image's root takes what packages have at a path. */
export type RootRule =
  /** As `buildEnv` does: a link where one package has it, a directory where several do. */
  | { readonly type: 'merge' }
  /** A directory of the image, never a link to one: programs write there, or the image has files of its own there. */
  | { readonly type: 'directory' /** Whether nothing else will do. */; readonly isNeeded: boolean }
  | { readonly type: 'leave-out'; readonly reason: string }
  /** It means nothing in an image, or somebody else sees to it. */
  | { readonly type: 'ignore' };

/** What a package keeps for Nix itself; and files that are merged line by line, see {@link mergeAccounts}. */
const IGNORED: readonly RawPath[] = [raw`nix-support`, raw`etc/passwd`, raw`etc/group`, raw`etc/shadow`];
const MOUNTED: readonly RawPath[] = [raw`dev`, raw`proc`, raw`sys`];
/** What is beneath these is written to, so that a link into one package's read-only path would be in the way. */
const WRITTEN: readonly RawPath[] = ['home', 'root', 'run', 'srv', 'tmp', 'var'].map(rawPath);
/** Programs have their own directories there, and may write beside their files, but not among them. */
const PROGRAMS = /^opt(?:\/[^/]+)?$/;
const NEEDED: readonly RawPath[] = [...WRITTEN, raw`etc`, raw`opt`, raw`var/empty`, raw`var/tmp`];

const MERGE: RootRule = { type: 'merge' };
const IGNORE: RootRule = { type: 'ignore' };

/**
 * The rules that keep packages from hurting the image that they are in.
 *
 * @param stores where the packages' store paths are, such as `/nix/store`.
 * @returns the rule for a path of the root, without a leading slash.
 */
export function rootRules(stores: readonly string[]): (path: RawPath) => RootRule {
  const storePaths = stores.map((store) => rawPath(store.replace(/^\/+/, '')));
  const written = new Set([...WRITTEN, ...storePaths.map(firstName)]);
  const isNeeded = (path: RawPath) =>
    NEEDED.includes(path) || storePaths.some((store) => store.startsWith(`${path}/`));
  return (path) => {
    if (IGNORED.includes(path)) return IGNORE;
    if (MOUNTED.includes(path)) return leaveOut('what runs the image mounts its own there');
    if (storePaths.includes(path)) return leaveOut('the store paths of the image are there');
    if (isWhiteoutName(posix.basename(path))) {
      return leaveOut('in an image, such a name removes files of the layers below');
    }
    const isDirectory = path === 'etc' || PROGRAMS.test(path) || written.has(firstName(path));
    return isDirectory ? { type: 'directory', isNeeded: isNeeded(path) } : MERGE;
  };
}

/**
 * The same rules for the packages of an image that links only some of their paths, as `pathsToLink` of buildEnv has it.
 *
 * @param paths without slashes at their ends; '' is all.
 */
export function onlyPaths(
  ruleOf: (path: RawPath) => RootRule,
  paths: readonly RawPath[],
): (path: RawPath) => RootRule {
  const isBelow = (path: RawPath, above: RawPath) =>
    above === '' || path === above || path.startsWith(`${above}/`);
  return (path) => {
    if (paths.some((wanted) => isBelow(path, wanted))) return ruleOf(path);
    const rule = ruleOf(path);
    if (rule.type === 'leave-out' || !paths.some((wanted) => isBelow(wanted, path))) return IGNORE;
    return rule.type === 'merge' ? { type: 'directory', isNeeded: false } : rule;
  };
}

function leaveOut(reason: string): RootRule {
  return { type: 'leave-out', reason };
}

function firstName(path: RawPath): RawPath {
  return namesOf(path)[0] ?? path;
}
