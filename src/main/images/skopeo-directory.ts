import { blobPath, digestOfHex, hexOf } from '../../engine/oci/digest.ts';
import { MEDIA_TYPES } from '../../engine/oci/types.ts';
import { describeBytes } from '../oci/bytes.ts';
import { type ArchivedFile, layoutMarkers } from './archived-file.ts';

/** The manifest, and those of each platform where `skopeo copy --all` wrote an index. */
const MANIFEST = /^(?:([0-9a-f]{64})\.)?manifest\.json$/;
const BLOB = /^[0-9a-f]{64}$/;

/**
 * What skopeo's `dir:` writes, as the OCI image layout that it amounts to: one `manifest.json`, and beside it blobs that
 * are named after their digest (containers-transports(5)).
 *
 * @param files the files of the directory. @param manifestBytes those of its `manifest.json`.
 * @returns undefined where the manifest is that of something else, such as a docker-archive's.
 */
export function skopeoDirectory(
  files: readonly ArchivedFile[],
  manifestBytes: Buffer,
): ReadonlyMap<string, ArchivedFile> | undefined {
  const mediaType = mediaTypeOf(manifestBytes);
  if (mediaType === undefined) return undefined;
  const root = describeBytes(manifestBytes, mediaType);
  const layout = new Map(layoutMarkers(root));
  for (const file of files) {
    const [isManifest, ofPlatform] = MANIFEST.exec(file.path) ?? [];
    const name = isManifest === undefined ? BLOB.exec(file.path)?.[0] : (ofPlatform ?? hexOf(root.digest));
    if (name !== undefined) layout.set(blobPath(digestOfHex(name)), file);
  }
  return layout;
}

/** What the manifest is, which may say so itself or only have the members of it. */
function mediaTypeOf(bytes: Buffer): string | undefined {
  const manifest = parse(bytes);
  if (manifest === undefined) return undefined;
  const { mediaType, config } = manifest;
  if (typeof mediaType === 'string') return mediaType;
  if (Array.isArray(manifest.manifests)) return MEDIA_TYPES.index;
  if (!isObject(config)) return undefined;
  return config.mediaType === MEDIA_TYPES.dockerConfig ? MEDIA_TYPES.dockerManifest : MEDIA_TYPES.manifest;
}

function parse(bytes: Buffer): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
