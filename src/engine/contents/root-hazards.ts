import { type LayerEntry, whiteoutOf } from './layer-entry.ts';

type EntryFacts = Pick<LayerEntry, 'type' | 'linkTarget'> & {
  /** As the archive has it. */ readonly path: string;
};

/** What of a layer matters to {@link rootHazards}. Its size does not depend on the layer's. */
export interface RootFacts {
  readonly holdsStorePaths: boolean;
  /** Entries and whiteouts of {@link WATCHED} paths, the last of each path. */
  readonly watched: readonly EntryFacts[];
  /** What leads out of the image: the first, and how many in all. */
  readonly outside: { readonly first: string; readonly count: number } | undefined;
}

export interface RootHazard {
  readonly code:
    | 'store-hidden'
    | 'accounts-lead-outside'
    | 'accounts-no-file'
    | 'leads-outside'
    | 'user-missing'
    | 'program-missing';
  /** Index of the layer at fault. */
  readonly layer: number;
  /** A whole sentence. */
  readonly message: string;
}

const STORE_WAY: readonly string[] = ['nix', 'nix/store'];
/** What is looked up from outside before a container starts, to tell its user. */
const ACCOUNT_FILES: readonly string[] = ['etc/passwd', 'etc/group'];
/** What a runtime can read accounts from; a link it follows. */
const READABLE: readonly LayerEntry['type'][] = ['file', 'hardlink', 'symlink'];
const WATCHED: readonly string[] = [...STORE_WAY, 'etc', ...ACCOUNT_FILES];
const WATCHED_OPAQUE: readonly string[] = ['', 'nix', 'nix/store', 'etc'];
const STORE_PATH = /^nix\/store\/[0-9a-z]{32}-/;

/** Collects the facts of one layer, entry by entry. */
export function collectRootFacts(): { add(entry: EntryFacts): void; facts(): RootFacts } {
  const watched = new Map<string, EntryFacts>();
  let holdsStorePaths = false;
  let first: string | undefined;
  let count = 0;
  const lead = (what: string) => {
    first ??= what;
    count += 1;
  };
  return {
    add(entry) {
      const { type, linkTarget = '' } = entry;
      const path = pathInImage(entry.path);
      if (path === undefined) return lead(entry.path);
      if (leadsOutside(path, type, linkTarget)) lead(`${entry.path} -> ${linkTarget}`);
      holdsStorePaths ||= STORE_PATH.test(path);
      const whiteout = whiteoutOf(path);
      const isWatched =
        whiteout === undefined
          ? WATCHED.includes(path)
          : (whiteout.type === 'opaque' ? WATCHED_OPAQUE : WATCHED).includes(whiteout.path);
      if (isWatched) watched.set(path, { path, type, linkTarget });
    },
    facts: () => ({
      holdsStorePaths,
      watched: [...watched.values()],
      outside: first === undefined ? undefined : { first, count },
    }),
  };
}

/**
 * What hurts an image, whoever built it: something in the store's place above its store paths, accounts that are no files
 * or that a runtime cannot look up from outside, and paths and links that lead out of the image (`..` beyond its root).
 *
 * @param layers from the lowest to the topmost.
 */
export function rootHazards(layers: readonly RootFacts[]): readonly RootHazard[] {
  const { present, hazards } = stacked(layers);
  for (const path of ['etc', ...ACCOUNT_FILES]) {
    const found = present.get(path);
    if (found?.entry.type === 'symlink' && isRefused(path, found.entry.linkTarget ?? '')) {
      hazards.push(accountsOutside(path, found.entry.linkTarget ?? '', found.layer));
    }
    if (found !== undefined && ACCOUNT_FILES.includes(path) && !READABLE.includes(found.entry.type)) {
      hazards.push(accountsNoFile(found.entry, found.layer));
    }
  }
  return hazards;
}

interface Stacked {
  /** The {@link WATCHED} paths that a container sees, each with the layer that it is of. */
  readonly present: ReadonlyMap<string, { readonly entry: EntryFacts; readonly layer: number }>;
  readonly hazards: RootHazard[];
}

/** @param layers from the lowest to the topmost. */
export function stacked(layers: readonly RootFacts[]): Stacked {
  const hazards: RootHazard[] = [];
  const present = new Map<string, { readonly entry: EntryFacts; readonly layer: number }>();
  let holdsStorePaths = false;
  const remove = (gone: string) => {
    if (gone === '' || STORE_WAY.includes(gone)) holdsStorePaths = false;
    for (const path of present.keys()) {
      if (path === gone || gone === '' || path.startsWith(`${gone}/`)) present.delete(path);
    }
  };
  for (const [layer, { watched, outside, ...facts }] of layers.entries()) {
    for (const { path } of watched) {
      const whiteout = whiteoutOf(path);
      if (whiteout !== undefined) remove(whiteout.path);
    }
    holdsStorePaths ||= facts.holdsStorePaths;
    for (const entry of watched.filter(({ path }) => whiteoutOf(path) === undefined)) {
      if (entry.type !== 'directory') {
        if (holdsStorePaths && STORE_WAY.includes(entry.path)) hazards.push(storeHidden(entry, layer));
        remove(entry.path);
      }
      present.set(entry.path, { entry, layer });
    }
    if (outside !== undefined) hazards.push(leadingOutside(outside, layer));
  }
  return { present, hazards };
}

/**
 * A path of an archive from the root of the image, without a slash at either end; undefined where it leads out of it.
 */
export function pathInImage(written: string): string | undefined {
  const names: string[] = [];
  for (const name of written.split('/')) {
    if (name === '' || name === '.') continue;
    if (name !== '..') names.push(name);
    else if (names.pop() === undefined) return undefined;
  }
  return names.join('/');
}

function leadsOutside(path: string, type: LayerEntry['type'], target: string): boolean {
  if (type === 'hardlink') return pathInImage(target) === undefined;
  return type === 'symlink' && !target.startsWith('/') && pathInImage(beside(path, target)) === undefined;
}

/** Runtimes that look from outside take no absolute link either: it would lead to the machine's own files. */
function isRefused(path: string, target: string): boolean {
  return target.startsWith('/') || pathInImage(beside(path, target)) === undefined;
}

function beside(path: string, target: string): string {
  return `${path.slice(0, path.lastIndexOf('/') + 1)}${target}`;
}

function storeHidden({ path, type, linkTarget }: EntryFacts, layer: number): RootHazard {
  const what = type === 'symlink' ? `a link to ${linkTarget}` : `a ${type.replace('-', ' ')}`;
  const message = `Layer ${layer + 1} has ${what} in place of the directory /${path}: no program of the store is found.`;
  return { code: 'store-hidden', layer, message };
}

function accountsOutside(path: string, target: string, layer: number): RootHazard {
  const message =
    `Layer ${layer + 1} has /${path} as a link to ${target}: containerd 2.2, which looks up users from outside, ` +
    'refuses such an image.';
  return { code: 'accounts-lead-outside', layer, message };
}

function accountsNoFile({ path, type }: EntryFacts, layer: number): RootHazard {
  const message = `Layer ${layer + 1} has /${path} as a ${type.replace('-', ' ')}: no user and no group is found by its name.`;
  return { code: 'accounts-no-file', layer, message };
}

function leadingOutside({ first, count }: { first: string; count: number }, layer: number): RootHazard {
  const more = count === 1 ? '' : ` and ${count - 1} more`;
  return {
    code: 'leads-outside',
    layer,
    message: `Layer ${layer + 1} leads out of the image: ${first}${more}.`,
  };
}
