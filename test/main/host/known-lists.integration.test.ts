import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createHost, type Host } from '../../../src/main/host/create-host.ts';
import type { DocumentRef } from '../../../src/shared/contract/documents.ts';
import { readGraphMessage } from '../../../src/shared/contract/graph-message.ts';
import type { HostClient } from '../../../src/shared/contract/index.ts';
import { applyJobEvent } from '../../../src/shared/contract/job-events.ts';
import type { JobDetail } from '../../../src/shared/contract/job-kinds.ts';
import type { Job } from '../../../src/shared/contract/jobs.ts';
import type { KnownList } from '../../../src/shared/contract/known.ts';
import { knownImagesOf } from '../../../src/shared/contract/known-message.ts';
import type { RegistryAccessInput } from '../../../src/shared/contract/registry.ts';
import { documentSchema } from '../../../src/shared/document.ts';
import { sharingLines } from '../../../src/shared/layer-sharing.ts';
import { planGraph } from '../../../src/shared/plan-graph.ts';
import { emptyCache, type TestCache } from '../../support/cache.ts';
import { strata, temporaryDirectory } from '../../support/cli.ts';
import { startFaultProxy } from '../../support/fault-proxy.ts';
import { startRegistry, type TestRegistry } from '../../support/registry.ts';

/** Real images of the starter set, and a registry with an account: a window plans `web` where `tools` exists already. */
const ACCOUNT = { username: 'ada', password: 'correct horse battery staple' };
const TOOLS = documentSchema.parse({
  version: 1,
  source: { type: 'starter' },
  name: 'team/tools',
  packages: ['bash', 'curl', 'jq'],
  layering: { budget: 12 },
});
const WEB = documentSchema.parse({
  version: 1,
  source: { type: 'starter' },
  name: 'team/web',
  packages: ['bash', 'curl', 'nginx'],
  layering: { budget: 20 },
});

let directory: { path: string; remove: () => Promise<void> };
let outside: typeof directory;
let cache: TestCache;
let registry: TestRegistry;
let host: Host;
let client: HostClient;
const ref: DocumentRef = { draft: randomUUID(), path: null };
let build = '';

const at = (name: string) => join(directory.path, name);

async function startHost(): Promise<void> {
  host = await createHost({
    cacheDirectory: cache.path,
    dataDirectory: at('data'),
    workingDirectory: directory.path,
    homeDirectory: directory.path,
    version: '0.0.0',
    shell: 'browser',
    fileRoots: [directory.path],
  });
  client = createRouterClient(host.router, {
    context: { connection: 'window', onBug: host.onBug },
  }) as unknown as HostClient;
}

beforeAll(async () => {
  directory = await temporaryDirectory('known-lists');
  outside = await temporaryDirectory('known-outside');
  cache = await emptyCache();
  registry = await startRegistry({ basic: ACCOUNT });
  mkdirSync(at('images'));
  writeFileSync(at('images/tools.strata.json'), JSON.stringify(TOOLS));
  writeFileSync(at('images/web.strata.json'), JSON.stringify(WEB));
  await startHost();
  const built = await start(TOOLS);
  const { jobId } = await client.images.start({
    ref: newDocument(),
    build: built,
    document: TOOLS,
    output: { path: at('tools.tar'), format: 'oci' },
  });
  await detailOf(jobId, 'image');
  await push(built, TOOLS, 'team/tools:v1', null);
  build = await start(WEB, ref);
});
afterAll(async () => {
  await host?.close();
  await registry?.stop();
  await directory?.remove();
  await outside?.remove();
  await cache?.remove();
});

async function finished(jobId: string): Promise<Job> {
  let job: Job | undefined;
  for await (const event of await client.jobs.subscribe({ id: jobId })) job = applyJobEvent(job, event);
  if (job === undefined) throw new Error('The stream had no snapshot.');
  return job;
}

async function detailOf<Kind extends JobDetail['kind']>(jobId: string, kind: Kind) {
  const { detail, failure } = await finished(jobId);
  expect(failure).toBeNull();
  if (detail.kind !== kind) throw new Error(`It is ${detail.kind}.`);
  return detail as Extract<JobDetail, { kind: Kind }>;
}

async function start(document: typeof WEB, of = newDocument()): Promise<string> {
  const { jobId } = await client.builds.start({ ref: of, document });
  return (await detailOf(jobId, 'build')).result?.build ?? '';
}

async function push(of: string, document: typeof WEB, repository: string, known: string | null) {
  const { jobId } = await client.registry.push({
    ref,
    build: of,
    document,
    known,
    reference: `${registry.host}/${repository}`,
    access: { credentials: ACCOUNT },
  });
  return detailOf(jobId, 'push');
}

type Reading = { readonly access?: Partial<RegistryAccessInput>; readonly of?: DocumentRef };

async function add(location: string, { access = {}, of = ref }: Reading = {}): Promise<KnownList> {
  const { jobId } = await client.known.add({ ref: of, location, access });
  const { result } = await detailOf(jobId, 'known');
  if (result === null) throw new Error('The job gave no list.');
  return result;
}

async function failureOf(location: string, reading: Reading = {}): Promise<NonNullable<Job['failure']>> {
  const { access = {}, of = ref } = reading;
  const { jobId } = await client.known.add({ ref: of, location, access });
  const { state, failure } = await finished(jobId);
  expect(state).toBe('failed');
  if (failure === null) throw new Error('It failed without a reason.');
  return failure;
}

const newDocument = (): DocumentRef => ({ draft: randomUUID(), path: null });

/** What a window shows: the layers at the document's budget, and what it says of them. */
async function planned(list: KnownList | null) {
  const { graph, popularity } = readGraphMessage(await client.builds.graph({ build }));
  const known = knownImagesOf(list);
  const { plan, known: compared } = planGraph({ graph, popularity, layering: WEB.layering, known });
  const layers = plan.layers(WEB.layering.budget);
  const paths = layers.map(({ nodes }) => Array.from(nodes, (node) => graph.paths[node] ?? ''));
  return { paths, said: sharingLines(graph, layers, compared) };
}

async function exported(name: string, known: string | null) {
  const output = { path: at(name), format: 'oci', replace: true } as const;
  const { jobId } = await client.images.start({ ref, build, document: WEB, known, output });
  const { result } = await detailOf(jobId, 'image');
  if (result === null) throw new Error('There is no image.');
  return result;
}

describe('an image that exists', () => {
  test('is planned with as the command line does, and exported as the window shows it', async () => {
    const list = await add(at('tools.tar'));
    expect(list.entries.map(({ location }) => location)).toEqual([at('tools.tar')]);
    const alone = await planned(null);
    const shown = await planned(list);
    expect(shown.paths).not.toEqual(alone.paths);
    expect(shown.said[0]).toMatch(
      /^\d+ of \d+ layers, [\d.]+ MB of [\d.]+ MB, exist in known images already$/,
    );

    const result = await exported('web.tar', list.list);
    const stored = result.layers.filter(({ kind }) => kind === 'store');
    expect(stored.map(({ storePaths }) => storePaths)).toEqual(shown.paths);
    expect(result.sharing[0]).toMatch(/are blobs of known images and need not be moved again$/);

    const web = at('images/web.strata.json');
    const command = await strata(['build', web, '--known', at('tools.tar'), '-o', at('command.tar')], {
      env: { ...cache.env, STRATA_DATA_DIR: at('data') },
    });
    expect(command.exitCode, command.stderr).toBe(0);
    expect(command.stderr).toContain(result.sharing[0]);
    expect(readFileSync(at('command.tar')).equals(readFileSync(at('web.tar')))).toBe(true);

    const packed = await client.images.cachedLayers({
      build,
      layering: WEB.layering,
      compression: WEB.compression,
      known: list.list,
    });
    const digests = new Set(packed.map(({ digest }) => digest));
    expect(stored.every(({ digest }) => digests.has(digest))).toBe(true);
  });

  test('stays in the list of its document, also after the host was restarted, until it is removed', async () => {
    const before = await client.known.latest(ref);
    await host.close();
    await startHost();
    expect(await client.known.latest(ref)).toEqual(before);
    expect(await client.known.latest(newDocument())).toBeNull();

    // What is there already is read again, in its place.
    await add('images/web.strata.json');
    const again = await add('tools.tar');
    expect(again.entries.map(({ location }) => location)).toEqual([
      at('tools.tar'),
      at('images/web.strata.json'),
    ]);
    const rest = await client.known.remove({ ref, location: at('images/web.strata.json') });
    expect(rest.entries.map(({ location }) => location)).toEqual([at('tools.tar')]);
    const none = await client.known.remove({ ref, location: at('tools.tar') });
    expect(none.entries).toEqual([]);
    // A window that shows an earlier list still gets what it shows.
    expect((await planned(again)).paths).toEqual((await planned(before)).paths);
  });

  test('in a registry is read with the account of the window, which is kept nowhere, and lets a push link its blobs', async () => {
    const reference = `${registry.host}/team/tools:v1`;
    expect((await failureOf(reference)).code).toBe('registry-unauthorized');
    const wrong = `wrong-${randomUUID()}`;
    const refused = { access: { credentials: { ...ACCOUNT, password: wrong } } };
    expect((await failureOf(reference, refused)).code).toBe('registry-unauthorized');
    expect(JSON.stringify(await client.jobs.list())).not.toContain(wrong);

    const of = newDocument();
    const list = await add(reference, { access: { credentials: ACCOUNT }, of });
    const { exitCode } = await execa(
      'grep',
      ['-rqF', '-e', wrong, '-e', ACCOUNT.password, cache.path, at('data')],
      {
        reject: false,
      },
    );
    expect(exitCode).toBe(1);

    const archived = new Set(
      list.entries.flatMap(({ images }) =>
        images.flatMap((image) =>
          image.type === 'existing' ? image.layers.map(({ digest }) => digest) : [],
        ),
      ),
    );
    const pushed = await push(build, WEB, 'team/web:v1', list.list);
    const shared = pushed.blobs.filter(({ digest }) => archived.has(digest));
    expect(shared.length).toBeGreaterThan(4);
    expect(shared.every(({ state }) => state === 'mounted')).toBe(true);
  });
});

describe('images that are planned along', () => {
  test('come to the same layers, from a directory of documents that holds the image itself', async () => {
    const list = await add('images', { of: newDocument() });
    expect(list.entries.flatMap(({ images }) => images.map(({ name }) => name))).toEqual([
      at('images/tools.strata.json'),
      at('images/web.strata.json'),
    ]);
    const shown = await planned(list);
    expect(shown.said[0]).toMatch(/come out the same in images that are planned along/);
    const result = await exported('along.tar', list.list);
    const stored = result.layers.filter(({ kind }) => kind === 'store');
    expect(stored.map(({ storePaths }) => storePaths)).toEqual(shown.paths);
    const packed = await client.images.cachedLayers({
      build,
      layering: WEB.layering,
      compression: WEB.compression,
      known: list.list,
    });
    expect(packed).toHaveLength(stored.length);
  });
});

describe('what cannot be known', () => {
  test('is named, with what to do', async () => {
    writeFileSync(at('broken.tar'), readFileSync(at('tools.tar')));
    truncateSync(at('broken.tar'), 300_000);
    writeFileSync(at('other.json'), '{"some": "thing"}');
    expect((await failureOf('broken.tar')).message).toMatch(/broken\.tar is damaged: it ends in the middle/);
    expect((await failureOf('none.tar')).message).toMatch(/none\.tar: it does not exist/);
    expect((await failureOf('none.json')).message).toMatch(/none\.json: it does not exist/);
    expect((await failureOf('none.strata.json')).message).toContain('none.strata.json');
    expect((await failureOf('other.json')).message).toMatch(/neither a closure graph nor a plan/);
    const unreachable = await failureOf('127.0.0.1:1/team/tools');
    expect(unreachable.message).toContain('127.0.0.1:1');
    const access = { credentials: ACCOUNT };
    expect((await failureOf(`${registry.host}/team/none:v1`, { access })).message).toContain('team/none:v1');
    await expect(
      client.images.start({ ref, build, document: WEB, known: 'none', output: null }),
    ).rejects.toMatchObject({ code: 'not-found' });
    const other = { ...WEB, layering: { ...WEB.layering, strategy: 'single' as const } };
    const list = await add('tools.tar', { of: newDocument() });
    const { jobId } = await client.images.start({
      ref,
      build,
      document: other,
      known: list.list,
      output: null,
    });
    expect((await finished(jobId)).failure?.message).toMatch(/looks at nothing but the image itself/);
  });

  test('is out of bounds, also by a link in a directory', async () => {
    await expect(client.known.add({ ref, location: outside.path })).rejects.toMatchObject({
      code: 'file-system',
    });
    mkdirSync(at('links'));
    writeFileSync(join(outside.path, 'secret.json'), '{"secret": "of somebody else"}');
    symlinkSync(join(outside.path, 'secret.json'), at('links/plan.json'));
    const failure = await failureOf('links');
    expect(failure.message).toMatch(/outside the directories that this window may use/);
    expect(JSON.stringify(failure)).not.toContain('of somebody else');
  });

  test('is a document whose source nobody trusts: nothing of it is evaluated', async () => {
    mkdirSync(at('packages'));
    writeFileSync(at('packages/default.nix'), 'throw "it was evaluated"');
    writeFileSync(
      at('strange.strata.json'),
      JSON.stringify({ version: 1, source: { type: 'path', path: './packages' }, packages: ['x'] }),
    );
    expect((await failureOf('strange.strata.json')).code).toBe('untrusted-source');
  });

  test('is another program’s image: it adds nothing, and that is said', async () => {
    const [root = ''] = (await planned(null)).paths.flat();
    mkdirSync(at('root/nix/store'), { recursive: true });
    await execa('cp', ['-r', root, at('root/nix/store/')]);
    await execa('umoci', ['init', '--layout', at('foreign')]);
    await execa('umoci', ['new', '--image', `${at('foreign')}:v1`]);
    await execa('umoci', ['insert', '--image', `${at('foreign')}:v1`, at('root/nix'), '/nix']);
    const { said } = await planned(await add('foreign', { of: newDocument() }));
    expect(said).toEqual([
      expect.stringMatching(/^No layer of .*foreign is taken over: another program packed it/),
    ]);
  });

  test('is cancelled while it is read, and the list stays as it was', async () => {
    const slow = await startFaultProxy(registry.host, {
      fault: ({ path }) => (path.includes('/blobs/') ? { type: 'drip', bytesPerSecond: 50_000 } : undefined),
    });
    // So that nothing is remembered of the layers.
    renameSync(join(cache.path, 'registry'), join(cache.path, 'registry-before'));
    try {
      const of = newDocument();
      const access = { credentials: ACCOUNT };
      const { jobId } = await client.known.add({ ref: of, location: `${slow.host}/team/tools:v1`, access });
      const progress = async () => (await client.jobs.get({ id: jobId })).progress;
      await expect
        .poll(progress, { timeout: 60_000 })
        .toMatchObject({ phase: 'Reading the layers', total: expect.any(Number), unit: 'bytes' });
      await client.jobs.cancel({ id: jobId });
      expect((await finished(jobId)).state).toBe('cancelled');
      expect(await client.known.latest(of)).toBeNull();
    } finally {
      await slow.stop();
    }
  });
});
