import type { Popularity } from '../../engine/graph/closure-graph.ts';
import { itemAt } from '../../engine/graph/item-at.ts';
import { countPopularity } from '../../engine/plan/count-popularity.ts';
import { Cancelled, StrataError } from '../../shared/errors.ts';
import { type BinaryCache, type CacheAccess, openBinaryCache } from './binary-cache.ts';
import { openCrawlFile } from './crawl-file.ts';
import { hashPart, isBaseName, type NarInfo, parseNarInfo } from './narinfo.ts';

export interface CacheCrawl extends CacheAccess {
  /** A directory or URL of a Nix binary cache. */
  readonly cache: string;
  /** Store paths to begin with; their closures follow. A directory needs none: it lists its own. */
  readonly paths?: readonly string[] | undefined;
  /** Where what is read is kept, so that a crawl can go on later. */
  readonly stateDirectory: string;
  /** Requests at a time. */
  readonly concurrency?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: CrawlProgress) => void) | undefined;
}

interface CrawlProgress {
  /** Store paths that are known, of those that are known of. */
  readonly done: number;
  readonly total: number;
}

export interface CacheCount {
  readonly popularity: Popularity;
  /** Store paths whose references are known, and how many of these were read now. */
  readonly counted: number;
  readonly fetched: number;
  /** Store paths that were asked for or are referred to, and that the cache does not have. */
  readonly missing: number;
  /** What is wrong with the narinfo files that tell nothing, each with its place. */
  readonly unreadable: readonly string[];
}

const DEFAULT_CONCURRENCY = 32;

/**
 * Counts popularity over a binary cache, as Nixery's popcount does: reads the narinfo of each store path and follows
 * its references. What was read before, even by a crawl that was killed, is not asked for again. Caches are large and
 * lose files: what is missing or damaged is counted, and passed over.
 *
 * @throws StrataError `usage` where a cache cannot list its paths and none are given, or where it has nothing;
 *   `network`, `file-system`, `disk-full`; Cancelled.
 */
export async function popularityFromCache(crawl: CacheCrawl): Promise<CacheCount> {
  const cache = openBinaryCache(crawl.cache, crawl);
  try {
    const starts = await startsOf(cache, crawl.paths);
    return await readClosures(cache, starts, crawl);
  } finally {
    await cache.close();
  }
}

async function startsOf(
  cache: BinaryCache,
  paths: readonly string[] | undefined,
): Promise<readonly string[]> {
  const listed = paths?.map((path) => {
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (!isBaseName(name)) {
      throw new StrataError('usage', `"${path.slice(0, 80)}" is no store path.`, {
        hint: 'A list of store paths has one a line, such as a channel’s store-paths file.',
      });
    }
    return hashPart(name);
  });
  const starts = listed ?? (await cache.list());
  if (starts !== undefined) return starts;
  throw new StrataError('usage', `${cache.place} cannot list what it holds.`, {
    action: { action: 'set-option', option: 'paths' },
  });
}

async function readClosures(
  cache: BinaryCache,
  starts: readonly string[],
  { signal, onProgress, stateDirectory, concurrency = DEFAULT_CONCURRENCY }: CacheCrawl,
): Promise<CacheCount> {
  const file = await openCrawlFile(stateDirectory, cache.place);
  const seen = new Set(starts);
  const waiting = [...seen];
  const counted: NarInfo[] = [];
  const unreadable: string[] = [];
  let fetched = 0;
  let missing = 0;
  const read = async (hash: string): Promise<void> => {
    let info = file.known.get(hash);
    if (info === undefined) {
      const answer = await fetchInfo(cache, hash, signal);
      if (answer === undefined) missing++;
      if (typeof answer === 'string') unreadable.push(answer);
      if (typeof answer !== 'object') return;
      info = answer;
      await file.add(info);
      fetched++;
    }
    counted.push(info);
    for (const reference of info.references) {
      const next = hashPart(reference);
      if (seen.has(next)) continue;
      seen.add(next);
      waiting.push(next);
    }
  };
  try {
    await inTurns(waiting, concurrency, signal, async (hash) => {
      await read(hash);
      onProgress?.({ done: counted.length + missing + unreadable.length, total: seen.size });
    });
  } finally {
    await file.close();
  }
  if (counted.length === 0) throw nothingCounted(cache, starts.length, unreadable);
  const infos = counted.map(({ name, references }) => ({ path: name, references }));
  return {
    popularity: countPopularity(infos),
    counted: counted.length,
    fetched,
    missing,
    unreadable: unreadable.sort(),
  };
}

function nothingCounted(cache: BinaryCache, asked: number, [damage]: readonly string[]): StrataError {
  const message =
    damage !== undefined
      ? `${cache.place} tells nothing: ${damage}`
      : asked === 0
        ? `${cache.place} holds no .narinfo files.`
        : `${cache.place} has none of the store paths that it was asked for (${asked}).`;
  return new StrataError('usage', message, {
    hint: 'Check that it is a Nix binary cache: one has a file nix-cache-info.',
  });
}

/** A store path's references; undefined where the cache has none, what is wrong where they cannot be read. */
async function fetchInfo(
  cache: BinaryCache,
  hash: string,
  signal: AbortSignal | undefined,
): Promise<NarInfo | string | undefined> {
  const text = await cache.narInfo(hash, signal);
  if (text === undefined) return undefined;
  const place = `${cache.place}/${hash}.narinfo`;
  const info = parseNarInfo(text, place);
  if (typeof info === 'string' || hashPart(info.name) === hash) return info;
  return `${place} is about another store path: ${info.name}.`;
}

/**
 * Runs an action on every item, so many at a time; actions may add items. The first failure ends it, once the others
 * that run have come to an end.
 */
async function inTurns<Item>(
  items: readonly Item[],
  concurrency: number,
  signal: AbortSignal | undefined,
  action: (item: Item) => Promise<void>,
): Promise<void> {
  const running = new Set<Promise<void>>();
  let failure: { readonly error: unknown } | undefined;
  for (let next = 0; next < items.length || running.size > 0; ) {
    if (signal?.aborted && failure === undefined) failure = { error: new Cancelled() };
    while (failure === undefined && next < items.length && running.size < concurrency) {
      const one = action(itemAt(items, next++))
        .catch((error: unknown) => {
          failure ??= { error };
        })
        .finally(() => running.delete(one));
      running.add(one);
    }
    if (running.size === 0) break;
    await Promise.race(running);
  }
  if (failure !== undefined) throw failure.error;
}
