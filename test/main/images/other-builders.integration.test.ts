import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeImage, type ImageDescription } from '../../../src/main/images/describe-image.ts';
import { parseLocation } from '../../../src/main/images/location.ts';
import { openImage } from '../../../src/main/images/open-image.ts';
import { startRegistry, type TestRegistry } from '../../support/registry.ts';

let directory: string;
let registry: TestRegistry;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'strata-builders-'));
  registry = await startRegistry();
});
afterAll(async () => {
  await registry.stop();
  await rm(directory, { recursive: true, force: true });
});

function at(...parts: string[]): string {
  return join(directory, ...parts);
}

async function open(text: string): Promise<ImageDescription> {
  const location = parseLocation(text);
  if (location.type === 'document') throw new Error(`${text} is a document.`);
  const source = await openImage(location);
  try {
    return await describeImage(source);
  } finally {
    await source.close();
  }
}

function pathsOf({ layers }: ImageDescription): string[][] {
  return layers.map(({ entries }) => entries.map(({ path }) => path).filter((path) => path !== ''));
}

describe('an image that buildah made', () => {
  const LARGE = 300_000;
  const podman = (...words: string[]) =>
    execa('podman', ['--root', at('root'), '--runroot', at('run'), '--storage-driver', 'vfs', ...words]);
  beforeAll(async () => {
    await mkdir(at('context'));
    await writeFile(at('context', 'a'), 'hello\n');
    await writeFile(at('context', 'b'), randomBytes(LARGE));
    const lines = ['FROM scratch', 'COPY a b /', 'COPY b /copy/b', 'COPY a /b', 'CMD ["/a"]'];
    await writeFile(at('context', 'Containerfile'), lines.join('\n'));
    await podman('build', '--isolation', 'chroot', '--layers', '-t', 'demo:1', at('context'));
    await podman('save', '--format', 'oci-archive', '-o', at('buildah.oci.tar'), 'demo:1');
    await podman('save', '--format', 'docker-archive', '-o', at('buildah.docker.tar'), 'demo:1');
    await podman('push', '--tls-verify=false', 'demo:1', `${registry.host}/demo:1`);
  });

  it.each(['buildah.oci.tar', 'buildah.docker.tar', 'registry'])('is the same from %s', async (name) => {
    const image = await open(name === 'registry' ? `${registry.host}/demo:1` : at(name));
    expect(pathsOf(image)).toEqual([['a', 'b'], ['copy', 'copy/b'], ['b']]);
    expect(image.config.config?.Cmd).toEqual(['/a']);
    expect(image.layers.map(({ history }) => /(COPY|ADD|#\(nop\))/.test(history ?? ''))).toEqual([
      true,
      true,
      true,
    ]);
  });

  it('is accounted for: the replaced file, the copy, and what dive would say', async () => {
    const { waste, dive, stack } = await open(at('buildah.oci.tar'));
    expect(waste).toMatchObject({
      shippedBytes: 2 * LARGE + 12,
      supersededBytes: LARGE,
      duplicateBytes: 6,
      superseded: [{ path: 'b', layer: 0, byLayer: 2, how: 'replaced' }],
      duplicates: [{ paths: ['a', 'b'] }],
    });
    expect(dive.score).toBeCloseTo((LARGE + 12) / (2 * LARGE + 12), 6);
    expect(dive.repeated).toEqual([{ path: 'b', times: 2, bytes: LARGE + 6 }]);
    expect(stack.find('b')?.layer).toBe(2);
  });
});

describe('an image that umoci made', () => {
  it('shows what its layers took away', async () => {
    const image = at('umoci');
    const umoci = (...words: string[]) => execa('umoci', words);
    await umoci('init', '--layout', image);
    await umoci('new', '--image', `${image}:v1`);
    await mkdir(at('tree', 'etc'), { recursive: true });
    await writeFile(at('tree', 'etc', 'keep'), 'keep');
    await writeFile(at('tree', 'etc', 'drop'), 'drop it');
    await umoci('insert', '--image', `${image}:v1`, '--tag', 'v2', at('tree'), '/data');
    await umoci('insert', '--image', `${image}:v2`, '--tag', 'v3', '--whiteout', '/data/etc/drop');

    const { stack, waste, layers } = await open(`oci:${image}:v3`);
    expect(layers.at(-1)?.whiteouts.map(({ path }) => path)).toEqual(['data/etc/.wh.drop']);
    expect(stack.find('data/etc/keep')?.layer).toBe(0);
    expect(stack.find('data/etc/drop')).toBeUndefined();
    expect(waste).toMatchObject({
      supersededBytes: 7,
      superseded: [{ path: 'data/etc/drop', how: 'removed' }],
    });
    await expect(open(image)).rejects.toMatchObject({ hint: expect.stringContaining('v1, v2, v3') });
  });
});

describe('an image that skopeo converted', () => {
  const source = () => `docker-archive:${at('buildah.docker.tar')}`;

  it.each([
    ['OCI', 'oci'],
    ["Docker's", 'v2s2'],
  ])('to %s media types in a registry is the same image', async (_, format) => {
    const target = `docker://${registry.host}/converted:${format}`;
    await execa('skopeo', ['copy', '--dest-tls-verify=false', '--format', format, source(), target]);
    const image = await open(target);
    expect(pathsOf(image)).toEqual([['a', 'b'], ['copy', 'copy/b'], ['b']]);
    expect(image.descriptor.mediaType).toContain(format === 'oci' ? 'vnd.oci' : 'vnd.docker');
  });

  it('to zstd is the same image', async () => {
    const target = `oci:${at('zstd')}:1`;
    await execa('skopeo', ['copy', '--dest-compress', '--dest-compress-format', 'zstd', source(), target]);
    const image = await open(target);
    expect(pathsOf(image)).toEqual([['a', 'b'], ['copy', 'copy/b'], ['b']]);
    expect(image.layers.map(({ compression }) => compression)).toEqual(['zstd', 'zstd', 'zstd']);
  });
});
