import type { Popularity } from '../../engine/graph/closure-graph.ts';
import { countPopularity } from '../../engine/plan/count-popularity.ts';
import { Cancelled, StrataError, throwIfCancelled } from '../../shared/errors.ts';
import type { Effects } from '../registry/transport/effects.ts';
import { type BinaryCache, openBinaryCache } from './binary-cache.ts';
import { openCrawlFile } from './crawl-file.ts';
import { hashPart, isBaseName, type NarInfo, parseNarInfo } from './narinfo.ts';

export interface CacheCrawl {
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
  readonly effects?: Effects | undefined;
}

export interface CrawlProgress {
  /** Store paths that are known, of those that are known of. */
  readonly done: number;
  readonly total: number;
}

export interface CacheCount {
  readonly popularity: Popularity;
  readonly counted: number;
  readonly fetched: number;
  /** Store paths that are referred to and that the cache does not have. */
  readonly missing: number;
}

const DEFAULT_CONCURRENCY = 32;

/**
 * Counts popularity over a binary cache, as Nixery's popcount does: reads the narinfo of each store path and follows
 * its references. What was read before is not asked for again.
 *
 * @throws StrataError `usage` where a cache cannot list its paths and none are given; `network`, `file-system`;
 *   Cancelled, and then the next crawl goes on from there.
 */
export async function popularityFromCache(crawl: CacheCrawl): Promise<CacheCount> {
  const cache = openBinaryCache(crawl.cache, crawl.effects);
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
    if (!isBaseName(name)) throw new StrataError('usage', `${path} is no store path.`);
    return hashPart(name);
  });
  const starts = listed ?? (await cache.list());
  if (starts !== undefined) return starts;
  throw new StrataError('usage', `${cache.place} cannot list what it holds.`, {
    hint: 'Name store paths to begin with, such as those in a channel’s store-paths file, with --paths FILE.',
  });
}

async function readClosures(
  cache: BinaryCache,
  starts: readonly string[],
  crawl: CacheCrawl,
): Promise<CacheCount> {
  const { signal, onProgress, concurrency = DEFAULT_CONCURRENCY } = crawl;
  const file = await openCrawlFile(crawl.stateDirectory, cache.place);
  const seen = new Set(starts);
  const waiting = [...seen];
  const counted: NarInfo[] = [];
  let fetched = 0;
  let missing = 0;
  try {
    for (
      let batch = waiting.splice(0, concurrency * 4);
      batch.length > 0;
      batch = waiting.splice(0, concurrency * 4)
    ) {
      throwIfCancelled(signal);
      const read = await inTurns(
        batch,
        concurrency,
        async (hash) => file.known.get(hash) ?? fetchInfo(cache, hash, signal),
      );
      const fresh = read.flatMap((info, at) =>
        info !== undefined && !file.known.has(batch[at]) ? [info] : [],
      );
      await file.add(fresh);
      fetched += fresh.length;
      for (const info of read) {
        if (info === undefined) {
          missing++;
          continue;
        }
        counted.push(info);
        for (const reference of info.references) {
          const hash = hashPart(reference);
          if (seen.has(hash)) continue;
          seen.add(hash);
          waiting.push(hash);
        }
      }
      onProgress?.({ done: counted.length + missing, total: seen.size });
    }
  } finally {
    await file.close();
  }
  const infos = counted.map(({ name, references }) => ({ path: name, references }));
  return { popularity: countPopularity(infos), counted: counted.length, fetched, missing };
}

async function fetchInfo(
  cache: BinaryCache,
  hash: string,
  signal: AbortSignal | undefined,
): Promise<NarInfo | undefined> {
  const text = await cache.narInfo(hash, signal);
  if (text === undefined) return undefined;
  const place = `${cache.place}/${hash}.narinfo`;
  const info = parseNarInfo(text, place);
  if (hashPart(info.name) === hash) return info;
  throw new StrataError('network', `${place} is about another store path: ${info.name}.`);
}

/** Runs an action on every item, so many at a time. The first failure ends it, once the others have come to an end. */
async function inTurns<In, Out>(
  items: readonly In[],
  concurrency: number,
  action: (item: In) => Promise<Out>,
): Promise<Out[]> {
  const results: Out[] = [];
  let next = 0;
  let failure: unknown;
  const worker = async (): Promise<void> => {
    while (next < items.length && failure === undefined) {
      const at = next++;
      try {
        results[at] = await action(items[at]);
      } catch (error) {
        failure = error instanceof Cancelled ? error : (failure ?? error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, worker));
  if (failure !== undefined) throw failure;
  return results;
}
