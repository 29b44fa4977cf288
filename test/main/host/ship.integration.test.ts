import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { execa } from 'execa';
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { createHost, type Host } from '../../../src/main/host/create-host.ts';
import type { ComparedInput } from '../../../src/shared/contract/compare.ts';
import type { HostClient } from '../../../src/shared/contract/index.ts';
import { applyJobEvent } from '../../../src/shared/contract/job-events.ts';
import type { JobDetail } from '../../../src/shared/contract/job-kinds.ts';
import type { Job } from '../../../src/shared/contract/jobs.ts';
import { documentSchema, type StrataDocument } from '../../../src/shared/document.ts';
import { startFaultProxy } from '../../support/fault-proxy.ts';
import { startRegistry, type TestRegistry } from '../../support/registry.ts';
import { FIXTURE_SET, type IsolatedNix, isolatedNix } from '../nix/support/isolated-nix.ts';

const ACCOUNT = { username: 'ada', password: 'correct horse battery staple' };

let nix: IsolatedNix;
let host: Host;
let client: HostClient;
let registry: TestRegistry;
const document = documentSchema.parse({
  version: 1,
  name: 'team/web',
  source: { type: 'path', path: FIXTURE_SET },
  packages: ['world'],
  defaults: { cacert: false, ianaEtc: false },
});
const ref = { draft: randomUUID(), path: null };
let build = '';

beforeAll(async () => {
  nix = await isolatedNix();
  mkdirSync(join(nix.directory, 'work'));
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
  client = createRouterClient(host.router, {
    context: { connection: 'window', onBug: host.onBug },
  }) as unknown as HostClient;
  await client.sources.trust({ source: document.source });
  const { jobId } = await client.builds.start({ ref, document });
  build = (await detailOf(jobId, 'build')).result?.build ?? '';
  registry = await startRegistry({ basic: ACCOUNT });
});
afterAll(async () => {
  await registry?.stop();
  await host?.close();
  await nix?.remove();
});

async function finished(jobId: string): Promise<Job> {
  let job: Job | undefined;
  for await (const event of await client.jobs.subscribe({ id: jobId })) job = applyJobEvent(job, event);
  if (job === undefined) throw new Error('The stream had no snapshot.');
  return job;
}

async function detailOf<Kind extends JobDetail['kind']>(
  jobId: string,
  kind: Kind,
): Promise<Extract<JobDetail, { kind: Kind }>> {
  const { detail, failure } = await finished(jobId);
  expect(failure).toBeNull();
  if (detail.kind !== kind) throw new Error(`It is ${detail.kind}.`);
  return detail as Extract<JobDetail, { kind: Kind }>;
}

async function startPush(repository: string, password: string | null, more: Partial<StrataDocument> = {}) {
  const credentials = password === null ? null : { username: ACCOUNT.username, password };
  return client.registry.push({
    ref,
    build,
    document: { ...document, ...more },
    reference: `${registry.host}/${repository}`,
    access: { credentials },
    bill: 'spdx',
  });
}

async function errorOf(promise: Promise<unknown>): Promise<{ code: string; message: string }> {
  return promise.then(
    () => {
      throw new Error('It succeeded.');
    },
    (error) => error,
  );
}

describe('a push', () => {
  test('without an account fails in a way that a window can answer with a question', async () => {
    const { jobId } = await startPush('team/web:1', null);
    const job = await finished(jobId);
    expect(job).toMatchObject({ state: 'failed', failure: { code: 'registry-unauthorized' } });
  });

  test('with a wrong password fails, and the password is in no record, file or event', async () => {
    const wrong = `wrong-${randomUUID()}`;
    const { jobId } = await startPush('team/web:1', wrong);
    const job = await finished(jobId);
    expect(job).toMatchObject({ state: 'failed', failure: { code: 'registry-unauthorized' } });
    expect(JSON.stringify([job, await client.jobs.list()])).not.toContain(wrong);
    const { exitCode } = await execa(
      'grep',
      ['-rqF', wrong, nix.cacheDirectory, join(nix.directory, 'data')],
      {
        reject: false,
      },
    );
    expect(exitCode).toBe(1);
  });

  test('with the right one uploads each blob, and again none of them', async () => {
    const first = await detailOf((await startPush('team/web:1', ACCOUNT.password)).jobId, 'push');
    expect(first.reference).toBe(`${registry.host}/team/web:1`);
    expect(first.layers.every(({ state }) => state === 'packed' || state === 'cached')).toBe(true);
    expect(first.blobs.at(-1)?.title).toBe('configuration');
    for (const blob of first.blobs) {
      expect(blob).toMatchObject({ state: 'moved', doneBytes: blob.sizeBytes });
    }
    expect(first.result).toMatchObject({
      changed: true,
      movedBlobs: first.blobs.length,
      pinned: `${registry.host}/team/web:1@${first.result?.digest}`,
      bill: 'spdx',
    });

    const second = await detailOf((await startPush('team/web:1', ACCOUNT.password)).jobId, 'push');
    expect(second.result).toMatchObject({ changed: false, movedBlobs: 0, digest: first.result?.digest });
    expect(second.blobs.every(({ state }) => state === 'present')).toBe(true);
  });

  test('attaches the bill of materials to the image', async () => {
    const { result } = await detailOf((await startPush('team/bill', ACCOUNT.password)).jobId, 'push');
    const tag = result?.digest.replace(':', '-');
    const { statusCode, body } = await request(`${registry.url}/v2/team/bill/manifests/${tag}`, {
      headers: {
        accept: 'application/vnd.oci.image.index.v1+json',
        authorization: `Basic ${Buffer.from(`${ACCOUNT.username}:${ACCOUNT.password}`).toString('base64')}`,
      },
    });
    expect(statusCode).toBe(200);
    expect(await body.json()).toMatchObject({ manifests: [{ artifactType: 'application/spdx+json' }] });
  });

  test('that is cancelled in the middle leaves no image under its name', async () => {
    const proxy = await startFaultProxy(registry.host, {
      fault: ({ method, path }) =>
        (method === 'PUT' || method === 'PATCH') && path.includes('/blobs/uploads/')
          ? { type: 'silence' }
          : undefined,
    });
    onTestFinished(() => proxy.stop());
    const { jobId } = await client.registry.push({
      ref,
      build,
      document,
      reference: `${proxy.host}/team/cancelled:1`,
      access: { credentials: ACCOUNT },
    });
    await vi.waitFor(() => expect(proxy.seen.map(({ method }) => method)).toContain('PUT'), 60_000);
    await client.jobs.cancel({ id: jobId });
    expect(await finished(jobId)).toMatchObject({ state: 'cancelled', failure: null });
    const reference = `${registry.host}/team/cancelled:1`;
    expect(await client.registry.summary({ reference, access: { credentials: ACCOUNT } })).toBeNull();
  });

  test('to what is no reference is refused at once', async () => {
    const { code } = await errorOf(startPush('Team/WEB', ACCOUNT.password));
    expect(code).toBe('usage');
  });
});

describe('what is at a reference', () => {
  test('is told by layers with their store paths, without reading what was pushed from here', async () => {
    const reference = `${registry.host}/team/web:1`;
    const summary = await client.registry.summary({ reference, access: { credentials: ACCOUNT } });
    expect(summary?.name).toBe(reference);
    const { paths } = await client.builds.graph({ build });
    expect(summary?.layers.flatMap(({ storePaths }) => storePaths).sort()).toEqual(paths.toSorted());
    expect(registry.log()).not.toMatch(/GET \/v2\/team\/web\/blobs\/.* 200 [0-9]{7,}/);
  });

  test('is nothing where nothing is', async () => {
    const reference = `${registry.host}/team/none:1`;
    expect(await client.registry.summary({ reference, access: { credentials: ACCOUNT } })).toBeNull();
  });

  test('is not told without an account', async () => {
    const reference = `${registry.host}/team/web:1`;
    expect((await errorOf(client.registry.summary({ reference }))).code).toBe('registry-unauthorized');
  });
});

describe('an image that is served', () => {
  async function imageOf(jobId: string) {
    const { detail, failure } = await client.jobs.get({ id: jobId });
    expect(failure).toBeNull();
    return detail.kind === 'serve' ? detail.image : null;
  }
  /** Waits until it can be pulled. */
  async function startServing() {
    const { jobId } = await client.serving.start({ ref, build, document });
    for await (const _ of await client.jobs.subscribe({ id: jobId })) {
      const image = await imageOf(jobId);
      if (image !== null) return { jobId, ...image };
    }
    throw new Error('The job ended before anything could be pulled.');
  }

  test('is pulled by its name, and is gone once it is stopped', async () => {
    const served = await startServing();
    expect(served.reference).toMatch(/^127\.0\.0\.1:\d+\/team\/web:latest$/);
    const directory = join(nix.directory, 'pulled');
    const pull = () =>
      execa(
        'skopeo',
        ['copy', '--src-tls-verify=false', `docker://${served.reference}`, `oci:${directory}:web`],
        { reject: false, all: true },
      );
    const { exitCode, all } = await pull();
    expect(all).toContain('Writing manifest');
    expect(exitCode).toBe(0);
    const index = JSON.parse(readFileSync(join(directory, 'index.json'), 'utf8'));
    expect(index.manifests[0].digest).toBe(served.digest);
    await expect.poll(async () => (await imageOf(served.jobId))?.pulls).toBeGreaterThan(0);

    const again = await startServing();
    expect(await finished(served.jobId)).toMatchObject({ state: 'cancelled', failure: null });
    expect(again.reference).not.toBe(served.reference);
    await client.jobs.cancel({ id: again.jobId });
    expect(await finished(again.jobId)).toMatchObject({ state: 'cancelled', failure: null });
    expect((await pull()).exitCode).not.toBe(0);
    const said: string[] = [];
    for await (const { lines } of await client.jobs.followLog({ id: served.jobId })) said.push(...lines);
    expect(said.slice(0, 2)).toEqual([`Served as ${served.reference}`, 'Asked for']);
  });
});

describe('an exported image', () => {
  const path = () => join(nix.directory, 'work', 'web.tar');

  test('has its bill of materials beside it', async () => {
    const output = { path: path(), format: 'oci', bill: 'cyclonedx' } as const;
    const { jobId } = await client.images.start({ ref, build, document, output });
    const { result } = await detailOf(jobId, 'image');
    const bill = join(nix.directory, 'work', 'web.cdx.json');
    expect(result?.output).toMatchObject({ path: path(), billPath: bill });
    const { components } = JSON.parse(readFileSync(bill, 'utf8'));
    const { paths } = await client.builds.graph({ build });
    expect(JSON.stringify(components)).toContain(paths[0]);
    expect((await errorOf(client.images.start({ ref, build, document, output }))).code).toBe('conflict');
  });

  test('goes into an engine of this machine that answers', async () => {
    const programs = join(nix.directory, 'programs');
    mkdirSync(programs);
    const script = `#!/bin/sh
case "$*" in version*) echo 26.1.5 ;; info*) echo '[]' ;; load) cat >${join(programs, 'sent')} ;; esac`;
    writeFileSync(join(programs, 'docker'), script, { mode: 0o755 });
    const path = process.env.PATH;
    process.env.PATH = `${programs}:${path}`;
    try {
      expect(await client.images.engines()).toContainEqual({ engine: 'docker://', version: '26.1.5' });
      const { jobId } = await client.images.start({ ref, build, document, output: null, into: 'docker://' });
      const { result } = await detailOf(jobId, 'image');
      const sentBytes = readFileSync(join(programs, 'sent')).length;
      expect(result).toMatchObject({ output: null, into: { engine: 'docker://', sentBytes } });
      expect(sentBytes).toBeGreaterThan(0);
    } finally {
      process.env.PATH = path;
    }
  });

  test('opens again with layers, history, bytes and files', async () => {
    const { jobId } = await client.opened.start({ location: 'web.tar' });
    const { result } = await detailOf(jobId, 'open');
    if (result === null) throw new Error('There is no result.');
    const { paths } = await client.builds.graph({ build });
    expect(result.layers[0]?.history).toBeTruthy();
    expect(result.waste.efficiency).toBeGreaterThan(0);
    expect(result.waste.shippedBytes).toBeGreaterThanOrEqual(result.waste.usefulBytes);

    const { image } = result;
    const page = await client.images.files({ image, layer: null, directory: nix.storeDirectory });
    expect(page.entries.map((entry) => entry.path).sort()).toEqual(paths.toSorted());
    const layer = await client.images.files({ image, layer: 0, directory: nix.storeDirectory });
    const packed = await client.images.latest(ref);
    expect(layer.total).toBe(packed?.layers[0]?.storePaths.length);
    const found = await client.images.searchFiles({ image, layer: null, query: 'bin world' });
    expect(found.total).toBeGreaterThan(0);
  });

  test('opens from the registry too', async () => {
    const { jobId } = await client.opened.start({
      location: `${registry.host}/team/web:1`,
      access: { credentials: ACCOUNT },
    });
    const { result } = await detailOf(jobId, 'open');
    expect(result?.config).toMatchObject({ os: 'linux' });
  });

  test('is refused where it is out of bounds, or is a document', async () => {
    expect((await errorOf(client.opened.start({ location: '/etc/image.tar' }))).code).toBe('file-system');
    expect((await errorOf(client.opened.start({ location: 'web.strata.json' }))).code).toBe('usage');
  });
});

describe('a comparison', () => {
  const compare = async (before: ComparedInput, after: ComparedInput) => {
    const { jobId } = await client.compare.start({ before, after });
    const { result } = await detailOf(jobId, 'compare');
    if (result === null) throw new Error('There is no result.');
    return result;
  };

  test('finds what is in a registry, in a file and planned here to be the same', async () => {
    const pushed: ComparedInput = {
      type: 'location',
      location: `${registry.host}/team/web:1`,
      access: { credentials: ACCOUNT },
    };
    const file: ComparedInput = { type: 'location', location: join(nix.directory, 'work', 'web.tar') };
    const planned: ComparedInput = { type: 'plan', build, document };
    const { image } = (await client.images.latest(ref)) ?? { image: '' };

    const same = await compare(pushed, file);
    expect(same.diff.layers).toMatchObject({ removed: [], added: [] });
    expect(same.diff.download.sizeBytes).toBe(0);
    expect((await compare({ type: 'image', image }, file)).diff.config).toEqual([]);

    const plan = await compare(pushed, planned);
    expect(plan.diff.layers.added).toEqual([]);
    expect(plan.diff.config).toEqual([]);
    // The root layer is there on both sides, and both are measured alike.
    expect(plan.diff.layers.removed).toEqual([]);
    expect(plan.diff.after).toEqual(plan.diff.before);
  });

  test('tells layers and settings that changed', async () => {
    const changed = documentSchema.parse({
      ...document,
      layering: { budget: 1, strategy: 'strata' },
      config: { Cmd: ['world'] },
    });
    const result = await compare(
      { type: 'plan', build, document },
      { type: 'plan', build, document: changed },
    );
    expect(result.after.layers).toHaveLength(2);
    expect(result.diff.config).toEqual([{ member: 'Cmd', before: null, after: '["world"]' }]);
    expect(result.diff.packages).toEqual({ added: [], removed: [], changed: [], rebuilt: [] });
  });

  test('does not evaluate a document whose source is not trusted', async () => {
    const foreign = join(nix.directory, 'work', 'foreign.strata.json');
    writeFileSync(
      foreign,
      JSON.stringify({ version: 1, source: { type: 'path', path: './elsewhere' }, packages: ['x'] }),
    );
    const { code } = await errorOf(
      client.compare.start({
        before: { type: 'location', location: foreign },
        after: { type: 'plan', build, document },
      }),
    );
    expect(code).toBe('untrusted-source');
  });
});

test('a document is copied as a Nix expression', async () => {
  const { text } = await client.documents.nixExpression({ document, path: null, kind: 'dockerTools' });
  expect(text).toContain('streamLayeredImage');
  expect(text).toContain('world');
});
