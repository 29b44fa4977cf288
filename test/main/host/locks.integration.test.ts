import { randomUUID } from 'node:crypto';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHost, type Host } from '../../../src/main/host/create-host.ts';
import { whyNoBwrap } from '../../../src/main/run/probe-bwrap.ts';
import type { HostClient } from '../../../src/shared/contract/index.ts';
import { applyJobEvent } from '../../../src/shared/contract/job-events.ts';
import type { Job } from '../../../src/shared/contract/jobs.ts';
import { documentSchema, rootDocumentOf } from '../../../src/shared/document.ts';
import { FIXTURE_SET, type IsolatedNix, isolatedNix } from '../nix/support/isolated-nix.ts';

let nix: IsolatedNix;
let host: Host;
let client: HostClient;
let directory: string;
const document = documentSchema.parse({
  version: 1,
  packages: ['tools:world', 'own:hello'],
  sources: {
    tools: { type: 'path', path: './set', importArguments: { greeting: 'tools' } },
    own: { type: 'path', path: './own' },
  },
  defaults: { cacert: false, ianaEtc: false },
});

beforeAll(async () => {
  nix = await isolatedNix();
  directory = join(nix.directory, 'work');
  await mkdir(directory);
  for (const name of ['set', 'own']) await cp(FIXTURE_SET, join(directory, name), { recursive: true });
  host = await createHost({
    cacheDirectory: nix.cacheDirectory,
    dataDirectory: join(nix.directory, 'data'),
    workingDirectory: directory,
    homeDirectory: join(nix.directory, 'home'),
    version: '0.0.0',
    shell: 'browser',
    fileRoots: [nix.directory],
    env: nix.env,
  });
  client = createRouterClient(host.router, { context: { connection: 'a' } }) as unknown as HostClient;
});
afterAll(async () => {
  await host.close();
  await nix.remove();
});

const refOf = () => ({ draft: randomUUID(), path: join(directory, 'web.strata.json') });

async function build(): Promise<Job> {
  return ended(await client.builds.start({ ref: refOf(), document }));
}

async function ended({ jobId }: { readonly jobId: string }): Promise<Job> {
  let job: Job | undefined;
  for await (const event of await client.jobs.subscribe({ id: jobId })) job = applyJobEvent(job, event);
  if (job === undefined) throw new Error('The stream had no snapshot.');
  return job;
}

test('a window builds of several sources, locks them, and is told what moved', async () => {
  const path = join(directory, 'web.strata.json');
  await writeFile(path, JSON.stringify(document));
  const opened = await client.documents.open({ path });
  expect(opened.source).toMatchObject({ trusted: false });
  expect(opened.source.location).toContain(`tools: ${join(directory, 'set')}`);
  await expect(client.sources.writeLock({ path, document, update: null })).rejects.toMatchObject({
    code: 'untrusted-source',
  });
  await expect(build()).rejects.toMatchObject({ code: 'untrusted-source' });
  const { source, importArguments, sources } = document;
  const described = await client.sources.trust({ source, importArguments, sources, documentPath: path });
  expect(described.trusted).toBe(true);

  expect(await client.sources.lock({ path, document })).toBeNull();
  const first = await client.sources.writeLock({ path, document, update: null });
  expect(first.status.sources).toEqual([
    { name: 'tools', asked: 'path:./set', fit: 'fits', locked: expect.stringMatching(/^sha256-/) },
    { name: 'own', asked: 'path:./own', fit: 'fits', locked: expect.stringMatching(/^sha256-/) },
  ]);
  expect(first.moved.map(({ name, before }) => [name, before])).toEqual([
    ['tools', null],
    ['own', null],
  ]);
  const { detail } = await build();
  expect(
    detail.kind === 'build' && detail.result?.sources.map(({ name, sourceReason }) => [name, sourceReason]),
  ).toEqual([
    ['tools', 'It is what web.strata.lock holds.'],
    ['own', 'It is what web.strata.lock holds.'],
  ]);
  expect(detail.kind === 'build' && detail.result?.packages.map(({ attribute }) => attribute)).toEqual([
    'tools:world',
    'own:hello',
  ]);

  const file = join(directory, 'set/default.nix');
  await writeFile(file, `${await readFile(file, 'utf8')}\n`);
  expect((await build()).failure).toMatchObject({
    code: 'invalid-document',
    action: { action: 'lock', document: path, update: 'tools' },
  });
  const second = await client.sources.writeLock({ path, document, update: ['tools'] });
  expect(second.moved).toEqual([
    { name: 'tools', before: first.status.sources[0]?.locked, after: second.status.sources[0]?.locked },
  ]);
  expect((await build()).state).toBe('done');

  const changed = { ...document, sources: { ...document.sources, own: { type: 'starter' as const } } };
  expect((await client.sources.lock({ path, document: changed }))?.sources.map(({ fit }) => fit)).toEqual([
    'fits',
    'changed',
  ]);
});

test('a run keeps to the lock, as a build does', async ({ skip }) => {
  const reason = await whyNoBwrap();
  if (reason !== undefined) skip(`No image can be run: ${reason}`);
  const file = join(directory, 'own/default.nix');
  await writeFile(file, `${await readFile(file, 'utf8')}\n`);
  const request = {
    document,
    words: ['hello'],
    isShell: false,
    engine: null,
    hasNetwork: false,
    ports: [],
    limits: {},
  };
  const run = await client.runs.start({ ...request, ref: refOf(), isReadOnly: false, columns: 80, rows: 24 });
  expect((await ended(run)).failure).toMatchObject({
    code: 'invalid-document',
    action: { action: 'lock', update: 'own' },
  });
  await client.sources.writeLock({ path: join(directory, 'web.strata.json'), document, update: ['own'] });
});

test('what is packed and shown keeps to the base that the lock has', async () => {
  const { detail } = await build();
  const built = detail.kind === 'build' ? detail.result?.build : undefined;
  if (built === undefined) throw new Error('Nothing was built.');
  const based = { ...document, base: './base' };
  const unlocked = {
    code: 'invalid-document',
    message: expect.stringContaining('the lock does not have it'),
  };
  const ref = refOf();
  const packed = await client.images.start({ ref, build: built, document: based, output: null });
  expect((await ended(packed)).failure).toMatchObject(unlocked);
  const shown = client.builds.contents({ ref, build: built, document: rootDocumentOf(based) });
  await expect(shown).rejects.toMatchObject(unlocked);

  const whole = await client.builds.contents({ ref, build: built, document: rootDocumentOf(document) });
  expect(whole.entries.map(({ path }) => path)).toContain('/bin/hello');
  const narrow = rootDocumentOf({ ...document, pathsToLink: ['/share'] });
  const linked = await client.builds.contents({ ref, build: built, document: narrow });
  expect(linked.entries.map(({ path }) => path)).not.toContain('/bin/hello');
});

test('a lock that cannot be read does not keep a document from being opened', async () => {
  const path = join(directory, 'damaged.strata.json');
  await writeFile(path, JSON.stringify({ version: 1 }));
  await writeFile(join(directory, 'damaged.strata.lock'), '{');
  expect((await client.documents.open({ path })).source.trusted).toBe(true);
  await expect(client.sources.lock({ path, document })).rejects.toMatchObject({ code: 'invalid-document' });
});
