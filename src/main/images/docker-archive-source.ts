import { posix } from 'node:path';
import { imageMediaTypes } from '../../engine/oci/media-types.ts';
import type { Descriptor, Digest, Manifest } from '../../engine/oci/types.ts';
import { MEDIA_TYPES } from '../../engine/oci/types.ts';
import { StrataError } from '../../shared/errors.ts';
import { sniffCompression } from '../archive/decompress.ts';
import { measureBlob, startOf } from '../archive/measure.ts';
import { bytesSource, describeBytes, jsonBlob } from '../oci/bytes.ts';
import { DOCUMENTS, parseImageDocument } from '../oci/documents.ts';
import type { ImageSource } from '../oci/image-source.ts';
import type { DockerManifestEntry } from '../oci/schemas.ts';
import { withHost } from './archive-files.ts';
import {
  type ArchivedFile,
  fileIn,
  type ImageFiles,
  openArchivedBlob,
  readShortFile,
} from './archived-file.ts';

/**
 * An image in a docker-archive. The format has no manifest and no digests: both are made from what is there, with the
 * layers as they are, most often uncompressed.
 */
export async function dockerArchiveSource(
  archive: ImageFiles,
  path: string,
  name: string | undefined,
  signal: AbortSignal | undefined,
): Promise<ImageSource> {
  const listing = await readShortFile(fileIn(archive, path, 'manifest.json'), path);
  const entries = parseImageDocument(DOCUMENTS.dockerManifest, listing, `manifest.json of ${path}`);
  const entry = chooseEntry(entries, path, name);
  const configBytes = await readShortFile(fileIn(archive, path, posix.normalize(entry.Config)), path);
  const config = describeBytes(configBytes, MEDIA_TYPES.config);

  const files = new Map<Digest, ArchivedFile>();
  // By the place of what is stored: a layer may be there under several names, each a link to the first.
  const described = new Map<string, Descriptor>();
  const layers: Descriptor[] = [];
  for (const layer of entry.Layers) {
    const file = fileIn(archive, path, posix.normalize(layer));
    const { place } = file;
    const descriptor = described.get(place) ?? (await describeLayer(file, signal));
    described.set(place, descriptor);
    files.set(descriptor.digest, file);
    layers.push(descriptor);
  }
  const manifest: Manifest = { schemaVersion: 2, mediaType: MEDIA_TYPES.manifest, config, layers };
  const root = jsonBlob(manifest, MEDIA_TYPES.manifest);
  return {
    name: path,
    root: root.descriptor,
    readManifest: async () => root.bytes,
    async openBlob(descriptor, range) {
      if (descriptor.digest === config.digest) return bytesSource(configBytes).openBlob(descriptor, range);
      const file = files.get(descriptor.digest);
      if (file === undefined)
        throw new StrataError('invalid-image', `${path} has no blob ${descriptor.digest}.`);
      return openArchivedBlob(file, path, descriptor, range);
    },
    close: archive.close,
  };
}

function chooseEntry(
  entries: readonly DockerManifestEntry[],
  path: string,
  name: string | undefined,
): DockerManifestEntry {
  const candidates =
    name === undefined
      ? entries
      : entries.filter(({ RepoTags }) => RepoTags?.some((each) => withHost(each) === withHost(name)));
  const [only] = candidates;
  if (only !== undefined && candidates.length === 1) return only;
  const names = entries.flatMap(({ RepoTags }) => RepoTags ?? []);
  const what = name === undefined ? `${entries.length} images` : `${candidates.length} images named ${name}`;
  throw new StrataError('invalid-image', `${path} holds ${what}.`, {
    ...(names.length === 0
      ? {}
      : { hint: `Name one of them, as in docker-archive:${path}:NAME: ${names.join(', ')}.` }),
    details: { names },
  });
}

async function describeLayer(file: ArchivedFile, signal: AbortSignal | undefined): Promise<Descriptor> {
  const compression = sniffCompression(await startOf(file));
  const mediaType = imageMediaTypes('oci', compression)?.layer ?? MEDIA_TYPES.layer;
  const { digest, sizeBytes } = await measureBlob(file, signal);
  return { mediaType, digest, size: sizeBytes };
}
