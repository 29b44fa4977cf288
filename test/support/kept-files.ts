import { createHash, randomUUID } from 'node:crypto';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { readPathInfo } from '../../src/engine/graph/path-info.ts';
import { digestOfHex } from '../../src/engine/oci/digest.ts';
import type { Digest } from '../../src/engine/oci/types.ts';
import { DamagedCatalog, openCatalog } from '../../src/main/catalog/open-catalog.ts';
import { writeCatalog } from '../../src/main/catalog/write-catalog.ts';
import { createDrafts } from '../../src/main/documents/drafts.ts';
import { createRecentDocuments } from '../../src/main/documents/recent-documents.ts';
import { readWindowState, writeWindowState } from '../../src/main/electron/window-state.ts';
import { createRecordStore } from '../../src/main/host/records/record-store.ts';
import { createSettings } from '../../src/main/host/settings.ts';
import { createTrust } from '../../src/main/host/trust.ts';
import { recall, remember } from '../../src/main/nix/source/memory.ts';
import { recordBuild, recordedBuilds } from '../../src/main/planning/build-records.ts';
import { openCrawlFile } from '../../src/main/popularity/crawl-file.ts';
import { openRegistryMemory } from '../../src/main/registry/memory.ts';
import { readGenerated, writeGenerated } from '../../src/main/starter/cache.ts';
import { generateDebset } from '../../src/main/starter/generate.ts';
import { openBlobStore } from '../../src/main/store/blob-store.ts';
import { StrataError } from '../../src/shared/errors.ts';
import { archiveOf, MACHINE } from '../main/starter/fixture.ts';

/** A file that Strata keeps, and how to tell whether it does the right thing with whatever became of it. */
export interface KeptFile {
  readonly name: string;
  /** Writes it below a directory, and says where it is. */
  make(directory: string): Promise<string>;
  /**
   * Does with it what Strata does. Throws where something comes out that was not put in, or it cannot be put right by
   * use; a second call must find all as it should be.
   */
  use(directory: string): Promise<void>;
}

function demand(condition: boolean, what: string, found?: unknown): void {
  if (!condition) throw new Error(`${what}: ${JSON.stringify(found)}`);
}

/** Either what was put in, or nothing. */
function demandSameOrNone(found: unknown, put: unknown, what: string): void {
  demand(found === undefined || found === null || isDeepStrictEqual(found, put), what, found);
}

const digestOf = (text: string): Digest => digestOfHex(createHash('sha256').update(text).digest('hex'));
const now = () => new Date('2026-01-02T03:04:05Z');
const KEYS = Array.from({ length: 60 }, (_, index) => `key-${index}`);

/** Fewer, as each is synced to the disk; their labels make some pages of them. */
const LAYER_KEYS = KEYS.slice(0, 10);
const layerOf = (key: string) => ({
  key,
  digest: digestOf(key),
  diffId: digestOf(`plain ${key}`),
  compression: 'gzip' as const,
  sizeBytes: key.length,
  uncompressedBytes: 1_000_000 + key.length,
  label: `package-of-${key}`.padEnd(2000, '.'),
});

async function addLayer(store: Awaited<ReturnType<typeof openBlobStore>>, key: string): Promise<void> {
  const file = store.temporaryFile();
  writeFileSync(file, key);
  await store.add(layerOf(key), file);
}

const layerIndex: KeptFile = {
  name: 'index of layers',
  async make(directory) {
    const store = await openBlobStore(directory);
    for (const key of LAYER_KEYS) await addLayer(store, key);
    store.close();
    return join(directory, 'index.sqlite');
  },
  async use(directory) {
    const store = await openBlobStore(directory);
    const facts = (record: ReturnType<typeof store.find>) => {
      if (record === undefined) return undefined;
      const { createdMs, usedMs, ...rest } = record;
      demand(!Number.isNaN(new Date(usedMs).getTime()), 'a time', usedMs);
      return rest;
    };
    for (const key of LAYER_KEYS) demandSameOrNone(facts(store.find(key)), layerOf(key), `layer ${key}`);
    for (const record of store.list()) demandSameOrNone(facts(record), layerOf(record.key), 'a listed layer');
    await addLayer(store, 'another');
    demand(isDeepStrictEqual(facts(store.find('another')), layerOf('another')), 'the layer just added');
    await store.audit(() => {});
    store.prune({ unusedForMs: 0 });
    store.close();
    const again = await openBlobStore(directory);
    for (const key of [...LAYER_KEYS, 'another']) await addLayer(again, key);
    demand(again.list().length === LAYER_KEYS.length + 1, 'all layers, once they are packed again');
    again.close();
  },
};

const contentsOf = (key: string) => ({
  diffId: digestOf(key),
  sizeBytes: 5_000_000_000,
  storePaths: [`/nix/store/${'a'.repeat(32)}-${key}`, `/nix/store/${'b'.repeat(32)}-lib`],
});
const knownLayerOf = (key: string) => ({
  diffId: digestOf(`plain ${key}`),
  descriptor: { mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', digest: digestOf(key), size: 77 },
});

const registryMemory: KeptFile = {
  name: 'memory of registries',
  async make(directory) {
    const file = join(directory, 'memory.sqlite');
    const memory = openRegistryMemory(file);
    for (const key of KEYS) {
      memory.rememberBlob('r', 'one', digestOf(key));
      memory.rememberLayer('r', 'one', key, knownLayerOf(key));
      memory.rememberContents(digestOf(key), contentsOf(key));
      memory.rememberSession('r', 'one', digestOf(key), { location: `https://r/${key}`, holder: '7.0.0' });
    }
    memory.close();
    return file;
  },
  async use(directory) {
    const memory = openRegistryMemory(join(directory, 'memory.sqlite'));
    for (const key of KEYS) {
      demandSameOrNone(memory.layer('r', 'one', key), knownLayerOf(key), 'a layer');
      demandSameOrNone(memory.contents(digestOf(key)), contentsOf(key), 'contents');
      // Hints: what they say is asked of the registry.
      memory.repositoriesWith('r', digestOf(key));
      memory.session('r', 'one', digestOf(key));
    }
    memory.rememberLayer('r', 'one', 'new', knownLayerOf('new'));
    memory.rememberBlob('r', 'new', digestOf('new'));
    demand(memory.layer('r', 'one', 'new') !== undefined, 'a layer just remembered');
    demand(memory.repositoriesWith('r', digestOf('new')).includes('new'), 'a repository just remembered');
    memory.close();
  },
};

const catalog: KeptFile = {
  name: 'catalog of packages',
  async make(directory) {
    const file = join(directory, 'catalog.sqlite');
    const records = KEYS.map((key, index) => ({
      attribute: key,
      name: key,
      version: '1.0',
      description: `what ${key} is about`,
      marks: [],
      popularity: index,
      isSet: false,
      programs: [`run-${key}`],
      details: { outputs: ['out'], licences: ['MIT'], homepage: null, mainProgram: null, notices: [] },
    }));
    await writeCatalog(file, records, { revision: 'r1', builtAt: now() });
    return file;
  },
  async use(directory) {
    const file = join(directory, 'catalog.sqlite');
    const opened = openCatalog(file);
    try {
      for (const key of KEYS.slice(0, 10)) {
        opened?.search(key, 0, 10);
        opened?.find(key);
        opened?.details(key);
      }
      opened?.search('', 0, 50);
      opened?.browse('', 0, 50);
      opened?.nearest('key-99');
    } catch (error) {
      if (!(error instanceof DamagedCatalog)) throw error;
      demand(openCatalog(file) === undefined, 'no catalog after a damaged one');
    } finally {
      opened?.close();
    }
  },
};

const SOURCE = { revision: 'a'.repeat(40), path: '/nix/store/abc-source', narHash: 'sha256-xyz=' };
const sourceSchema = z.object({ revision: z.string(), path: z.string(), narHash: z.string() });

const sourceMemory: KeptFile = {
  name: 'memory of package sources',
  async make(directory) {
    await remember(directory, 'nixpkgs', SOURCE);
    return join(directory, 'sources', 'nixpkgs.json');
  },
  async use(directory) {
    demandSameOrNone(await recall(directory, 'nixpkgs', sourceSchema), SOURCE, 'the source');
    await remember(directory, 'nixpkgs', SOURCE);
    demand((await recall(directory, 'nixpkgs', sourceSchema)) !== undefined, 'a source just remembered');
  },
};

const GENERATED = {
  debset: generateDebset(archiveOf({ bash: 'libc6', dash: '', libc6: '' }), MACHINE, []),
  popularity: { 'libc6-1.0': 2, 'bash-1.0': 1 },
};
const generatedFile = (file: string): KeptFile => ({
  name: `${file} of a generated set`,
  async make(directory) {
    await writeGenerated(join(directory, 'set'), GENERATED);
    return join(directory, 'set', file);
  },
  async use(directory) {
    const set = join(directory, 'set');
    demandSameOrNone(readGenerated(set), GENERATED, 'the set');
    await writeGenerated(set, GENERATED);
    demand(readGenerated(set) !== undefined, 'a set just written');
  },
});

const settings: KeptFile = {
  name: 'settings',
  async make(directory) {
    await createSettings(directory).update({ theme: 'dark', view: { labels: 'all' } });
    return join(directory, 'settings.json');
  },
  async use(directory) {
    const store = createSettings(directory);
    await store.get();
    await store.update({ theme: 'light' });
    demand((await store.get()).theme === 'light', 'a theme just set');
  },
};

const trust: KeptFile = {
  name: 'trusted sources',
  async make(directory) {
    await createTrust(directory, now).add({ source: { type: 'path', path: '/ours' }, importArguments: {} });
    return join(directory, 'trusted-sources.json');
  },
  async use(directory) {
    const store = createTrust(directory, now);
    const other = { source: { type: 'path', path: '/other' }, importArguments: {} } as const;
    await store.remove('path /other');
    await store.add(other);
    demand((await store.since(other)) !== undefined, 'a source just trusted');
    demand(
      (await store.since({ source: { type: 'path', path: '/never' }, importArguments: {} })) === undefined,
      'trust in what nobody trusted',
    );
  },
};

const recent: KeptFile = {
  name: 'recent documents',
  async make(directory) {
    await createRecentDocuments(directory, now).add('/one.strata.json');
    return join(directory, 'recent.json');
  },
  async use(directory) {
    const documents = createRecentDocuments(directory, now);
    await documents.list();
    await documents.add('/two.strata.json');
    demand((await documents.list())[0]?.path === '/two.strata.json', 'a document just opened');
  },
};

const drafts: KeptFile = {
  name: 'unsaved work',
  async make(directory) {
    const kept = createDrafts(directory, now);
    const document = { version: 1, packages: ['bash', 'git'] };
    const { documentSchema } = await import('../../src/shared/document.ts');
    await kept.save('window', {
      draft: randomUUID(),
      path: null,
      document: documentSchema.parse(document),
      fingerprint: null,
    });
    return join(directory, 'drafts', readdirSync(join(directory, 'drafts'))[0] ?? '');
  },
  async use(directory) {
    for (const draft of await createDrafts(directory, now).recoverable()) {
      if ('failure' in draft) demand(draft.failure.hint?.includes(directory) === true, 'where it is', draft);
    }
  },
};

const RECORD = randomUUID();
const DOCUMENT = { draft: randomUUID(), path: '/a.strata.json' };
const recordStore = (directory: string) =>
  createRecordStore({ directory, schema: z.object({ n: z.number() }), title: 'The build', kept: 3 });
const record = (name: string, file: string): KeptFile => ({
  name,
  async make(directory) {
    await recordStore(directory).put(RECORD, DOCUMENT, { n: 1234 });
    return join(directory, file);
  },
  async use(directory) {
    const store = recordStore(directory);
    await store.get(RECORD).catch((error: unknown) => {
      if (!(error instanceof StrataError) || error.code !== 'not-found') throw error;
    });
    await store.latest(DOCUMENT);
    await store.put(randomUUID(), DOCUMENT, { n: 5 });
    demand((await store.latest(DOCUMENT))?.n === 5, 'a record just kept');
  },
});

const GRAPH = readPathInfo(
  [{ path: `/nix/store/${'a'.repeat(32)}-a`, narSize: 8, narHash: 'sha256:x', references: [] }],
  { roots: [`/nix/store/${'a'.repeat(32)}-a`] },
);
const builds: KeptFile = {
  name: 'records of builds',
  async make(directory) {
    await recordBuild(directory, '/a.strata.json', { system: 'x86_64-linux', graph: GRAPH });
    return join(directory, readdirSync(directory)[0] ?? '');
  },
  async use(directory) {
    await recordedBuilds(directory, '/a.strata.json');
    await recordBuild(directory, '/a.strata.json', { system: 'x86_64-linux', graph: GRAPH });
    demand((await recordedBuilds(directory, '/a.strata.json')).length > 0, 'a build just recorded');
  },
};

const crawl: KeptFile = {
  name: 'crawl of a binary cache',
  async make(directory) {
    const file = await openCrawlFile(directory, 'https://cache');
    for (const key of KEYS) await file.add({ name: `${'a'.repeat(32)}-${key}`, references: [] });
    await file.close();
    return join(directory, readdirSync(directory)[0] ?? '');
  },
  async use(directory) {
    const file = await openCrawlFile(directory, 'https://cache');
    await file.add({ name: `${'c'.repeat(32)}-new`, references: [] });
    demand(file.known.has('c'.repeat(32)), 'a path just read');
    await file.close();
  },
};

const windowState: KeptFile = {
  name: 'place of the window',
  async make(directory) {
    const file = join(directory, 'window.json');
    await writeWindowState(file, { x: 1, y: 2, width: 800, height: 600, maximized: false });
    return file;
  },
  async use(directory) {
    const file = join(directory, 'window.json');
    readWindowState(file);
    await writeWindowState(file, { x: 1, y: 2, width: 800, height: 600, maximized: true });
    demand(readWindowState(file)?.maximized === true, 'a place just written');
  },
};

export const KEPT_FILES: readonly KeptFile[] = [
  layerIndex,
  registryMemory,
  catalog,
  sourceMemory,
  generatedFile('debset.json'),
  generatedFile('popularity.json'),
  generatedFile('sums.json'),
  settings,
  trust,
  recent,
  drafts,
  record('a kept result', `${RECORD}.json`),
  record('the list of kept results', 'index.json'),
  builds,
  crawl,
  windowState,
];
