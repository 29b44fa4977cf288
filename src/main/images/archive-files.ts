import { buildIndex } from '../../engine/oci/build-manifest.ts';
import { canonicalJson } from '../../engine/oci/canonical-json.ts';
import { blobPath, hexOf } from '../../engine/oci/digest.ts';
import { platformOf } from '../../engine/oci/platform.ts';
import type { Descriptor, Digest } from '../../engine/oci/types.ts';
import { splitImageName } from '../../shared/image-name.ts';
import type { ExportableImage } from '../assemble/image.ts';

/** A file of an exported image. Paths have no leading slash. */
export type ArchiveFile =
  | { readonly type: 'bytes'; readonly path: string; readonly bytes: Buffer }
  | {
      readonly type: 'blob';
      readonly path: string;
      /** Where to copy it from; its bytes are checked on the way. */
      readonly source: string;
      readonly digest: Digest;
      readonly sizeBytes: number;
    };

/** What the image is called where it is loaded. */
export interface ImageName {
  /** Repository, such as `team/web`. */
  readonly name: string;
  /** None for an image that is known by its digest alone. */
  readonly tags: readonly string[];
}

/**
 * The files of an OCI image layout (image-spec 1.1, image-layout.md). Its one manifest is listed once for each tag, with
 * the annotations that `docker save` writes: the tag for tools that read layouts, the whole name for containerd.
 */
export function ociLayoutFiles(image: ExportableImage, { name, tags }: ImageName): readonly ArchiveFile[] {
  const descriptor = { ...image.manifest.descriptor, platform: platformOf(image.config.value) };
  const tagged = tags.map(
    (tag): Descriptor => ({
      ...descriptor,
      annotations: {
        'io.containerd.image.name': fullName(name, tag),
        'org.opencontainers.image.ref.name': tag,
      },
    }),
  );
  return inOrder([
    ...blobFiles(image, blobPath),
    { type: 'bytes', path: blobPath(image.config.descriptor.digest), bytes: image.config.bytes },
    { type: 'bytes', path: blobPath(image.manifest.descriptor.digest), bytes: image.manifest.bytes },
    json('index.json', buildIndex(tagged.length === 0 ? [descriptor] : tagged)),
    json('oci-layout', { imageLayoutVersion: '1.0.0' }),
  ]);
}

/** An OCI layout that is a docker-archive as well: `manifest.json` names the same blobs. */
export function combinedFiles(image: ExportableImage, name: ImageName): readonly ArchiveFile[] {
  const config = blobPath(image.config.descriptor.digest);
  const layers = image.layers.map(({ descriptor }) => blobPath(descriptor.digest));
  return inOrder([...ociLayoutFiles(image, name), dockerManifest(config, layers, name)]);
}

/** The files of what `docker save` wrote before it wrote layouts. */
export function dockerArchiveFiles(image: ExportableImage, name: ImageName): readonly ArchiveFile[] {
  const config = `${hexOf(image.config.descriptor.digest)}.json`;
  const suffix = { gzip: '.tar.gz', zstd: '.tar.zst', none: '.tar' }[image.compression.type];
  const layerPath = (digest: Digest) => `${hexOf(digest)}${suffix}`;
  const layers = image.layers.map(({ descriptor }) => layerPath(descriptor.digest));
  return inOrder([
    ...blobFiles(image, layerPath),
    { type: 'bytes', path: config, bytes: image.config.bytes },
    dockerManifest(config, layers, name),
  ]);
}

function blobFiles(image: ExportableImage, path: (digest: Digest) => string): readonly ArchiveFile[] {
  return image.layers.map(({ descriptor, file }) => ({
    type: 'blob',
    path: path(descriptor.digest),
    source: file,
    digest: descriptor.digest,
    sizeBytes: descriptor.size,
  }));
}

function dockerManifest(config: string, layers: readonly string[], { name, tags }: ImageName): ArchiveFile {
  // Null is what `docker save` writes of an image without a tag.
  // With the host: podman would take localhost for one that is not said, here and not in layouts.
  const names = tags.length === 0 ? null : tags.map((tag) => fullName(name, tag));
  return json('manifest.json', [{ Config: config, RepoTags: names, Layers: layers }]);
}

function json(path: string, value: unknown): ArchiveFile {
  return { type: 'bytes', path, bytes: Buffer.from(canonicalJson(value), 'utf8') };
}

/** Sorted by path; layers of equal bytes are one blob. */
function inOrder(files: readonly ArchiveFile[]): readonly ArchiveFile[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  return [...byPath.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** The whole name of an image, as containerd and podman have it. */
export function fullName(name: string, tag: string): string {
  return withHost(`${name}:${tag}`);
}

/** With the registry host that Docker takes for granted (https://github.com/distribution/reference, normalize). */
export function withHost(name: string): string {
  const { host, repository } = splitImageName(name);
  return host === '' ? `docker.io/${repository.includes('/') ? '' : 'library/'}${repository}` : name;
}
