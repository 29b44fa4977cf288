import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { digestOfHex } from '../../src/engine/oci/digest.ts';
import type { Descriptor, Digest } from '../../src/engine/oci/types.ts';
import { MEDIA_TYPES } from '../../src/engine/oci/types.ts';
import type { ImageSource } from '../../src/main/oci/image-source.ts';

export interface TestImage extends ImageSource {
  readonly blobs: ReadonlyMap<Digest, Buffer>;
  readonly layers: readonly Descriptor[];
  readonly config: Descriptor;
}

export function sha256(bytes: Uint8Array): Digest {
  return digestOfHex(createHash('sha256').update(bytes).digest('hex'));
}

/** Bytes that no compression makes smaller, the same for the same seed. */
export function noise(seed: string, sizeBytes: number): Buffer {
  const pieces: Buffer[] = [];
  for (let at = 0, counter = 0; at < sizeBytes; at += 64, counter += 1) {
    pieces.push(createHash('sha512').update(`${seed}:${counter}`).digest());
  }
  return Buffer.concat(pieces).subarray(0, sizeBytes);
}

export interface TestFile {
  readonly path: string;
  readonly content: string | Buffer;
  readonly mode?: number;
}

async function tarOf(files: readonly TestFile[]): Promise<Buffer> {
  const archive = pack();
  for (const { path, content, mode = 0o644 } of files) {
    archive.entry({ name: path, mode, mtime: new Date(1000) }, content);
  }
  archive.finalize();
  const pieces: Buffer[] = [];
  for await (const piece of archive) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

/**
 * A real image in memory: one gzip layer a list of files.
 *
 * @param lie diffIDs for the configuration in place of the true ones.
 */
export async function makeImage(
  layers: readonly (readonly TestFile[])[],
  architecture = 'amd64',
  lie?: readonly Digest[],
): Promise<TestImage> {
  const blobs = new Map<Digest, Buffer>();
  const keep = (mediaType: string, bytes: Buffer): Descriptor => {
    const digest = sha256(bytes);
    blobs.set(digest, bytes);
    return { mediaType, digest, size: bytes.length };
  };
  const diffIds: Digest[] = [];
  const descriptors: Descriptor[] = [];
  for (const files of layers) {
    const tar = await tarOf(files);
    diffIds.push(sha256(tar));
    descriptors.push(keep(MEDIA_TYPES.layerGzip, gzipSync(tar, { level: 1 })));
  }
  const config = keep(
    MEDIA_TYPES.config,
    Buffer.from(
      JSON.stringify({
        architecture,
        os: 'linux',
        config: {},
        rootfs: { type: 'layers', diff_ids: lie ?? diffIds },
      }),
    ),
  );
  const root = keep(
    MEDIA_TYPES.manifest,
    Buffer.from(
      JSON.stringify({ schemaVersion: 2, mediaType: MEDIA_TYPES.manifest, config, layers: descriptors }),
    ),
  );
  return { ...memorySource('a test image', root, blobs), blobs, layers: descriptors, config };
}

/** An index of images, with all that they hold. */
export function makeIndex(images: readonly TestImage[]): TestImage {
  const blobs = new Map(images.flatMap((image) => [...image.blobs]));
  const bytes = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: MEDIA_TYPES.index,
      manifests: images.map((image) => {
        const config = JSON.parse(String(image.blobs.get(image.config.digest)));
        return { ...image.root, platform: { os: config.os, architecture: config.architecture } };
      }),
    }),
  );
  const root = { mediaType: MEDIA_TYPES.index, digest: sha256(bytes), size: bytes.length };
  blobs.set(root.digest, bytes);
  const [first] = images;
  if (first === undefined) throw new Error('An index of nothing.');
  return { ...memorySource('a test index', root, blobs), blobs, layers: first.layers, config: first.config };
}

function memorySource(name: string, root: Descriptor, blobs: ReadonlyMap<Digest, Buffer>): ImageSource {
  const bytesOf = (digest: Digest): Buffer => {
    const bytes = blobs.get(digest);
    if (bytes === undefined) throw new Error(`${name} has no ${digest}`);
    return bytes;
  };
  return {
    name,
    root,
    readManifest: async (descriptor) => bytesOf(descriptor.digest),
    async openBlob(descriptor, range) {
      const bytes = bytesOf(descriptor.digest);
      const part = range === undefined ? bytes : bytes.subarray(range.start, range.end);
      return Readable.from(pieces(part), { objectMode: false });
    },
    async close() {},
  };
}

function* pieces(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
}

/** What test/support/registry-push-process.ts pushes. */
export function interruptedImage(): Promise<TestImage> {
  return makeImage([
    [{ path: 'small', content: noise('small', 100_000) }],
    [{ path: 'large', content: noise('interrupted', 6_000_000) }],
  ]);
}
