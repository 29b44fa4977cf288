import { join } from 'node:path';
import type { Popularity } from '../../engine/graph/closure-graph.ts';
import { StrataError } from '../../shared/errors.ts';
import { ownCacheDirectory } from '../files/own-directory.ts';
import { resourcePath } from '../files/paths.ts';
import { readArchive } from './apt/archive.ts';
import { type DownloadProgress, debPath, downloadDebs } from './apt/download.ts';
import { knownLists, type PackageLists } from './apt/known-lists.ts';
import { isInstalled, readIndices, updateLists } from './apt/lists.ts';
import { unitsFor } from './attributes.ts';
import { debsetPath, type GeneratedSet, readGenerated, writeGenerated } from './cache.ts';
import { listCatalog, type StarterEntry } from './catalog.ts';
import type { Debset } from './debset.ts';
import { generateDebset } from './generate.ts';
import { debStoreName } from './names.ts';
import { PACKAGE_SET } from './package-set.ts';
import { countDependents } from './popularity.ts';
import { computeRevision } from './revision.ts';

/** What takes a noticeable time. */
export type StarterProgress =
  | { readonly phase: 'update-lists' }
  | { readonly phase: 'generate' }
  | ({ readonly phase: 'download' } & DownloadProgress);

export interface StarterOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: StarterProgress) => void) | undefined;
  /** Strata's cache directory; the default is that of the environment. */
  readonly cache?: string | undefined;
}

/** A starter set that Nix can import: `import <path> { debset = …; debDir = …; }`. */
export interface PreparedStarter {
  /** The folder of the Nix expression. */
  readonly path: string;
  readonly arguments: { readonly debset: string; readonly debDir: string };
  /** Changes with the machine's package lists, the set's definitions and its Nix expression. */
  readonly revision: string;
  /** Such as x86_64-linux. */
  readonly system: string;
  /** What was downloaded for the given attributes, or was there, with the names of the store paths that it becomes. */
  readonly debs: readonly { readonly path: string; readonly name: string }[];
}

interface LoadedSet extends GeneratedSet {
  readonly directory: string;
  readonly revision: string;
}

/**
 * Makes the starter set ready for building the given attributes: generates it from the machine's package lists, and
 * downloads the packages of these attributes and of all that they depend on. With no attributes it is ready for
 * evaluation only.
 *
 * @throws StrataError `source-unavailable` where there is no apt or its lists are missing or out of date, `network`,
 * `check-failed`; Cancelled
 */
export async function prepareStarter(
  attributes: readonly string[] | 'all',
  options: StarterOptions = {},
): Promise<PreparedStarter> {
  if (attributes.length > 0) await requirePatchelf(options.signal);
  let set = await loadSet(options);
  let debs: PreparedStarter['debs'];
  try {
    debs = await downloadFor(set.debset, attributes, options);
  } catch (error) {
    const isOutdated = error instanceof StrataError && error.code === 'source-unavailable';
    if (!isOutdated || !isRoot()) throw error;
    options.onProgress?.({ phase: 'update-lists' });
    await updateLists(options.signal);
    set = await loadSet(options);
    debs = await downloadFor(set.debset, attributes, options);
  }
  return {
    path: expressionPath(),
    arguments: { debset: debsetPath(set.directory), debDir: debDirectory(options) },
    revision: set.revision,
    system: set.debset.system,
    debs,
  };
}

/** Every attribute with what a search shows of it. Downloads nothing but, as root, missing package lists. */
export async function starterCatalog(options: StarterOptions = {}): Promise<StarterEntry[]> {
  return listCatalog((await loadSet(options)).debset);
}

/** Popularity of the set's store paths over the whole archive; see {@link countDependents}. */
export async function starterPopularity(options: StarterOptions = {}): Promise<Popularity> {
  return (await loadSet(options)).popularity;
}

function starterDirectory({ cache = ownCacheDirectory() }: StarterOptions): string {
  return join(cache, 'starter');
}

function expressionPath(): string {
  return resourcePath('nix', 'starter');
}

function debDirectory(options: StarterOptions): string {
  return join(starterDirectory(options), 'debs');
}

async function downloadFor(
  debset: Debset,
  attributes: readonly string[] | 'all',
  options: StarterOptions,
): Promise<PreparedStarter['debs']> {
  if (attributes.length === 0) return [];
  const units = unitsFor(debset, attributes);
  const debs = units.flatMap((unit) => debset.units[unit]?.outputs.flatMap((output) => output.debs) ?? []);
  const directory = debDirectory(options);
  await downloadDebs(debs, directory, {
    signal: options.signal,
    onProgress: (progress) => options.onProgress?.({ phase: 'download', ...progress }),
  });
  return debs.map(({ file, sha256 }) => ({ path: debPath(directory, sha256), name: debStoreName(file) }));
}

async function loadSet(options: StarterOptions): Promise<LoadedSet> {
  const { machine, indices } = await requireLists(options);
  const revision = await computeRevision({ indices, definitions: PACKAGE_SET, expression: expressionPath() });
  const directory = join(starterDirectory(options), revision);
  const known = readGenerated(directory);
  if (known) return { ...known, directory, revision };

  options.onProgress?.({ phase: 'generate' });
  const archive = readArchive(await readIndices(indices, options.signal), machine.architecture);
  const debset = generateDebset(archive, machine, PACKAGE_SET);
  const generated = { debset, popularity: countDependents(archive, debset) };
  await writeGenerated(directory, generated);
  return { ...generated, directory, revision };
}

async function requireLists(options: StarterOptions): Promise<PackageLists> {
  const memory = join(starterDirectory(options), 'lists.json');
  const lists = await knownLists(memory, options.signal);
  if (lists.indices.length > 0) return lists;
  if (isRoot()) {
    options.onProgress?.({ phase: 'update-lists' });
    await updateLists(options.signal);
    const updated = await knownLists(memory, options.signal);
    if (updated.indices.length > 0) return updated;
  }
  throw new StrataError('source-unavailable', 'This machine has no package lists.', {
    hint: isRoot()
      ? 'apt has no sources that it could read: see /etc/apt/sources.list and /etc/apt/sources.list.d.'
      : 'Run `sudo apt-get update` and try again.',
  });
}

/** Builders need it; without it, the first of them would fail, after the downloads. */
async function requirePatchelf(signal: AbortSignal | undefined): Promise<void> {
  if (await isInstalled('patchelf', signal)) return;
  throw new StrataError('source-unavailable', 'The starter package set needs patchelf to build packages.', {
    hint: 'Install it with `sudo apt-get install patchelf`.',
  });
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}
