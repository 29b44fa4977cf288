import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Digest } from '../../src/engine/oci/types.ts';
import type { Image } from '../../src/main/assemble/image.ts';
import type { TestImage } from './registry-image.ts';

/** A test image as if it had been assembled here: its layers are files in the directory. */
export async function builtImage(image: TestImage, directory: string): Promise<Image> {
  await mkdir(directory, { recursive: true });
  const bytesOf = (digest: Digest) => image.blobs.get(digest) as Buffer;
  const document = (descriptor: TestImage['root']) => {
    const bytes = bytesOf(descriptor.digest);
    return { descriptor, bytes, value: JSON.parse(bytes.toString('utf8')) };
  };
  const config = document(image.config);
  const layers = await Promise.all(
    image.layers.map(async (descriptor, index) => {
      const file = join(directory, descriptor.digest.slice('sha256:'.length));
      await writeFile(file, bytesOf(descriptor.digest));
      return {
        descriptor,
        file,
        diffId: config.value.rootfs.diff_ids[index] as Digest,
        sizeBytes: descriptor.size,
        compressedBytes: descriptor.size,
        paths: [],
        packages: [],
        files: [],
        kind: 'store' as const,
        key: undefined,
        origin: 'packed' as const,
      };
    }),
  );
  return {
    manifest: document(image.root),
    config,
    layers,
    conflicts: [],
    omissions: [],
    base: undefined,
    notices: [],
    compression: { type: 'gzip', level: 1 },
  };
}
