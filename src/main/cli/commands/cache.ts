import { InvalidArgumentError } from 'commander';
import { StrataError } from '../../../shared/errors.ts';
import { count, formatBytes } from '../../../shared/format.ts';
import { ownCacheDirectory } from '../../files/own-directory.ts';
import { detectNix } from '../../nix/environment.ts';
import { dropGcRoot, listGcRoots } from '../../nix/gc-roots.ts';
import { type BlobStore, openBlobStoreIn, type StoreFault } from '../../store/blob-store.ts';
import type { AddCommand, CommandContext } from '../command.ts';
import { sizeOption } from '../rule-options.ts';
import { storeObjectName } from '../store-object-name.ts';
import { formatTable } from '../table.ts';

const DAY_MILLISECONDS = 86_400_000;

export const addCacheCommand: AddCommand = (program, run) => {
  const cache = program.command('cache').description('Show and prune packed layers and GC roots.');
  cache
    .command('show', { isDefault: true })
    .description('Show what is kept.')
    .option('--json', 'print it as JSON')
    .action(run(show));
  cache
    .command('prune')
    .description('Remove packed layers; running processes keep what they need.')
    .option('--unused-for <days>', 'those that were not used for so many days', parseDays)
    .option('--max-size <size>', 'the least recently used, until the rest fits, such as 10GB', sizeOption)
    .option('--all', 'all of them')
    .action(run(prune));
  cache
    .command('verify')
    .description('Read every packed layer and the index, and remove what is damaged.')
    .action(run(verify));
  cache
    .command('drop-root')
    .description('Let garbage collection take what a GC root holds.')
    .argument('[names...]', 'names as `strata cache` shows them')
    .option('--all', 'all roots')
    .action(run(dropRoot));
};

async function withStore<T>(work: (store: BlobStore) => Promise<T> | T): Promise<T> {
  const store = await openBlobStoreIn(ownCacheDirectory());
  try {
    return await work(store);
  } finally {
    store.close();
  }
}

/** Where Nix is not here any more, its paths are taken to be where they say. */
async function storeRoot(): Promise<string> {
  try {
    return (await detectNix()).storeRoot;
  } catch (error) {
    if (error instanceof StrataError) return '';
    throw error;
  }
}

async function show({ terminal }: CommandContext, { json }: { readonly json?: true }): Promise<undefined> {
  const cache = ownCacheDirectory();
  const roots = await listGcRoots(cache, await storeRoot());
  await withStore((store) => {
    const layers = store.list();
    const leftovers = store.leftovers();
    if (json) {
      terminal.print(JSON.stringify({ directory: cache, layers, roots, leftovers }, null, 2));
      return;
    }
    const bytes = new Map(layers.map(({ digest, sizeBytes }) => [digest, sizeBytes]));
    const total = [...bytes.values()].reduce((sum, size) => sum + size, 0);
    // Two layers may be one blob, such as one that was packed and one that was pulled.
    terminal.print(`Packed layers: ${bytes.size}, ${formatBytes(total)}, in ${store.directory}`);
    if (layers.length > 0) printLayers(terminal, layers);
    terminal.print('');
    terminal.print(`GC roots: ${roots.length}`);
    for (const { name, target, holds } of roots) {
      const held = holds.length > 0 ? holds.join(', ') : storeObjectName(target ?? '');
      terminal.print(`  ${name}${target === null ? ' (what it held is gone)' : ` → ${held}`}`);
    }
    if (leftovers.length > 0) {
      terminal.print('');
      terminal.print('Left by killed processes of another user, who alone may remove it (sudo rm -r):');
      for (const directory of leftovers) terminal.print(`  ${directory}`);
    }
  });
  return undefined;
}

function printLayers(
  { print, columns }: CommandContext['terminal'],
  layers: ReturnType<BlobStore['list']>,
): void {
  const rows = layers.map(({ sizeBytes, uncompressedBytes, compression, usedMs, label }) => [
    formatBytes(sizeBytes),
    formatBytes(uncompressedBytes),
    compression,
    new Date(usedMs).toISOString().slice(0, 16).replace('T', ' '),
    label,
  ]);
  const table = formatTable(
    [
      { title: 'blob', align: 'right' },
      { title: 'unpacked', align: 'right' },
      { title: 'codec' },
      { title: 'last used (UTC)' },
      { title: 'holds' },
    ],
    rows,
    columns - 2,
  );
  for (const line of table) print(`  ${line}`);
}

interface PruneOptions {
  readonly unusedFor?: number;
  readonly maxSize?: number;
  readonly all?: true;
}

async function prune({ terminal }: CommandContext, options: PruneOptions): Promise<undefined> {
  const { unusedFor, maxSize, all } = options;
  if (unusedFor === undefined && maxSize === undefined && !all) {
    throw new StrataError('usage', 'It is not said what to remove.', {
      hint: 'Use --unused-for DAYS, --max-size SIZE or --all.',
    });
  }
  const result = await withStore((store) =>
    store.prune({
      ...(all
        ? { unusedForMs: 0 }
        : unusedFor === undefined
          ? {}
          : { unusedForMs: unusedFor * DAY_MILLISECONDS }),
      ...(maxSize === undefined ? {} : { maxBytes: maxSize }),
    }),
  );
  terminal.print(
    `Removed ${count(result.removedBlobs, 'layer')}, ${formatBytes(result.freedBytes)}; ` +
      `kept ${count(result.keptBlobs, 'layer')}, ${formatBytes(result.keptBytes)}` +
      (result.heldBlobs > 0 ? ` (${result.heldBlobs} in use)` : ''),
  );
  return undefined;
}

async function verify({ terminal, signal }: CommandContext): Promise<undefined> {
  await withStore(async (store) => {
    let damaged = 0;
    const { blobs, unknown } = await store.audit((fault) => {
      if (fault.type === 'damaged') damaged += 1;
      terminal.print(faultLine(fault));
    }, signal);
    terminal.print(`${count(blobs, 'layer')} read, ${damaged} damaged`);
    if (unknown > 0)
      terminal.print(
        `${count(unknown, 'layer')} not in the index: the next \`strata cache prune\` removes them`,
      );
  });
  return undefined;
}

function faultLine(fault: StoreFault): string {
  switch (fault.type) {
    case 'index':
      return 'The index was damaged and is begun anew: layers are packed again as they are needed.';
    case 'damaged':
      return `damaged, removed: ${fault.digest}`;
    case 'missing':
      return `in the index, but not there: ${fault.digest}`;
  }
}

async function dropRoot(
  { terminal }: CommandContext,
  names: readonly string[],
  { all }: { readonly all?: true },
): Promise<undefined> {
  const cache = ownCacheDirectory();
  const known = (await listGcRoots(cache)).map(({ name }) => name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0 || (names.length === 0 && !all)) {
    throw new StrataError(
      'usage',
      unknown.length > 0 ? `There is no GC root ${unknown.join(', ')}.` : 'No GC root is named.',
      {
        hint: '`strata cache` lists them; --all drops every one.',
      },
    );
  }
  const dropped = all ? known : names;
  for (const name of dropped) await dropGcRoot(cache, name);
  terminal.print(
    `Dropped ${count(dropped.length, 'GC root')}; nix-collect-garbage may now take what they held.`,
  );
  return undefined;
}

function parseDays(text: string): number {
  const days = Number(text);
  if (text.trim() === '' || !Number.isFinite(days) || days < 0)
    throw new InvalidArgumentError('A number of days is wanted.');
  return days;
}
