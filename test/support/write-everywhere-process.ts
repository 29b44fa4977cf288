import { mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { gzipSync } from 'node:zlib';
import { decompressedCopy } from '../../src/main/archive/decompressed-copy.ts';
import { writeCatalog } from '../../src/main/catalog/write-catalog.ts';
import { saveDocumentFile } from '../../src/main/documents/document-file.ts';
import { createDrafts } from '../../src/main/documents/drafts.ts';
import { writeLockFile } from '../../src/main/documents/lock-file.ts';
import { createRecentDocuments } from '../../src/main/documents/recent-documents.ts';
import { writeWindowState } from '../../src/main/electron/window-state.ts';
import { asFaultOfMachine } from '../../src/main/files/file-system-error.ts';
import { withTemporaryFile } from '../../src/main/files/with-temporary-file.ts';
import { writeWhole } from '../../src/main/files/write-whole.ts';
import { createDirectory } from '../../src/main/host/browse.ts';
import { createSettings } from '../../src/main/host/settings.ts';
import { createTrust } from '../../src/main/host/trust.ts';
import { openLog } from '../../src/main/log/log.ts';
import { remember } from '../../src/main/nix/source/memory.ts';
import { recordBuild } from '../../src/main/planning/build-records.ts';
import { openCrawlFile } from '../../src/main/popularity/crawl-file.ts';
import { nixDatabase } from '../../src/main/root/nix-database.ts';
import { openRunDirectory } from '../../src/main/run/run-directory.ts';
import { writeRoot } from '../../src/main/run/write-root.ts';
import { writeGenerated } from '../../src/main/starter/cache.ts';
import { openBlobStore } from '../../src/main/store/blob-store.ts';
import { documentSchema } from '../../src/shared/document.ts';
import { StrataError } from '../../src/shared/errors.ts';
import { sourceFields } from '../../src/shared/package-sources.ts';
import { graphOf } from './fake-store.ts';

/**
 * Writes with everything of Strata that writes, each below a directory of its own, once the parent has done something to
 * the file system (it then writes a line). Prints what came of each as JSON. Arguments: the directory; `--as UID`, to give
 * up root before; `--no-files`, to open so many files before that no other can be; `--long`, to write below a name that is
 * too long.
 */
const [base = '', ...options] = process.argv.slice(2);
const now = () => new Date();
const document = documentSchema.parse({ version: 1, name: 'image', packages: [] });
const graph = graphOf(['/nix/store/00000000000000000000000000000000-a']);
const large = 'x'.repeat(100_000);

/** What needs something there before: it was there when the file system was sound. */
const prepare: Readonly<Record<string, (directory: string) => Promise<unknown>>> = {
  'the cache, of an earlier run': async (directory) => (await openBlobStore(directory)).close(),
};

const writers: Readonly<Record<string, (directory: string) => unknown>> = {
  'a document': (directory) =>
    saveDocumentFile({ path: join(directory, 'a.strata.json'), document, fingerprint: null, replace: true }),
  'a lock': (directory) =>
    writeLockFile(join(directory, 'a.strata.lock'), { version: 1, sources: {} } as never),
  'a plan, hints or bill': (directory) => writeWhole(join(directory, 'plan.json'), large),
  settings: (directory) => createSettings(directory).update({ theme: 'dark' }),
  'recent documents': (directory) => createRecentDocuments(directory, now).add('/a.strata.json'),
  'trusted sources': (directory) =>
    createTrust(directory, now).add(
      sourceFields({ ...document, source: { type: 'git', url: 'https://git.example/a' } } as never) as never,
    ),
  'unsaved work': (directory) =>
    createDrafts(directory, now).save('window', {
      draft: '2a2e4a4e-6f0c-4f63-9d0c-0c9d3b7e8f10',
      path: null,
      document,
    } as never),
  'the place of a window': (directory) =>
    writeWindowState(join(directory, 'window.json'), { x: 0, y: 0, width: 900, height: 600 } as never),
  'records of builds': (directory) => recordBuild(directory, 'a', { system: 'x86_64-linux', graph }),
  'a new directory': (directory) =>
    createDirectory(directory, 'new', { check: async (path: string) => path } as never),
  'the cache, new': async (directory) => (await openBlobStore(join(directory, 'cache'))).close(),
  'the cache, of an earlier run': async (directory) => (await openBlobStore(directory)).close(),
  'a catalogue': (directory) =>
    writeCatalog(join(directory, 'catalogs', 'a.sqlite'), [], { revision: 'a', builtAt: now() } as never),
  'what a source was': (directory) => remember(directory, 'source', { large }),
  'the starter set': (directory) =>
    writeGenerated(join(directory, 'set'), { debset: { large }, popularity: {} } as never),
  'counts of a crawl': async (directory) => {
    const file = await openCrawlFile(directory, 'cache.example');
    for (let i = 0; i < 200; i += 1)
      await file.add({ name: `${large.slice(0, 1000)}${i}`, references: [] } as never);
  },
  'an archive that is unpacked': async (directory) => {
    process.env.TMPDIR = directory;
    const pieces = (async function* () {
      yield gzipSync(large);
    })();
    await decompressedCopy(pieces, { path: 'a.tar.gz', compression: 'gzip', mostBytes: 1e9 });
  },
  'a temporary file': (directory) => {
    process.env.TMPDIR = directory;
    return withTemporaryFile(large, async () => {});
  },
  'the database of an image': (directory) => {
    process.env.TMPDIR = directory;
    return nixDatabase(graph);
  },
  'the directory of a run': (directory) => openRunDirectory(directory),
  'the root of a run': (directory) =>
    writeRoot([{ type: 'file', path: 'etc', mode: 0o644, text: large } as never], {
      directory,
      withOwners: false,
    }),
  'the log': (directory) => openLog(join(directory, 'logs', 'host.log')).info(large),
};

const names = Object.keys(writers);
const below = (name: string) => join(base, name);
for (const name of names) {
  mkdirSync(below(name), { recursive: true });
  await prepare[name]?.(below(name));
}
console.log('ready');
for await (const _ of createInterface({ input: process.stdin })) break;

const uid = Number(options[options.indexOf('--as') + 1]);
if (options.includes('--as')) {
  process.setgroups?.([]);
  process.setgid?.(uid);
  process.setuid?.(uid);
}
if (options.includes('--no-files')) {
  try {
    for (;;) openSync('/dev/null', 'r');
  } catch {
    // Now no other can be opened.
  }
}
const outcomes: unknown[] = [];
for (const name of names) {
  const directory = options.includes('--long') ? join(below(name), 'n'.repeat(300)) : below(name);
  try {
    await writers[name]?.(directory);
    outcomes.push({ name });
  } catch (thrown) {
    const error = asFaultOfMachine(thrown);
    if (error instanceof StrataError) outcomes.push({ name, code: error.code, message: error.message });
    else outcomes.push({ name, code: 'bug', message: String(thrown) });
  }
}
console.log(JSON.stringify(outcomes));
process.exit();
