import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { createRouterClient } from '@orpc/server';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createHost, type Host } from '../../../src/main/host/create-host.ts';
import { recordedBuilds } from '../../../src/main/planning/build-records.ts';
import type { DocumentRef } from '../../../src/shared/contract/documents.ts';
import { readGraphMessage } from '../../../src/shared/contract/graph-message.ts';
import type { HostClient } from '../../../src/shared/contract/index.ts';
import { applyJobEvent } from '../../../src/shared/contract/job-events.ts';
import type { Job } from '../../../src/shared/contract/jobs.ts';
import { documentSchema, type StrataDocument } from '../../../src/shared/document.ts';
import { FIXTURE_SET, type IsolatedNix, isolatedNix } from '../nix/support/isolated-nix.ts';
import { processesWith } from '../nix/support/processes.ts';

let nix: IsolatedNix;
let host: Host;
let client: HostClient;

const SOURCE = { source: { type: 'path', path: FIXTURE_SET } } as const;

async function startHost(): Promise<void> {
  host = await createHost({
    cacheDirectory: nix.cacheDirectory,
    dataDirectory: join(nix.directory, 'data'),
    workingDirectory: join(nix.directory, 'work'),
    homeDirectory: join(nix.directory, 'home'),
    version: '0.0.0',
    shell: 'browser',
    fileRoots: [nix.directory],
    env: nix.env,
  });
  client = clientOf('window 1');
}

/** A window without a transport in between: those have tests of their own. */
function clientOf(connection: string): HostClient {
  return createRouterClient(host.router, { context: { connection } }) as unknown as HostClient;
}

beforeAll(async () => {
  nix = await isolatedNix();
  mkdirSync(join(nix.directory, 'work'));
  await startHost();
});
afterAll(async () => {
  await host.close();
  await nix.remove();
});

const documentOf = (packages: readonly string[], more: Partial<StrataDocument> = {}): StrataDocument =>
  documentSchema.parse({
    version: 1,
    ...SOURCE,
    packages,
    defaults: { cacert: false, ianaEtc: false },
    ...more,
  });
const newRef = () => ({ draft: randomUUID(), path: null });

async function finished(jobId: string): Promise<Job> {
  let job: Job | undefined;
  for await (const event of await client.jobs.subscribe({ id: jobId })) job = applyJobEvent(job, event);
  if (job === undefined) throw new Error('The stream had no snapshot.');
  return job;
}

async function build(packages: readonly string[], ref: DocumentRef = newRef()) {
  const { jobId } = await client.builds.start({ ref, document: documentOf(packages) });
  const job = await finished(jobId);
  if (job.detail.kind !== 'build') throw new Error('It is not a build.');
  return { job, detail: job.detail, ref, build: job.detail.result?.build ?? '' };
}

async function errorOf(promise: Promise<unknown>): Promise<{ code: string; data: { fixes: unknown[] } }> {
  return promise.then(
    () => {
      throw new Error('It succeeded.');
    },
    (error) => error,
  );
}

describe('a source that is not trusted', () => {
  test('is described, and nothing of it is evaluated', async () => {
    const directory = join(nix.directory, 'foreign');
    mkdirSync(directory);
    // An evaluation of x would leave a file in the store.
    writeFileSync(join(directory, 'default.nix'), `_: { x = builtins.toFile "evaluated-proof" "x"; }`);
    writeFileSync(
      join(directory, 'web.strata.json'),
      JSON.stringify({ version: 1, source: { type: 'path', path: '.' }, packages: ['x'] }),
    );
    const before = existsSync(nix.storeDirectory) ? readdirSync(nix.storeDirectory) : [];
    const opened = await client.documents.open({ path: join(directory, 'web.strata.json') });
    expect(opened.source).toMatchObject({
      source: { type: 'path', path: directory },
      identity: `path ${directory}`,
      trusted: false,
      location: directory,
    });
    const selection = { source: opened.document.source, documentPath: opened.path };
    const ref = { draft: randomUUID(), path: opened.path };
    // One after the other: a refusal that nobody awaits yet would end the test run.
    for (const attempt of [
      () => client.builds.start({ ref, document: opened.document }),
      () => client.catalog.prepare(selection),
      () => client.catalog.closures({ ...selection, names: ['x'] }),
    ]) {
      const { code, data } = await errorOf(attempt());
      expect(code).toBe('untrusted-source');
      expect(data.fixes).toEqual([{ type: 'trust-source', source: { type: 'path', path: directory } }]);
    }
    expect(existsSync(nix.storeDirectory) ? readdirSync(nix.storeDirectory) : []).toEqual(before);
    expect(await client.jobs.list()).toEqual([]);
  });

  test('may be an overlay over a source that is', async () => {
    const directory = join(nix.directory, 'overlaid');
    mkdirSync(directory);
    writeFileSync(join(directory, 'o.nix'), `_: _: { x = builtins.toFile "evaluated-overlay" "x"; }`);
    const path = join(directory, 'web.strata.json');
    const document = {
      version: 1,
      source: { type: 'starter' },
      importArguments: { overlays: ['./o.nix'] },
      packages: ['x'],
    };
    writeFileSync(path, JSON.stringify(document));
    const opened = await client.documents.open({ path });
    expect(opened.source).toMatchObject({
      trusted: false,
      location: expect.stringContaining(join(directory, 'o.nix')),
    });
    const ref = { draft: randomUUID(), path };
    const { code } = await errorOf(client.builds.start({ ref, document: opened.document }));
    expect(code).toBe('untrusted-source');
    const { source, importArguments } = opened.document;
    const trusted = await client.sources.trust({ source, importArguments, documentPath: path });
    expect(trusted.trusted).toBe(true);
    await client.sources.distrust({ identity: `overlay ${join(directory, 'o.nix')}` });
  });

  test('is trusted by what it is, also after a restart, until that is taken back', async () => {
    const described = await client.sources.trust(SOURCE);
    expect(described.trusted).toBe(true);
    await host.close();
    await startHost();
    expect((await client.sources.describe(SOURCE)).trusted).toBe(true);
    expect((await client.sources.choices()).map(({ identity }) => identity)).toContain(`path ${FIXTURE_SET}`);
    await client.sources.distrust({ identity: described.identity });
    expect((await client.sources.describe(SOURCE)).trusted).toBe(false);
    await client.sources.trust(SOURCE);
  });
});

describe('a build', () => {
  test('shows its derivations and their logs, and ends with the closure graph', async () => {
    const { job, detail, build: id, ref } = await build(['world', 'pythonpackages.flask']);
    expect(job).toMatchObject({ state: 'done', kind: 'build', failure: null });
    const states = detail.derivations.map(({ name, state }) => [name, state]);
    expect(states).toContainEqual(['hello-1.0', 'done']);
    const world = detail.derivations.find(({ name }) => name === 'world-1.0');
    const hello = detail.derivations.find(({ name }) => name === 'hello-1.0');
    expect(world?.dependencies).toContain(hello?.derivation);
    expect(detail.result).toMatchObject({
      document: ref,
      packages: [
        { asked: 'world', attribute: 'world', version: '1.0' },
        { asked: 'pythonpackages.flask', attribute: 'pythonPackages.Flask' },
      ],
      notices: ['pythonpackages.flask was taken for pythonPackages.Flask.'],
      storePaths: 4,
    });

    const { graph } = readGraphMessage(await client.builds.graph({ build: id }));
    const roots = [...graph.roots].map((root) => graph.paths[root]);
    expect(roots).toEqual(detail.result?.packages.flatMap(({ storePaths }) => storePaths));
    expect(graph.narSizes.reduce((sum, size) => sum + size, 0)).toBe(detail.result?.closureBytes);
  });

  test('is found again by its document, also by another host and under a new name', async () => {
    const { ref, build: id } = await build(['hello']);
    const path = join(nix.directory, 'work', 'hello.strata.json');
    const document = documentOf(['hello']);
    await client.documents.save({ draft: ref.draft, path, document, fingerprint: null });
    await host.close();
    await startHost();
    expect((await client.builds.latest({ draft: randomUUID(), path }))?.build).toBe(id);
    expect(await client.builds.latest(newRef())).toBeNull();
    expect((await client.builds.graph({ build: id })).paths).toHaveLength(2);
  });

  test('of a document that is a file is remembered, to learn from', async () => {
    const path = join(nix.directory, 'work', 'learned.strata.json');
    await build(['hello'], { draft: randomUUID(), path });
    const [builds] = await recordedBuilds(join(nix.directory, 'data', 'builds'), path);
    expect(builds).toHaveLength(1);
    expect(builds?.[0]?.paths.some((each) => each.includes('-hello'))).toBe(true);
  });

  test('that fails says why, with the log, and what can be done', async () => {
    const { job } = await build(['hello', 'needs-fails']);
    expect(job.state).toBe('failed');
    expect(job.failure).toMatchObject({
      code: 'build-failed',
      message: expect.stringContaining('fails-1.0'),
      log: 'line one\nline two',
      fixes: [{ type: 'retry' }, { type: 'remove-package', package: 'needs-fails' }],
    });
    const failed =
      job.detail.kind === 'build'
        ? job.detail.derivations.find(({ state }) => state === 'failed')
        : undefined;
    expect(failed?.name).toBe('fails-1.0');
    const log: string[] = [];
    const chunks = await client.jobs.followLog({ id: job.id, derivation: failed?.derivation ?? '' });
    for await (const { lines } of chunks) log.push(...lines);
    expect(log).toEqual(['line one', 'line two']);
  });

  test('names all packages that cannot be had at once, each with what can be done', async () => {
    const { job } = await build(['hallo', 'free-riders.unfree', 'worldd']);
    expect(job.failure).toMatchObject({ code: 'unknown-package' });
    expect(job.failure?.fixes).toEqual(
      expect.arrayContaining([
        { type: 'replace-package', package: 'hallo', replacement: 'hello' },
        { type: 'remove-package', package: 'worldd' },
        { type: 'allow', what: 'unfree', packages: ['unfree-1.0'] },
      ]),
    );
  });

  test('that is cancelled in the middle leaves no process behind', async () => {
    const { jobId } = await client.builds.start({ ref: newRef(), document: documentOf(['slow']) });
    for await (const event of await client.jobs.subscribe({ id: jobId })) {
      const isRunning =
        event.type === 'detail' &&
        event.change.kind === 'build' &&
        event.change.derivations?.some(({ name, state }) => name === 'slow-1.0' && state === 'running');
      if (isRunning) await client.jobs.cancel({ id: jobId });
    }
    const job = await client.jobs.get({ id: jobId });
    expect(job).toMatchObject({ state: 'cancelled', failure: null });
    expect(job.detail).toMatchObject({
      derivations: expect.arrayContaining([
        expect.objectContaining({ name: 'slow-1.0', state: 'cancelled' }),
      ]),
    });
    await expect.poll(() => processesWith(nix.storeDirectory), { timeout: 60_000 }).toEqual([]);
  });
});

describe('an image', () => {
  test('is packed, exported and inspected; the next one takes its layers from the cache', async () => {
    const { build: id, ref } = await build(['world', 'tool']);
    const document = documentOf(['world', 'tool'], { name: 'team/web', tag: 'v1' });
    const output = join(nix.directory, 'work', 'image.tar');
    const pack = async (to: string | null, replace = false) => {
      const { jobId } = await client.images.start({
        ref,
        build: id,
        document,
        output: to === null ? null : { path: to, format: 'oci', replace },
      });
      const job = await finished(jobId);
      if (job.detail.kind !== 'image' || job.detail.result === null) throw new Error(job.failure?.message);
      return { job, result: job.detail.result, layers: job.detail.layers };
    };
    expect(await client.images.latest(ref)).toBeNull();

    const first = await pack(output);
    expect(first.result.layers.map(({ kind }) => kind).at(-1)).toBe('root');
    expect(first.layers.every(({ state }) => state === 'packed')).toBe(true);
    expect(first.result.output).toMatchObject({ path: output, format: 'oci' });
    const inspected = await execa('skopeo', ['inspect', '--raw', `oci-archive:${output}`]);
    expect(JSON.parse(inspected.stdout).layers).toHaveLength(first.result.layers.length);
    expect(
      (
        await errorOf(
          client.images.start({ ref, build: id, document, output: { path: output, format: 'oci' } }),
        )
      ).code,
    ).toBe('conflict');

    const second = await pack(null);
    expect(second.result.manifestDigest).toBe(first.result.manifestDigest);
    expect(second.result.layers.every(({ cached }) => cached)).toBe(true);
    expect((await client.images.latest(ref))?.image).toBe(second.result.image);

    const known = await client.images.cachedLayers({
      build: id,
      layering: document.layering,
      compression: { type: 'gzip' },
    });
    const graph = await client.builds.graph({ build: id });
    const stored = first.result.layers.filter(({ kind }) => kind === 'store');
    const bySize = (layers: readonly (readonly string[])[]) =>
      layers.map((paths) => [...paths].sort().join()).sort();
    expect(bySize(known.map(({ nodes }) => nodes.map((node) => graph.paths[node] ?? '')))).toEqual(
      bySize(stored.map(({ storePaths }) => storePaths)),
    );

    const image = second.result.image;
    const { manifest, config } = await client.images.raw({ image });
    expect(manifest).toMatchObject({ schemaVersion: 2 });
    expect(config).toMatchObject({ os: 'linux' });
    const top = await client.images.files({ image, layer: null, directory: '/' });
    expect(top.entries.map(({ name }) => name)).toEqual(expect.arrayContaining(['bin', 'etc', 'tmp']));
    expect(top.entries.find(({ name }) => name === 'tmp')?.mode).toBe(0o1777);
    const found = await client.images.searchFiles({ image, layer: null, query: 'bin tool' });
    expect(found.entries.map(({ path }) => path)).toContain('/bin/tool');
    const rootLayer = second.result.layers.length - 1;
    const links = await client.images.files({ image, layer: rootLayer, directory: '/bin' });
    expect(links.entries.find(({ name }) => name === 'tool')).toMatchObject({
      kind: 'symlink',
      layer: rootLayer,
    });
    expect((await errorOf(client.images.files({ image, layer: null, directory: '/nowhere' }))).code).toBe(
      'not-found',
    );
  });

  test('of a build whose paths Nix has collected says so', async () => {
    const { build: id, ref, detail } = await build(['python3Packages.requests']);
    const [path = ''] = detail.result?.packages[0]?.storePaths ?? [];
    await rm(join(nix.cacheDirectory, 'gcroots'), { recursive: true });
    await execa('nix-collect-garbage', [], { env: nix.env, extendEnv: false });
    expect(existsSync(path)).toBe(false);
    const document = documentOf(['python3Packages.requests']);
    const { jobId } = await client.images.start({ ref, build: id, document, output: null });
    expect(await finished(jobId)).toMatchObject({
      state: 'failed',
      failure: { code: 'not-found', hint: expect.stringContaining('Build again') },
    });
  });

  test('is written only where windows may write', async () => {
    const { build: id, ref } = await build(['hello']);
    const outside = { path: '/etc/strata-test.tar', format: 'oci' } as const;
    const error = await errorOf(
      client.images.start({ ref, build: id, document: documentOf(['hello']), output: outside }),
    );
    expect(error.code).toBe('file-system');
    expect(existsSync('/etc/strata-test.tar')).toBe(false);
  });
});

describe('the catalog of a source', () => {
  test('is listed once a revision, with its sets, marks and versions', async () => {
    const states: string[] = [];
    const leaving = new AbortController();
    const watched = (async () => {
      for await (const { state } of await client.catalog.watch(SOURCE, { signal: leaving.signal }))
        states.push(state);
    })().catch(() => {});
    while (states.length === 0) await wait(1);
    expect((await errorOf(client.catalog.search({ ...SOURCE, query: 'x' }))).code).toBe('not-found');
    const { jobId } = await client.catalog.prepare(SOURCE);
    expect(await client.catalog.prepare(SOURCE)).toEqual({ jobId });
    expect((await finished(jobId ?? '')).state).toBe('done');
    await expect.poll(() => states.at(-1), { timeout: 60_000 }).toBe('ready');
    expect(await client.catalog.prepare(SOURCE)).toEqual({ jobId: null });
    leaving.abort();
    await watched;
    expect([states[0], states.at(-1)]).toEqual(['absent', 'ready']);
    expect(states).toContain('building');

    const { entries } = await client.catalog.search({ ...SOURCE, query: 'hello' });
    expect(entries[0]).toMatchObject({ attribute: 'hello', version: '1.0', description: 'Says hello' });
    const sets = await client.catalog.browse({ ...SOURCE, set: '' });
    expect(sets.entries.filter(({ isSet }) => isSet).map(({ attribute }) => attribute)).toContain(
      'pythonPackages',
    );
    expect((await client.catalog.browse({ ...SOURCE, set: 'pythonPackages' })).total).toBe(2);
    const details = await client.catalog.details({ ...SOURCE, attribute: 'free-riders.insecure' });
    expect(details).toMatchObject({ marks: ['insecure'], notices: ['Known vulnerability: CVE-2000-1'] });
    expect(await client.catalog.lookup({ ...SOURCE, names: ['tool.bin', 'TOOL', 'hallo'] })).toMatchObject([
      { entry: { attribute: 'tool' }, output: 'bin' },
      { entry: { attribute: 'tool' }, output: null },
      { entry: null, nearest: expect.arrayContaining(['hello']) },
    ]);
  });

  test('is there for the next host at once', async () => {
    await host.close();
    await startHost();
    expect((await client.catalog.search({ ...SOURCE, query: 'world' })).entries[0]?.attribute).toBe('world');
  });

  test('says why it cannot be listed', async () => {
    const directory = join(nix.directory, 'broken-set');
    mkdirSync(directory);
    writeFileSync(join(directory, 'default.nix'), '{ this is not Nix');
    const selection = { source: { type: 'path', path: directory } } as const;
    await client.sources.trust(selection);
    const { jobId } = await client.catalog.prepare(selection);
    const job = await finished(jobId ?? '');
    expect(job).toMatchObject({ state: 'failed', failure: { code: 'evaluation-failed' } });
    for await (const status of await client.catalog.watch(selection)) {
      expect(status).toMatchObject({ state: 'failed', failure: { code: 'evaluation-failed' } });
      break;
    }
  });
});

describe('unsaved work', () => {
  test('of a window that is gone is offered when its document is opened again', async () => {
    const path = join(nix.directory, 'work', 'draft.strata.json');
    const draft = randomUUID();
    const saved = await client.documents.save({
      draft,
      path,
      document: documentOf(['hello']),
      fingerprint: null,
    });
    const other = clientOf('window 2');
    await other.documents.autosave({
      draft,
      path,
      document: documentOf(['hello', 'world']),
      fingerprint: saved.fingerprint,
    });
    expect((await client.documents.open({ path })).recovery).toBeNull();
    host.release('window 2');
    const { recovery, document } = await client.documents.open({ path });
    expect(document.packages).toEqual(['hello']);
    expect(recovery).toMatchObject({ draft, document: { packages: ['hello', 'world'] } });
    await client.documents.discardDraft({ draft });
    expect((await client.documents.open({ path })).recovery).toBeNull();
  });
});
