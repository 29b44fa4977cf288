import { displayPath, type RawPath, raw, rawPath, withoutRoot } from '../archive/raw-path.ts';
import type { RootRule } from './root-rules.ts';
import {
  directory,
  type ListDirectory,
  type ListedEntry,
  linkTo,
  type RootDirectory,
  type RootOrigin,
} from './root-tree.ts';

/** An output of a package whose files appear in the image's root. */
export interface RootPackage {
  /** As the user knows it, such as `openssl.bin`. */
  readonly name: string;
  /** The same without its output, where that is not the usual one. */
  readonly attribute?: string | undefined;
  /** Store path of the output. */
  readonly path: string;
  /** Where files clash, the lower one wins, as `meta.priority` of nixpkgs has it. Default 5. */
  readonly priority?: number;
}

/** Two packages of one priority have different files of the same name: the one that was listed first is linked. */
export interface RootConflict {
  /** In the image, with a leading slash. */
  readonly path: string;
  readonly kept: RootConflictOwner;
  readonly dropped: RootConflictOwner;
}

/** Something of a package that is not in the image's root, as it would hurt the image. */
export interface RootOmission {
  /** In the image, with a leading slash. */
  readonly path: string;
  readonly package: string;
  /** A clause. */
  readonly reason: string;
}

interface RootConflictOwner {
  readonly package: string;
  /** The file in the store. */
  readonly file: string;
}

export interface MergedPackages {
  readonly root: RootDirectory;
  readonly conflicts: readonly RootConflict[];
  readonly omissions: readonly RootOmission[];
}

interface Source {
  readonly owner: RootPackage;
  readonly path: RawPath;
  /** The directories on the way here, links resolved: one that comes up again would never end. */
  readonly above: readonly RawPath[];
}

interface Contribution extends Source {
  readonly entry: ListedEntry;
}

/**
 * Merges the packages' directories into one root, as `buildEnv` of nixpkgs does: a directory that one package has is a
 * link to it, one that several have is a real directory, and those at the top always are. What would hurt the image is
 * left out.
 *
 * @param packages in order of precedence among those of one priority. @param list see {@link ListDirectory}.
 * @param sameFile whether two files are as good as one another, so that there is no conflict.
 * @param ruleOf see {@link rootRules}.
 */
export function mergePackages(
  packages: readonly RootPackage[],
  list: ListDirectory,
  sameFile: (a: RawPath, b: RawPath) => boolean,
  ruleOf: (path: RawPath) => RootRule,
): MergedPackages {
  const root = directory();
  const conflicts: RootConflict[] = [];
  const omissions: RootOmission[] = [];
  const omit = (path: RawPath, owners: readonly Contribution[], reason: string) => {
    for (const { owner } of owners) omissions.push({ path: displayPath(path), package: owner.name, reason });
  };

  const merge = (into: RootDirectory, at: RawPath, sources: readonly Source[], depth: number) => {
    for (const [name, all] of contributions(sources, list)) {
      const path = raw`${at}/${name}`;
      const rule = ruleOf(withoutRoot(path));
      if (rule.type === 'leave-out') omit(path, all, rule.reason);
      if (rule.type === 'leave-out' || rule.type === 'ignore') continue;
      const isNeeded = rule.type === 'directory' && rule.isNeeded;
      const fit = isNeeded ? all.filter(({ entry }) => entry.type === 'directory') : all;
      if (isNeeded)
        omit(
          path,
          all.filter((each) => !fit.includes(each)),
          'the image needs a directory there',
        );
      const [first, ...others] = fit;
      if (first === undefined) continue;
      const relative = isNeeded ? undefined : sharedRelativeLink(fit);
      if (relative !== undefined) {
        into.children.set(name, linkTo(relative, { toDirectory: true, origin: originOf(first) }));
        continue;
      }
      const alike = others.filter(({ entry }) => entry.type === first.entry.type);
      const isDirectory = first.entry.type === 'directory';
      if (isDirectory && (depth === 0 || alike.length > 0 || rule.type === 'directory')) {
        const child = directory(0o755, originOf(first));
        into.children.set(name, child);
        merge(child, path, [first, ...alike], depth + 1);
      } else {
        into.children.set(
          name,
          linkTo(first.path, {
            toDirectory: isDirectory,
            leadsToLink: first.entry.linkTarget !== undefined,
            origin: originOf(first),
          }),
        );
      }
      for (const other of others) {
        const merged = isDirectory && other.entry.type === 'directory';
        const isSettled = priorityOf(first.owner) !== priorityOf(other.owner);
        if (merged || isSettled || sameFile(first.path, other.path)) continue;
        conflicts.push({ path: displayPath(path), kept: ownerOf(first), dropped: ownerOf(other) });
      }
    }
  };
  merge(
    root,
    raw``,
    inPrecedence(packages).map((owner) => ({
      owner,
      path: rawPath(owner.path),
      above: [rawPath(owner.path)],
    })),
    0,
  );
  return { root, conflicts, omissions };
}

/** The entries of several directories by name, names in the order of their bytes, owners in the order given. */
function contributions(
  sources: readonly Source[],
  list: ListDirectory,
): readonly (readonly [RawPath, readonly Contribution[]])[] {
  const byName = new Map<RawPath, Contribution[]>();
  for (const source of sources) {
    for (const entry of list(source.path)) {
      const contribution = contributionOf(source, entry);
      const others = byName.get(entry.name);
      if (others === undefined) byName.set(entry.name, [contribution]);
      else others.push(contribution);
    }
  }
  return [...byName].sort(([a], [b]) => (a < b ? -1 : 1));
}

function contributionOf({ owner, path, above }: Source, entry: ListedEntry): Contribution {
  const here = raw`${path}/${entry.name}`;
  const real = entry.realPath ?? here;
  const endless = entry.type === 'directory' && above.includes(real);
  return { owner, path: here, above: [...above, real], entry: endless ? { ...entry, type: 'file' } : entry };
}

/**
 * The target, where every package that has this name has a link to a directory beside it (`sbin` -> `bin`, `usr` -> `.`):
 * the same link is right in the root, where that directory is merged too.
 */
function sharedRelativeLink(all: readonly Contribution[]): RawPath | undefined {
  const target = all[0]?.entry.linkTarget;
  const beside = target !== undefined && /^[^/]+$/.test(target) && target !== '..';
  const shared =
    beside && all.every(({ entry }) => entry.linkTarget === target && entry.realPath !== undefined);
  return shared ? target : undefined;
}

function originOf({ owner }: Contribution): RootOrigin {
  return { type: 'package', name: owner.name };
}

function ownerOf({ owner, path }: Contribution): RootConflictOwner {
  return { package: owner.name, file: displayPath(path) };
}

/** Each output once, the lowest priority first and otherwise in the order given. */
export function inPrecedence(packages: readonly RootPackage[]): readonly RootPackage[] {
  return packages
    .filter(({ path }, index) => packages.findIndex((each) => each.path === path) === index)
    .toSorted((a, b) => priorityOf(a) - priorityOf(b));
}

function priorityOf({ priority = 5 }: RootPackage): number {
  return priority;
}
