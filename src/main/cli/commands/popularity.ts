import { join } from 'node:path';
import { Cancelled, StrataError } from '../../../shared/errors.ts';
import { count } from '../../../shared/format.ts';
import { ownCacheDirectory } from '../../files/own-directory.ts';
import { writeWhole } from '../../files/write-whole.ts';
import { popularityFromCache } from '../../popularity/from-cache.ts';
import { popularityFromStore } from '../../popularity/from-store.ts';
import { readNetrc } from '../../popularity/netrc.ts';
import { readStorePathList } from '../../popularity/store-path-list.ts';
import type { AddCommand, CommandContext } from '../command.ts';

interface PopularityOptions {
  readonly fromStore?: true;
  readonly fromCache?: string;
  readonly paths?: string;
  readonly netrcFile?: string;
  readonly out: string;
}

export const addPopularityCommand: AddCommand = (program, run) => {
  program
    .command('popularity')
    .description('Count how many packages depend on each, for --pop: over the Nix store or a binary cache.')
    .option('--from-store', 'count over the local Nix store')
    .option('--from-cache <url>', 'count over a binary cache: a directory, file:// or http(s)://')
    .option('--paths <file>', 'store paths to begin with, for a cache that cannot list its own')
    .option('--netrc-file <file>', "passwords of caches; Nix's own where it is left out")
    .requiredOption('--out <file>', 'where to write the counts as JSON')
    .action(run(popularity));
};

async function popularity(context: CommandContext, options: PopularityOptions): Promise<undefined> {
  const { terminal } = context;
  const { counts, summary } = await countFrom(context, options);
  const sorted = Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1));
  await writeWhole(options.out, `${JSON.stringify(Object.fromEntries(sorted), null, 1)}\n`);
  terminal.note(`Wrote ${options.out}: ${count(sorted.length, 'name')}, ${summary}`);
  return undefined;
}

async function countFrom(
  { terminal, signal }: CommandContext,
  { fromStore, fromCache, paths, netrcFile }: PopularityOptions,
): Promise<{ readonly counts: Readonly<Record<string, number>>; readonly summary: string }> {
  if ((fromStore === undefined) === (fromCache === undefined)) {
    throw new StrataError(
      'usage',
      fromStore ? 'A store and a cache cannot be counted together.' : 'It is not said what to count over.',
      { hint: 'Use either --from-store or --from-cache URL.' },
    );
  }
  if (fromCache === undefined) {
    const { popularity: counts, counted } = await popularityFromStore(process.env, signal);
    return { counts, summary: `of ${count(counted, 'store path')}` };
  }
  const result = await popularityFromCache({
    cache: fromCache,
    paths: paths === undefined ? undefined : await readStorePathList(paths),
    netrc: /^https?:/i.test(fromCache) ? await readNetrc(netrcFile, process.env, signal) : undefined,
    stateDirectory: join(ownCacheDirectory(), 'popularity'),
    signal,
    onProgress: ({ done, total }) => terminal.progress([`Read ${done} of ${count(total, 'store path')}`]),
  })
    .catch((error: unknown) => {
      if (error instanceof Cancelled || (error instanceof StrataError && error.code === 'network')) {
        terminal.note('What was read is kept: the same command goes on from there.');
      }
      throw error;
    })
    .finally(() => terminal.clearProgress());
  const { unreadable } = result;
  for (const line of unreadable.slice(0, MOST_UNREADABLE)) terminal.note(`warning: ${line}`);
  if (unreadable.length > MOST_UNREADABLE) {
    terminal.note(`warning: and ${unreadable.length - MOST_UNREADABLE} more that tell nothing`);
  }
  return {
    counts: result.popularity,
    summary:
      `of ${count(result.counted, 'store path')}, ${result.fetched} read now, ${result.missing} not in the cache, ` +
      `${unreadable.length} unreadable`,
  };
}

/** So many damaged files are named. */
const MOST_UNREADABLE = 5;
