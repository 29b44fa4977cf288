import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hexOf } from '../../../src/engine/oci/digest.ts';
import type { Digest } from '../../../src/engine/oci/types.ts';
import { parseLocation } from '../../../src/main/images/location.ts';
import { openRegistryMemory } from '../../../src/main/registry/memory.ts';
import { pushImage } from '../../../src/main/registry/push.ts';
import { openTransport } from '../../../src/main/registry/transport/transport.ts';

import { readableLocation } from '../../../src/main/verbs/open.ts';
import { verifyAt } from '../../../src/main/verbs/verify.ts';
import { startRegistry, type TestRegistry } from '../../support/registry.ts';
import { makeImage, makeIndex, noise, sha256, type TestImage } from '../../support/registry-image.ts';

type Progress = { readonly doneBytes: number; readonly totalBytes: number };

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startRegistry();
});
afterAll(() => registry.stop());

let count = 0;
/** Pushes an image of its own. @returns its reference */
async function pushed(image: TestImage): Promise<string> {
  count += 1;
  const reference = { registry: registry.host, repository: `team/image${count}` };
  const transport = openTransport(registry.host);
  const memory = openRegistryMemory(':memory:');
  await pushImage(transport, reference, image, { memory });
  memory.close();
  await transport.close();
  return `${reference.registry}/${reference.repository}`;
}

const check = (image: string, onProgress?: (progress: Progress) => void) =>
  verifyAt(readableLocation(parseLocation(image), image), {
    access: {},
    onEvent: (event) => event.type === 'bytes' && onProgress?.(event),
  });

/** An image whose blobs no other one has. */
const anImage = (seed: string, lie?: readonly Digest[]) =>
  makeImage([[{ path: 'a', content: seed }], [{ path: 'b', content: noise(seed, 200_000) }]], 'amd64', lie);

/** The file in which the registry keeps a blob. */
function kept(digest: Digest): string {
  const hex = hexOf(digest);
  return join(registry.directory, 'docker/registry/v2/blobs/sha256', hex.slice(0, 2), hex, 'data');
}

const fileOf = (digest: Digest) => `blobs/sha256/${hexOf(digest)}`;

describe('an image in a registry', () => {
  it('is sound where every manifest, configuration and layer is what its digest says', async () => {
    const image = await anImage('sound');
    const reference = await pushed(image);
    const steps: Progress[] = [];
    const report = await check(reference, (progress) => steps.push(progress));
    expect(report).toMatchObject({ format: 'registry', isDockerArchive: false, problems: [] });
    const { diff_ids } = JSON.parse(String(image.blobs.get(image.config.digest))).rootfs;
    expect(report.images).toMatchObject([
      {
        references: [`${reference}`],
        manifest: { descriptor: { digest: image.root.digest } },
        config: { digest: image.config.digest },
        layers: image.layers.map(({ digest, size }, index) => ({
          path: fileOf(digest),
          digest,
          compressedBytes: size,
          compression: 'gzip',
          diffId: diff_ids[index],
        })),
      },
    ]);
    const last = steps.at(-1);
    expect(last?.doneBytes).toBeGreaterThan(200_000);
    expect(last?.doneBytes).toBeLessThanOrEqual(last?.totalBytes ?? 0);
  });

  it('is checked in every image of an index', async () => {
    const images = [await anImage('one'), await makeImage([[{ path: 'c', content: 'arm' }]], 'arm64')];
    const report = await check(await pushed(makeIndex(images)));
    expect(report.problems).toEqual([]);
    expect(report.images.map(({ manifest }) => manifest?.descriptor.digest)).toEqual(
      images.map(({ root }) => root.digest),
    );
  });

  it('is read whole all the same where a layer is not what its digest says', async () => {
    const image = await anImage('damaged');
    const [first, second] = image.layers;
    const reference = await pushed(image);
    const file = kept(second?.digest as Digest);
    const bytes = await readFile(file);
    bytes[bytes.length - 6] = (bytes.at(-6) ?? 0) ^ 1;
    await writeFile(file, bytes);
    const report = await check(reference);
    expect(report.problems.map(({ place }) => place)).toContain(fileOf(second?.digest as Digest));
    expect(report.problems.map(({ place }) => place)).not.toContain(fileOf(first?.digest as Digest));
    expect(report.images[0]?.layers[0]?.digest).toBe(first?.digest);
  });

  it('lacks what the registry has lost', async () => {
    const image = await anImage('lost');
    const digest = image.layers[0]?.digest as Digest;
    const reference = await pushed(image);
    await rm(kept(digest));
    const { problems } = await check(reference);
    expect(problems).toMatchObject([{ code: 'missing-file', place: fileOf(digest) }]);
  });

  it('lacks an image that only its index still names', async () => {
    const images = [await anImage('kept'), await anImage('gone')];
    const reference = await pushed(makeIndex(images));
    const digest = images[1]?.root.digest as Digest;
    await rm(kept(digest));
    const report = await check(reference);
    expect(report.problems).toMatchObject([{ place: fileOf(digest) }]);
    expect(report.images.map(({ manifest }) => manifest?.descriptor.digest)).toEqual([
      images[0]?.root.digest,
    ]);
  });

  it('is not what its configuration says where a layer unpacks to something else', async () => {
    const lie = [sha256(Buffer.from('x')), sha256(Buffer.from('y'))];
    const image = await anImage('lie', lie);
    const { problems } = await check(await pushed(image));
    expect(problems.map(({ code, place }) => `${code} ${place}`)).toEqual(
      image.layers.map(({ digest }) => `diff-id-mismatch ${fileOf(digest)}`),
    );
  });

  it('is no problem of the image where nothing has that name, or it names no image', async () => {
    await expect(check(`${registry.host}/team/none`)).rejects.toMatchObject({ code: 'registry-not-found' });
    expect(() => check('web.strata.json')).toThrow('is a document, not an image');
  });
});
