import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { processMark } from '../../../src/main/files/process-mark.ts';
import { parseReference, type Reference } from '../../../src/main/oci/reference.ts';
import { ANONYMOUS, fixedKeychain } from '../../../src/main/registry/authn/credentials.ts';
import { openRegistryMemory } from '../../../src/main/registry/memory.ts';
import type { BlobProgress } from '../../../src/main/registry/progress.ts';
import { type PushOptions, pushImage } from '../../../src/main/registry/push.ts';
import { openTransport, type RegistryTransport } from '../../../src/main/registry/transport/transport.ts';
import { Cancelled } from '../../../src/shared/errors.ts';
import { startFaultProxy } from '../../support/fault-proxy.ts';
import { startRegistry, type TestRegistry } from '../../support/registry.ts';
import {
  interruptedImage,
  makeImage,
  makeIndex,
  noise,
  type TestImage,
} from '../../support/registry-image.ts';

let registry: TestRegistry;
let directory: string;
const cleanUps: (() => Promise<void>)[] = [];
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'strata-push-'));
  registry = await startRegistry();
});
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});
afterAll(async () => {
  await registry.stop();
  await rm(directory, { recursive: true, force: true });
});

function open(host = registry.host): RegistryTransport {
  const transport = openTransport(host, { keychain: fixedKeychain(ANONYMOUS) });
  cleanUps.push(() => transport.close());
  return transport;
}

function target(path: string): Reference {
  return parseReference(`${registry.host}/${path}`);
}

async function push(reference: Reference, image: TestImage, options: Partial<PushOptions> = {}) {
  return pushImage(open(reference.registry), reference, image, {
    memory: openRegistryMemory(':memory:'),
    ...options,
  });
}

async function skopeo(...words: string[]) {
  const { stdout } = await execa('skopeo', words);
  return stdout;
}

describe('what was pushed', () => {
  it('is read by skopeo, byte for byte', async () => {
    const image = await makeImage([
      [{ path: 'a', content: 'first' }],
      [{ path: 'b', content: noise('b', 20_000_000) }],
    ]);
    const result = await push(target('team/web:1'), image);
    expect(result.blobs.map(({ outcome }) => outcome)).toEqual(['uploaded', 'uploaded', 'uploaded']);
    expect(result.movedBytes).toBe(result.blobs.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0));
    const layout = join(directory, 'layout');
    await skopeo(
      'copy',
      '--src-tls-verify=false',
      `docker://${registry.host}/team/web:1`,
      `oci:${layout}:web`,
    );
    const raw = await skopeo('inspect', '--raw', `oci:${layout}:web`);
    expect(JSON.parse(raw).layers.map(({ digest }: { digest: string }) => digest)).toEqual(
      image.layers.map(({ digest }) => digest),
    );
  });

  it('is whole for both platforms of an index', async () => {
    const amd64 = await makeImage([[{ path: 'a', content: 'amd64' }]], 'amd64');
    const arm64 = await makeImage([[{ path: 'a', content: 'arm64' }]], 'arm64');
    const index = makeIndex([amd64, arm64]);
    const result = await push(target('team/both:1'), index);
    expect(result.digest).toBe(index.root.digest);
    for (const architecture of ['amd64', 'arm64']) {
      const layout = join(directory, architecture);
      await skopeo(
        ...['copy', '--src-tls-verify=false', '--override-arch', architecture],
        ...[`docker://${registry.host}/team/both:1`, `oci:${layout}:web`],
      );
      const config = JSON.parse(await skopeo('inspect', '--config', `oci:${layout}:web`));
      expect(config.architecture).toBe(architecture);
    }
  });
});

describe('a second push', () => {
  it('of 100 layers moves no blob', async () => {
    const layers = Array.from({ length: 100 }, (_, index) => [{ path: `f${index}`, content: `${index}` }]);
    const image = await makeImage(layers);
    const proxy = await startFaultProxy(registry.host, { fault: () => undefined });
    cleanUps.push(() => proxy.stop());
    const reference = parseReference(`${proxy.host}/team/hundred:1`);
    expect((await push(reference, image)).changed).toBe(true);
    const before = proxy.seen.length;
    const again = await push(reference, image);
    // It is greeted, the image is asked for and read back, and none of its layers.
    expect(proxy.seen.slice(before).map(({ method }) => method)).toEqual(['GET', 'HEAD', 'GET']);
    expect(again).toMatchObject({ movedBytes: 0, changed: false });
    expect(new Set(again.blobs.map(({ outcome }) => outcome))).toEqual(new Set(['present']));
  });

  it('to another repository of the registry links the blobs', async () => {
    const memory = openRegistryMemory(':memory:');
    const image = await makeImage([[{ path: 'a', content: noise('mounted', 500_000) }]]);
    await push(target('team/origin:1'), image, { memory });
    const result = await push(target('team/copy:1'), image, { memory });
    expect(result.blobs.map(({ outcome }) => outcome)).toEqual(['mounted', 'mounted']);
    expect(result.movedBytes).toBe(0);
    await skopeo('inspect', '--tls-verify=false', `docker://${registry.host}/team/copy:1`);
  });

  it('uploads what the memory wrongly believes to be elsewhere', async () => {
    const memory = openRegistryMemory(':memory:');
    const image = await makeImage([[{ path: 'a', content: noise('gone', 500_000) }]]);
    for (const digest of image.blobs.keys()) memory.rememberBlob(registry.host, 'team/never', digest);
    const result = await push(target('team/fresh:1'), image, { memory });
    expect(result.blobs.map(({ outcome }) => outcome)).toEqual(['uploaded', 'uploaded']);
  });
});

describe('an interrupted push', () => {
  it('is taken up by the next process where kill -9 ended it', async () => {
    const { layers } = await interruptedImage();
    const memoryFile = join(directory, 'memory.sqlite');
    let killNow = (): void => {};
    const killed = new Promise<void>((resolve) => {
      killNow = resolve;
    });
    let armed = true;
    const proxy = await startFaultProxy(registry.host, {
      buffered: true,
      fault: ({ headers }) => {
        if (!armed || headers['content-range']?.startsWith('3000000-') !== true) return undefined;
        armed = false;
        killNow();
        return { type: 'silence' };
      },
    });
    cleanUps.push(() => proxy.stop());
    const script = join(import.meta.dirname, '../../support/registry-push-process.ts');
    const run = () =>
      execa('node', [script, proxy.host, 'team/killed', memoryFile, '1000000'], { reject: false });

    const first = run();
    await killed;
    first.kill('SIGKILL');
    expect((await first).signal).toBe('SIGKILL');
    expect((await fetch(`${registry.url}/v2/team/killed/manifests/latest`)).status).toBe(404);
    const before = proxy.seen.length;
    const second = await run();

    expect(second.exitCode, second.stderr).toBe(0);
    const result = JSON.parse(second.stdout);
    expect(result.blobs.map(({ outcome }: { outcome: string }) => outcome)).toEqual([
      'present',
      'present',
      'uploaded',
    ]);
    const large = layers[1]?.size ?? 0;
    expect(result.movedBytes).toBe(large - 3_000_000);
    const starts = proxy.seen
      .slice(before)
      .filter(({ method }) => method === 'PATCH')
      .map(({ headers }) => Number(headers['content-range']?.split('-')[0]));
    expect(starts).toEqual([3_000_000, 4_000_000, 5_000_000, 6_000_000].filter((start) => start < large));
    await skopeo('inspect', '--tls-verify=false', `docker://${registry.host}/team/killed`);
  });

  it('begins a blob anew where the registry gave the broken upload up', async () => {
    const image = await interruptedImage();
    const memory = openRegistryMemory(':memory:');
    const location = `${registry.url}/v2/team/lost/blobs/uploads/00000000-0000-0000-0000-000000000000?_state=x`;
    for (const { digest } of image.layers) {
      memory.rememberSession(registry.host, 'team/lost', digest, { location, holder: processMark() });
    }
    const result = await push(target('team/lost:1'), image, { memory, chunkBytes: 1_000_000 });
    expect(result.blobs.map(({ outcome }) => outcome)).toEqual(['uploaded', 'uploaded', 'uploaded']);
  });

  it('stops at once when it is cancelled, and leaves no image', async () => {
    const image = await interruptedImage();
    const controller = new AbortController();
    const states: BlobProgress[] = [];
    const proxy = await startFaultProxy(registry.host, {
      fault: ({ method }) => {
        if (method !== 'PATCH') return undefined;
        setImmediate(() => controller.abort());
        return { type: 'silence' };
      },
    });
    cleanUps.push(() => proxy.stop());
    // To a registry that does not answer: without the end it would wait.
    await expect(
      push({ registry: proxy.host, repository: 'team/cancelled' }, image, {
        chunkBytes: 1_000_000,
        signal: controller.signal,
        onProgress: (progress) => states.push(progress),
      }),
    ).rejects.toBeInstanceOf(Cancelled);
    expect(states.some(({ state }) => state === 'checking')).toBe(true);
    await delay(100);
    expect((await fetch(`${registry.url}/v2/team/cancelled/manifests/latest`)).status).toBe(404);
  });
});

describe('progress', () => {
  it('tells of every blob from its check to its end, with bytes and rate', async () => {
    const image = await interruptedImage();
    const seen: BlobProgress[] = [];
    await push(target('team/progress:1'), image, {
      chunkBytes: 500_000,
      onProgress: (progress) => seen.push(progress),
    });
    for (const { digest, size } of image.layers) {
      const own = seen.filter((progress) => progress.digest === digest);
      expect(own[0]?.state).toBe('checking');
      expect(own.at(-1)).toMatchObject({ state: 'moved', doneBytes: size, sizeBytes: size });
    }
  });
});
